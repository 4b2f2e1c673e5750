/** VMs as `vm list` shows them. */
import type { VmPaths } from '../plan/paths.js';
import { pathsOf } from './names.js';
import { pidfileHolder } from './pidfile.js';
import { ageOf, type ProcessIdentity } from './process.js';
import type { RecordFile } from './record.js';
import { recoverAll } from './recover.js';
import { refuseForeignFolder, vmRoots } from './roots.js';
import { observe, type VmState } from './state.js';

export interface VmSummary {
  readonly name: string;
  readonly state: VmState;
  /** Of its QEMU; null if that is gone. */
  readonly pid: number | null;
  readonly vcpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Seconds; null if its QEMU is gone. */
  readonly uptime: number | null;
}

/** Every VM that has a record here, by name. What a killed launch or an ended QEMU left is taken away first. */
export async function list(): Promise<VmSummary[]> {
  const roots = vmRoots();
  refuseForeignFolder(roots.runtime);
  const records = await recoverAll(roots);
  const summaries = await Promise.all(
    [...records].map(([name, record]) => summarize(name, pathsOf(name), record)),
  );
  return summaries.filter((summary) => summary !== undefined);
}

async function summarize(name: string, paths: VmPaths, record: RecordFile): Promise<VmSummary | undefined> {
  if (record === 'none') return undefined;
  if (record === 'broken') {
    const qemu = pidfileHolder(paths);
    return { name, state: qemu === undefined ? 'crashed' : 'running', ...life(qemu), vcpus: 0, memory: 0 };
  }
  const { state, qemu } = await observe(paths, record);
  const { cpu, memory } = record.plan;
  return { name, state, ...life(qemu), vcpus: cpu.vcpus, memory: memory.bytes };
}

function life(qemu: ProcessIdentity | undefined): { pid: number | null; uptime: number | null } {
  return qemu === undefined ? { pid: null, uptime: null } : { pid: qemu.pid, uptime: ageOf(qemu) };
}
