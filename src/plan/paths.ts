/** The names of everything that a VM leaves on the machine. Pure: the roots come from the runtime. */
import { posix as path } from 'node:path';

export interface VmRoots {
  /** `$VM_RUNTIME_DIR`, `/run/vm` or `$XDG_RUNTIME_DIR/vm`. */
  readonly runtime: string;
  /** `$VM_STATE_DIR` or the XDG state folder. */
  readonly state: string;
}

/** Files of one VM. Those of `folder` are gone after `down`; those of `stateFolder` stay until `remove`. */
export interface VmPaths {
  readonly folder: string;
  readonly record: string;
  /** Held by the command that changes this VM. */
  readonly lock: string;
  /** QEMU inherits a descriptor of it, by which it is known until it holds its pidfile. */
  readonly aliveFile: string;
  readonly pidfile: string;
  readonly control: string;
  readonly events: string;
  readonly user: string;
  readonly agent: string;
  readonly vnc: string;
  readonly stateFolder: string;
  readonly qemuLog: string;
  readonly nvram: string;
  /** What the TPM keeps. */
  readonly tpm: string;
  /** What cloud-init in the guest reads. */
  readonly seed: string;
}

export function vmPaths(roots: VmRoots, name: string): VmPaths {
  const folder = path.join(roots.runtime, name);
  const stateFolder = path.join(roots.state, name);
  return {
    folder,
    record: path.join(folder, 'record.json'),
    lock: path.join(folder, 'lock'),
    aliveFile: path.join(folder, 'qemu.alive'),
    pidfile: path.join(folder, 'qemu.pid'),
    control: path.join(folder, 'control.sock'),
    events: path.join(folder, 'events.sock'),
    user: path.join(folder, 'user.sock'),
    agent: path.join(folder, 'agent.sock'),
    vnc: path.join(folder, 'vnc.sock'),
    stateFolder,
    qemuLog: path.join(stateFolder, 'qemu.log'),
    nvram: path.join(stateFolder, 'nvram.fd'),
    tpm: path.join(stateFolder, 'tpm'),
    seed: path.join(stateFolder, 'seed.iso'),
  };
}

/** `serial.sock`, `serial1.sock`, … */
export function serialSocket(paths: VmPaths, index: number): string {
  return path.join(paths.folder, `serial${index === 0 ? '' : index}.sock`);
}

/** `serial.log`, `serial1.log`, …: what the guest printed, kept. */
export function serialLog(paths: VmPaths, index: number): string {
  return path.join(paths.stateFolder, `serial${index === 0 ? '' : index}.log`);
}
