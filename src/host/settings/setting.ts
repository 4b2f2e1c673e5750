/** What a setting of the host is: how it is read, judged, changed, kept across boots. Judging is pure. */
import type { HostFacts } from '../../plan/facts.js';
import type { Root } from '../root.js';
import type { HostNeeds } from './needs.js';

/** `note`: worth knowing, nothing to do; `warn`: VMs run, worse than they could; `fail`: what is asked for cannot be had. */
export type CheckStatus = 'ok' | 'note' | 'warn' | 'fail';

export const settingGroups = [
  'CPU',
  'Memory',
  'Isolation',
  'IOMMU',
  'Virtualisation',
  'Kernel',
  'Access',
] as const;
export type SettingGroup = (typeof settingGroups)[number];

/** What the host is for: `performance` is all of the notes; `desktop` leaves power and the kernel's watchdogs alone; `secure` gives up what weakens the walls. */
export const hostProfiles = ['performance', 'desktop', 'secure'] as const;
export type HostProfile = (typeof hostProfiles)[number];

/** What the settings are judged for. */
export interface Aim {
  readonly profile: HostProfile;
  /** What the VMs that are to run need; null: no spec was given. */
  readonly needs: HostNeeds | null;
  /** `kernel.perf_cpu_time_max_percent`: nothing can tell whether 0 or 100 serves a machine better. */
  readonly perfPercent: 0 | 100;
}

export interface Machine {
  readonly root: Root;
  readonly facts: HostFacts;
}

/** A file of /proc or /sys that is to have another value. */
export interface ValueChange {
  readonly kind: 'value';
  readonly path: string;
  /** As configured now. */
  readonly from: string;
  readonly to: string;
  /** What another file must hold for the kernel to take this write; it gets back what it had. */
  readonly while?: { readonly path: string; readonly value: string };
  /** Pages that the kernel gives as far as it finds them: compact the memory and ask again. */
  readonly pages?: true;
}

export type Change =
  | ValueChange
  | { readonly kind: 'module'; readonly name: string }
  | { readonly kind: 'mount'; readonly type: string; readonly path: string };

/** The files of ours that keep settings across boots. */
export type KeptFile = 'sysctl' | 'modprobe' | 'tmpfiles' | 'modules' | 'grub' | 'irqbalance';

/** Lines of one of them; for `grub`, words of the kernel's command line. */
export interface Fragment {
  readonly file: KeptFile;
  readonly lines: readonly string[];
}

export interface Verdict {
  readonly status: CheckStatus;
  readonly found: string;
  /** Null: nothing in particular. */
  readonly wanted?: string;
  readonly advice?: string;
  /** What makes it right now, in this order. */
  readonly changes?: readonly Change[];
  /** What keeps it right, whatever it is now. */
  readonly keep?: readonly Fragment[];
  /** What only the next boot changes. */
  readonly reboot?: string;
}

/** What docs/host.md says of it. */
export interface SettingText {
  readonly id: string;
  readonly group: SettingGroup;
  readonly what: string;
  /** One sentence. */
  readonly why: string;
  readonly reads: string;
  readonly wants: string;
  /** How it is changed now; null: it is reported, never changed. */
  readonly applied: string | null;
  /** How it is kept across boots. */
  readonly kept: string | null;
  /** Default: what was there before is written back. */
  readonly undone?: string;
  readonly risk: string;
  readonly source: string;
}

export interface Setting extends SettingText {
  examine(machine: Machine, aim: Aim): Verdict;
}

interface Definition<Facts> extends SettingText {
  /** Under other profiles its value is shown, and right as it is. Default: all. */
  readonly profiles?: readonly HostProfile[];
  readonly read: (machine: Machine) => Facts;
  /** Pure. */
  readonly judge: (facts: Facts, aim: Aim) => Verdict;
}

export function defineSetting<Facts>(definition: Definition<Facts>): Setting {
  const { read, judge, profiles = hostProfiles, ...text } = definition;
  return {
    ...text,
    examine(machine, aim) {
      const verdict = judge(read(machine), aim);
      return profiles.includes(aim.profile) ? verdict : { status: 'ok', found: verdict.found };
    },
  };
}

export const exceptDesktop: readonly HostProfile[] = ['performance', 'secure'];
