/** One VM, by its name: the verbs of the library. */
import { existsSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import type { VmDiff } from '../command/diff.js';
import { VmError } from '../errors.js';
import { serialLog, type VmPaths } from '../plan/paths.js';
import type { Verification } from '../plan/verify/check.js';
import { QmpClient } from '../qmp/client.js';
import { livingQemu } from './alive.js';
import { openConsole } from './console.js';
import type { VmEvent } from './events.js';
import { firstSerialLog } from './log-files.js';
import type { LogOptions } from './logs.js';
import { withMonitor } from './monitor.js';
import { pathsOf } from './names.js';
import { pidfileHolder } from './pidfile.js';
import type { PlaceOptions, PlaceResult } from './place-vm.js';
import { isAlive, type ProcessIdentity } from './process.js';
import type { VmRecord } from './record.js';
import { recover } from './recover.js';
import type { RestartOptions } from './restart.js';
import { statusOf, type VmStatus } from './status.js';
import type { DownOptions, DownResult } from './stop.js';
import { brokenRecord, noSuchVm } from './unknown.js';
import type { WaitOptions, WaitTarget } from './wait.js';

/**
 * A VM that has been started here, by its name. What only some of its methods need is loaded by them, so that a status is quick. Making one costs nothing; every method looks anew, and rolls back first what a killed
 * command left. All of them throw VmError `state.no-such-vm` if there is none of that name.
 */
export class Vm {
  readonly name: string;
  readonly #paths: VmPaths;

  /** @throws VmError `spec.name` if that is no name. */
  constructor(name: string) {
    this.name = name;
    this.#paths = pathsOf(name);
  }

  async status(): Promise<VmStatus> {
    return statusOf(this.#paths, await this.#record());
  }

  /** Events from now on; ends when the VM does. @throws QmpError `qmp.held` while another watcher is there. */
  async *events({
    signal,
  }: {
    readonly signal?: AbortSignal;
  } = {}): AsyncGenerator<VmEvent, void, undefined> {
    const { qemu } = await this.#running();
    const { watchEvents } = await import('./events.js');
    yield* watchEvents(this.name, this.#paths, qemu.pid, signal);
  }

  /** Stops it: see {@link DownOptions}. Returns when its process is gone and nothing of it is left. */
  async down(options: DownOptions = {}): Promise<DownResult> {
    if ((await recover(this.#paths)) === 'none') throw noSuchVm(this.name);
    const { stop } = await import('./stop.js');
    return stop(this.name, this.#paths, options);
  }

  /** Halts the vCPUs. Doing it twice is no error. */
  async pause(): Promise<void> {
    await this.#command((client) => client.execute('stop'));
  }

  /**
   * Lets the vCPUs go on, and places the thread that KVM makes with the first that runs.
   * @throws QmpCommandError if QEMU can't, say after a panic that needs a reset; `qemu.placement`; `state.locked`.
   */
  async resume(): Promise<void> {
    const { record, qemu } = await this.#running();
    await withMonitor(this.#paths, qemu.pid, (client) => client.execute('cont'));
    if (record.plan.accelerator !== 'kvm') return;
    const { recoveryThread } = await import('./kernel-threads.js');
    await recoveryThread(qemu.pid);
    await this.place();
  }

  /** The reset button: the guest is not asked. */
  async reset(): Promise<void> {
    await this.#command((client) => client.execute('system_reset'));
  }

  /**
   * Down, then up from the same spec file, as it is now, with the overrides of then unless others are given. What would keep it from
   * coming back is told while it still runs.
   */
  async restart(options: RestartOptions = {}): Promise<Vm> {
    const record = await this.#record();
    const { restart } = await import('./restart.js');
    return new Vm(await restart(record, options, () => this.down(options)));
  }

  /**
   * @throws VmError `no.timeout`; `qemu.died`, with QEMU's last words, as soon as it did; `no.stopped` if it ended in order;
   *   `usage.wait` if its spec has no agent or forward to wait for.
   */
  async wait(target: WaitTarget, options: WaitOptions = {}): Promise<void> {
    const { waitForEnd, waitForGuest } = await import('./wait.js');
    if (target !== 'stopped') {
      return waitForGuest(this.name, this.#paths, () => this.#record(), target, options);
    }
    const record = await recover(this.#paths);
    if (record === 'none' && !existsSync(this.#paths.stateFolder)) throw noSuchVm(this.name);
    const qemu = typeof record === 'object' ? livingQemu(this.#paths, record) : pidfileHolder(this.#paths);
    if (qemu !== undefined) await waitForEnd(this.name, qemu, options);
  }

  /**
   * Puts every thread back to where it is planned to be, also vCPUs that were plugged in since, or moves them to a new placement.
   * @throws VmError `usage.vcpus`; `host.*` for what stands against the new placement; `qemu.placement`; `state.locked`.
   */
  async place(options: PlaceOptions = {}): Promise<PlaceResult> {
    await this.#running();
    const { placeVm } = await import('./place-vm.js');
    return placeVm(this.name, this.#paths, () => this.#record(), options);
  }

  /** What its spec file, as it is now, would make different, and what each difference needs. @throws VmError `state.no-spec-file`, `spec.*`. */
  async diff(): Promise<VmDiff> {
    const record = await this.#record();
    const { diffVm } = await import('./diff.js');
    return diffVm(record);
  }

  /** Holds every promise of its spec against the kernel and its QEMU. Reads only. */
  async verify(): Promise<Verification> {
    const { record, qemu } = await this.#running();
    const { verifyVm } = await import('./verify/verify.js');
    return verifyVm(record, qemu.pid);
  }

  /** A client of the user's monitor; close it, for QEMU serves one at a time. */
  async qmp(): Promise<QmpClient> {
    const { qemu } = await this.#running();
    return QmpClient.connect(this.#paths.user, { pid: qemu.pid });
  }

  /** What the guest printed, or QEMU said, in chunks. Also of a VM that has stopped. @throws VmError `state.no-log`. */
  async *logs(options: LogOptions = {}): AsyncGenerator<string, void, undefined> {
    const record = await recover(this.#paths);
    const qemu = typeof record === 'object' ? livingQemu(this.#paths, record) : undefined;
    const { qemuLog } = typeof record === 'object' ? record.plan.paths : this.#paths;
    const serial = typeof record === 'object' ? firstSerialLog(record.plan) : serialLog(this.#paths, 0);
    const { readLog } = await import('./logs.js');
    yield* readLog(
      this.name,
      options.qemu ? qemuLog : serial,
      options,
      () => qemu !== undefined && isAlive(qemu),
    );
  }

  /**
   * A connection to a serial port.
   * @param index the number of the port. Default: 0.
   * @throws VmError `state.no-console`; `state.console-held` while another client has it.
   */
  async console(index = 0): Promise<Duplex> {
    const { record } = await this.#running();
    return openConsole(this.name, record.plan, index);
  }

  /** Takes away its logs and UEFI variables, and what a crash left; disks stay. @throws VmError `state.running`. */
  async remove(): Promise<void> {
    await recover(this.#paths);
    const { remove } = await import('./remove.js');
    return remove(this.name, this.#paths);
  }

  async #command(work: (client: QmpClient) => Promise<unknown>): Promise<void> {
    const { qemu } = await this.#running();
    await withMonitor(this.#paths, qemu.pid, work);
  }

  async #record(): Promise<VmRecord> {
    const record = await recover(this.#paths);
    if (record === 'none') throw noSuchVm(this.name);
    if (record === 'broken') throw brokenRecord(this.name, this.#paths, pidfileHolder(this.#paths)?.pid);
    return record;
  }

  async #running(): Promise<{ record: VmRecord; qemu: ProcessIdentity }> {
    const record = await this.#record();
    const qemu = livingQemu(this.#paths, record);
    if (qemu !== undefined) return { record, qemu };
    if (record.phase === 'starting') {
      throw new VmError('state.starting', `${this.name} is being started`, {
        hint: `Wait for it: vm wait ${this.name} --for running.`,
      });
    }
    throw new VmError('state.not-running', `${this.name} does not run`, {
      hint: `See: vm status ${this.name}.`,
    });
  }
}

/** A VM by its name; whether there is one is found by its methods. @throws VmError `spec.name` if that is no name. */
export function get(name: string): Vm {
  return new Vm(name);
}
