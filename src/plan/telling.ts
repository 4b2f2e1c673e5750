/** What of its inputs a plan can tell apart: two inputs that are alike here give the same plan. Pure. */
import type { VmSpec } from '../spec/schema.js';
import type { Claim, FileFacts, HostFacts } from './facts.js';
import type { PlanInput } from './input.js';
import { pageBytes } from './memory-backend.js';

/** The QEMU by which it is known, in place of all that it can do. */
export type TellingInput = Omit<PlanInput, 'spec' | 'profile' | 'qemu'> & { readonly qemu: string };

/**
 * A text that is the same where the plan is.
 * @param paths that the VM wants for itself.
 */
export function tellingText(
  { host, files, claims, ...rest }: TellingInput,
  spec: VmSpec,
  paths: readonly string[],
): string {
  return JSON.stringify({
    host: tellingHost(host, spec),
    files: [...files].map(tellingFile),
    claims: claims.flatMap((claim) => tellingClaim(claim, paths)),
    ...rest,
  });
}

/** Most VMs are in nobody's way. */
function tellingClaim({ vm, ...held }: Claim, wanted: readonly string[]): unknown[] {
  const paths = held.paths?.filter((path) => wanted.includes(path));
  const holds = Object.entries({ ...held, paths }).filter(([, value]) => !isNothing(value));
  return holds.length === 0 ? [] : [{ vm, ...Object.fromEntries(holds) }];
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** Memory that is free changes all the time, and tells nothing but whether there is enough of it. */
function tellingHost(host: HostFacts, spec: VmSpec): unknown {
  const { size, hugepages, modules } = spec.memory;
  const rows = Array.isArray(spec.numa) ? spec.numa : [];
  const wanted = [
    hugepages,
    ...modules.map((module) => ('hugepages' in module ? module.hugepages : false)),
    ...rows.map((row) => row.hugepages ?? false),
  ];
  const pages = wanted.flatMap((one) => pageBytes(one, host) ?? []);
  const telling = (available: number | null) => {
    if (available === null) return null;
    if (pages.length === 0) return available >= size ? 'enough' : available;
    return host.nodes.length < 2 ? Math.floor(available / Math.min(...pages)) : available;
  };
  return {
    ...host,
    availableBytes: telling(host.availableBytes),
    nodes: host.nodes.map((node) => ({ ...node, availableBytes: telling(node.availableBytes) })),
  };
}

/** An image with a header grows, and is to the guest what the header says. */
function tellingFile([path, facts]: readonly [string, FileFacts]): unknown {
  return [path, facts.qcow2 === undefined ? facts : { ...facts, bytes: null }];
}
