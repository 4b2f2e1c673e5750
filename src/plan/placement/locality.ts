/** Which nodes of the host a VM belongs on for the sake of its memory, devices, disks or NICs. Pure. */
import { localPath } from '../../devices/disk-images.js';
import type { VmSpec } from '../../spec/schema.js';
import type { FileFacts, HostFacts } from '../facts.js';
import type { Machine } from './machine.js';

/** Where a part of the spec is. */
export interface Anchor {
  /** `hostDevices[0]` */
  readonly key: string;
  readonly node: number;
}

export interface Locality {
  readonly anchors: readonly Anchor[];
  /** How much farther than it has to be a node is from them, in the kernel's units; 0 is as near as can be. */
  readonly away: (node: number | null) => number;
}

/** Where a VM belongs on this host. */
export function localityOf(
  spec: VmSpec,
  host: HostFacts,
  files: ReadonlyMap<string, FileFacts>,
  machine: Machine,
): Locality {
  return nearTo(anchorsOf(spec, host, files), machine);
}

/** As near to these as can be. */
export function nearTo(anchors: readonly Anchor[], machine: Machine): Locality {
  if (anchors.length === 0) return { anchors, away: () => 0 };
  const distances = new Map(
    machine.cores.map(({ node }) => [
      node,
      Math.min(
        ...anchors.map((anchor) =>
          anchor.node === node ? 0 : Math.max(1, machine.distance(node, anchor.node)),
        ),
      ),
    ]),
  );
  // A node without CPUs can have devices and memory: then the nearest that has some will do.
  const nearest = Math.min(...distances.values());
  return { anchors, away: (node) => (distances.get(node) ?? nearest) - nearest };
}

/**
 * What ties a VM to nodes: what the spec says of memory, else passthrough devices, else disks, else NICs. Empty where nothing does, or
 * the host has but one node.
 */
function anchorsOf(spec: VmSpec, host: HostFacts, files: ReadonlyMap<string, FileFacts>): readonly Anchor[] {
  if (host.nodes.length < 2) return [];
  const kinds = [
    memoryAnchors(spec),
    deviceAnchors(spec, host),
    diskAnchors(spec, host, files),
    nicAnchors(spec, host),
  ];
  return kinds.find((anchors) => anchors.length > 0) ?? [];
}

function memoryAnchors({ memory, numa }: VmSpec): Anchor[] {
  const rows = Array.isArray(numa) ? numa : [];
  return [
    ...at('memory.hostNodes', memory.hostNodes),
    ...rows.flatMap(({ hostNodes }, index) => at(`numa[${index}].hostNodes`, hostNodes)),
  ];
}

function deviceAnchors({ hostDevices, disks }: VmSpec, host: HostFacts): Anchor[] {
  const drives = disks.map(({ source }) =>
    typeof source === 'object' && source.type === 'nvme' ? source.pci : undefined,
  );
  return [
    ...hostDevices.flatMap(({ pci }, index) => at(`hostDevices[${index}]`, nodeOfPci(pci, host))),
    ...drives.flatMap((pci, index) => at(`disks[${index}]`, nodeOfPci(pci, host))),
  ];
}

function nodeOfPci(address: string | undefined, { pciDevices }: HostFacts): number[] {
  return nodeOf(pciDevices?.find((device) => device.address === address));
}

/** A disk is known by the device that its file is on or is; in a captured tree, where there are no files, by the name in /dev. */
function diskAnchors(
  { disks }: VmSpec,
  { blockDevices }: HostFacts,
  files: ReadonlyMap<string, FileFacts>,
): Anchor[] {
  return disks.flatMap(({ source }, index) => {
    const path = typeof source === 'object' ? localPath(source) : source;
    if (path === undefined) return [];
    const device = files.get(path)?.device;
    const found = blockDevices?.find(({ name, number }) =>
      device === undefined ? path === `/dev/${name}` : number === device,
    );
    return at(`disks[${index}]`, nodeOf(found));
  });
}

function nicAnchors({ networks }: VmSpec, { interfaces }: HostFacts): Anchor[] {
  return networks.flatMap((network, index) => {
    const name =
      network.type === 'bridge' ? network.bridge : network.type === 'tap' ? network.device : undefined;
    return at(`networks[${index}]`, nodeOf(interfaces?.find((one) => one.name === name)));
  });
}

const nodeOf = (facts: { readonly node: number | null } | undefined): number[] =>
  facts === undefined || facts.node === null ? [] : [facts.node];

const at = (key: string, nodes: readonly number[] | undefined): Anchor[] =>
  (nodes ?? []).map((node) => ({ key, node }));
