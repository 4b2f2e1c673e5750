/** Profiles: named sets of defaults, below everything that a spec says. Pure. */
import type { Position } from './position.js';
import { find, type MapEntry, type MapNode, mergeMaps, type Scalar, type SpecNode, toValue } from './tree.js';

export const profileNames = ['performance', 'desktop', 'secure', 'tiny'] as const;
export type ProfileName = (typeof profileNames)[number];

interface Defaults {
  readonly [key: string]: Scalar | Defaults;
}

const profiles: Readonly<Record<ProfileName, Defaults>> = {
  /** Everything that makes a VM faster and costs the host something: memory that is there and stays, whole CPUs, threads of its own for disks. */
  performance: {
    cpu: { l3Cache: true, kvm: { hintDedicated: true } },
    placement: { vcpus: 'auto', exclusive: true },
    memory: { hugepages: true, locked: true, allocation: 'immediate' },
    ioThreads: 1,
  },
  /** A desktop, Windows or Linux, often with a graphics card passed through. */
  desktop: {
    boot: { firmware: 'uefi' },
    cpu: { hyperv: true },
    clock: { driftfix: 'slew', hpet: false },
    display: 'vnc',
    guestAgent: true,
  },
  /** Everything that isolates: signed code, no nesting, devices that reach no memory but what they are given. */
  secure: {
    boot: { firmware: 'uefi', secureBoot: true },
    cpu: { nested: false },
    iommu: { model: 'intel' },
    memory: { merge: false, dump: false },
    machine: { vmport: false, usb: false },
    qemu: { sandbox: true },
  },
  /** As little as a Linux kernel needs, for tests: starts in a moment. */
  tiny: {
    machine: { type: 'microvm' },
    memory: { size: '256MiB' },
    placement: { vcpus: 'none' },
    cpu: { nested: false },
    lifecycle: { onReboot: 'stop', shutdownTimeout: '10s' },
  },
};

/** A default of a profile, and what the spec says instead, if it does. */
export interface ProfileDefault {
  readonly key: string;
  readonly value: Scalar;
  readonly instead: unknown;
  readonly overridden: boolean;
}

export interface AppliedProfile {
  readonly name: ProfileName;
  readonly defaults: readonly ProfileDefault[];
}

/** The `file` of positions of a profile's defaults. */
const profileFile = (name: ProfileName): string => `profile: ${name}`;

/** Whether something stands in a profile. */
export const isProfile = ({ file }: Position): boolean => file.startsWith('profile: ');

/** Puts the profile that a spec names below it: maps merge key by key, everything else of the spec replaces. A name that is none is left to the schema. */
export function applyProfile(root: MapNode): { root: MapNode; profile: AppliedProfile | null } {
  const node = root.entries.get('profile')?.node;
  const wanted = node?.kind === 'scalar' ? node.value : undefined;
  const name = profileNames.find((one) => one === wanted);
  if (name === undefined) return { root, profile: null };
  const position: Position = { file: profileFile(name), line: 1, column: 1 };
  const defaults = leaves(profiles[name], []).map(([path, value]) => describe(root, path, value));
  return {
    root: mergeMaps(mapNode(profiles[name], position), root),
    profile: { name, defaults },
  };
}

function describe(root: MapNode, path: readonly string[], value: Scalar): ProfileDefault {
  // A value of the spec that is no map replaces the profile's whole map.
  const around = path.map((_, depth) => find(root, path.slice(0, depth + 1)));
  const own = around.find(
    (one, depth) => one !== undefined && (one.kind !== 'map' || depth === path.length - 1),
  );
  const key = path.join('.');
  if (own === undefined) return { key, value, instead: undefined, overridden: false };
  const instead = toValue(own);
  return { key, value, instead, overridden: instead !== value };
}

function leaves(defaults: Defaults, path: readonly string[]): [path: readonly string[], value: Scalar][] {
  return Object.entries(defaults).flatMap(([key, value]): [readonly string[], Scalar][] =>
    typeof value === 'object' && value !== null ? leaves(value, [...path, key]) : [[[...path, key], value]],
  );
}

function mapNode(defaults: Defaults, position: Position): MapNode {
  const entries = Object.entries(defaults).map(([key, value]): [string, MapEntry] => {
    const node: SpecNode =
      typeof value === 'object' && value !== null
        ? mapNode(value, position)
        : { kind: 'scalar', value, position };
    return [key, { key: position, node }];
  });
  return { kind: 'map', entries: new Map(entries), position };
}
