/** The files of ours that keep settings across boots: where they are, what is in them. Pure. */
import type { Fragment, KeptFile } from '../settings/setting.js';

export const keptPaths: Readonly<Record<KeptFile, string>> = {
  sysctl: '/etc/sysctl.d/90-multiverse.conf',
  modprobe: '/etc/modprobe.d/multiverse.conf',
  tmpfiles: '/etc/tmpfiles.d/multiverse.conf',
  modules: '/etc/modules-load.d/multiverse.conf',
  grub: '/etc/default/grub.d/multiverse.cfg',
  irqbalance: '/etc/systemd/system/irqbalance.service.d/multiverse.conf',
};

const firstLine = '# Written by "vm host tune --persist"; "vm host revert" takes it away.';

/** Lines by the id of the setting that they keep. */
export type KeptSections = ReadonlyMap<string, readonly string[]>;

/** @returns undefined for a file that is not ours. */
export function parseKept(text: string): KeptSections | undefined {
  const [first, ...lines] = text.split('\n');
  if (first !== firstLine) return undefined;
  const sections = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of lines) {
    const id = /^# (\S+)$/.exec(line)?.[1];
    if (id !== undefined) {
      current = [];
      sections.set(id, current);
    } else if (line !== '') {
      current.push(line);
    }
  }
  return sections;
}

/** @param order the ids in the order of the registry: some settings must be written before others. */
export function renderKept(sections: KeptSections, order: readonly string[]): string {
  const place = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  const blocks = [...sections]
    .sort(([a], [b]) => place(a) - place(b))
    .map(([id, lines]) => [`# ${id}`, ...lines].join('\n'));
  return `${[firstLine, ...blocks].join('\n\n')}\n`;
}

/** Words of the kernel's command line are added to those that are there, in what grub-mkconfig reads. */
export function linesOf({ file, lines }: Fragment): string[] {
  if (file !== 'grub') return [...lines];
  const words = lines.join(' ');
  return [`GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT ${words}"`];
}
