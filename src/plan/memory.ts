/** The guest's memory: nodes, modules, and whether this host has it. Pure. */
import { posix } from 'node:path';
import { formatBytes } from '../units.js';
import { planConfinement } from './confinement.js';
import type { Claim, FileFacts } from './facts.js';
import type { PlanNotes } from './findings.js';
import { planBackend } from './memory-backend.js';
import { type ModuleInput, planModules } from './memory-modules.js';
import { planRoom } from './memory-room.js';
import { givesMemory, noMemoryOf } from './node-memory.js';
import { bound, planNumaNodes, reportHostNodes } from './numa.js';
import type { MemoryBackend, MemoryModulePlan, MemoryPlan } from './plan.js';
import type { QemuFeatures } from './qemu-capabilities.js';

interface MemoryInput extends ModuleInput, PlanNotes {
  readonly qemu: QemuFeatures;
  readonly claims: readonly Claim[];
  readonly files: ReadonlyMap<string, FileFacts>;
}

/** Slots for modules to come, where the spec wants room for them and does not say how many. */
const roomForModules = 8;

export function planMemory(input: MemoryInput): MemoryPlan {
  const { memory } = input.spec;
  const backend = planBackend(input);
  const nodes = planNumaNodes(input, backend);
  const whole = { ...backend, ...(nodes.length === 0 ? planHostNodes(input) : {}) };
  const modules = planModules(input, whole, nodes);
  const dimms = modules.filter(({ type }) => type === 'dimm' || type === 'nvdimm').length;
  const context = (one: MemoryBackend) => withContext(input, one);
  const plan = {
    ...context(whole),
    locked: memory.locked,
    maxBytes: maxBytes(input, modules),
    slots: memory.slots ?? dimms + (memory.maxSize === undefined ? 0 : roomForModules),
    nodes: nodes.map((node) => ({ ...node, memory: node.memory === null ? null : context(node.memory) })),
    modules: modules.map((module) => ({ ...module, backend: context(module.backend) })),
    confinedTo: planConfinement(input.spec, input.placement, input),
  };
  reportContradictions(input, backend);
  reportPath(input);
  reportOneFile(input, plan);
  reportLimit(input);
  return { ...plan, hugepages: planRoom(input, plan) };
}

function maxBytes({ spec: { memory } }: MemoryInput, modules: readonly MemoryModulePlan[]): number | null {
  if (memory.maxSize !== undefined) return memory.maxSize;
  if (modules.length === 0) return null;
  return modules.reduce((sum, { backend }) => sum + backend.bytes, memory.size);
}

/** The threads that allocate take memory from where they run: they run on the nodes that it is to come from. */
function withContext({ qemu }: MemoryInput, backend: MemoryBackend): MemoryBackend {
  const threadContext = backend.preallocate && backend.hostNodes.length > 0 && qemu.has('threadContext');
  return { ...backend, threadContext };
}

/** Without nodes in the guest: what the spec says, else, on a host with several nodes, the node of the vCPUs as long as it has some. */
function planHostNodes(input: MemoryInput): Pick<MemoryBackend, 'hostNodes' | 'policy'> {
  const { host, placement, decide, spec } = input;
  const { hostNodes, policy } = spec.memory;
  reportHostNodes(input, hostNodes, 'memory.hostNodes');
  if (hostNodes !== undefined || policy === 'restrictive') return bound(hostNodes, policy);
  if (host.nodes.length < 2) return { hostNodes: [], policy: 'default' };
  const nodes = new Set(placement.vcpus.map(({ node }) => node));
  const [node] = nodes;
  if (nodes.size !== 1 || node === undefined || node === null) return { hostNodes: [], policy: 'default' };
  if (!givesMemory(host, node)) {
    decide({ key: 'memory', value: 'any node', reason: `${noMemoryOf(node)}: the kernel takes the nearest` });
    return { hostNodes: [], policy: 'default' };
  }
  decide({ key: 'memory', value: `node ${node}`, reason: 'the node of its vCPUs' });
  return { hostNodes: [node], policy: 'preferred' };
}

function reportContradictions({ spec, find, qemu }: MemoryInput, backend: MemoryBackend): void {
  const warn = (key: string, message: string, hint: string) =>
    find({ severity: 'warning', code: 'spec.memory', key, message, hint });
  if (backend.backing === 'memfd' && backend.hugepageBytes === null && !backend.shared) {
    warn(
      'memory.backing',
      'a private memfd takes the memory twice: once in the file, once in the copy',
      'Say backing: anonymous, or access: shared.',
    );
  }
  if (spec.memory.locked === 'onFault' && !qemu.has('memLockOnFault')) {
    find({
      severity: 'missing',
      code: 'qemu.too-old',
      key: 'memory.locked',
      message: 'this QEMU locks all memory or none: on-fault came with 10.0',
      hint: 'Say locked: true, or take QEMU 10.0 or later.',
    });
  }
}

/** QEMU makes the file, but not the folder of it. */
function reportPath({ spec, files, find }: MemoryInput): void {
  const { path } = spec.memory;
  if (path === undefined || files.get(path)?.kind !== 'missing') return;
  if (files.get(posix.dirname(path))?.kind !== 'missing') return;
  find({
    severity: 'missing',
    code: 'host.memory-path',
    key: 'memory.path',
    message: `the folder of ${path} does not exist`,
    hint: 'Make it, or correct memory.path; a relative path is relative to the spec.',
  });
}

/** In a folder QEMU makes a file for each piece of memory; in a file the pieces would lie over each other. */
function reportOneFile({ files, find }: MemoryInput, { nodes }: Pick<MemoryPlan, 'nodes'>): void {
  const [path, ...others] = nodes.flatMap(({ memory }) => (memory?.path == null ? [] : [memory.path]));
  if (path === undefined || others.length === 0 || files.get(path)?.kind === 'folder') return;
  find({
    severity: 'missing',
    code: 'spec.memory',
    key: 'memory.path',
    message: `${path} is one file, and the guest has ${others.length + 1} nodes with memory: they would overwrite each other`,
    hint: 'Name a folder that is there (of a hugetlbfs or tmpfs, say), or write numa: none.',
  });
}

function reportLimit({ spec, host, find }: MemoryInput): void {
  const { locked, size } = spec.memory;
  const { lockableBytes } = host;
  if (!locked || lockableBytes === null || lockableBytes >= size) return;
  find({
    severity: 'missing',
    code: 'host.memlock',
    key: 'memory.locked',
    message: `this user may lock ${formatBytes(lockableBytes)} of memory (ulimit -l), and the guest has ${formatBytes(size)}`,
    hint: 'Raise memlock in /etc/security/limits.d, run vm as root, or say locked: false.',
  });
}
