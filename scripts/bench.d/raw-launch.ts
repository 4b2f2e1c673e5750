/** The same VMs as somebody would start them by hand: QEMU, its greeting, the vCPUs' threads, taskset, `cont`. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface RawVm {
  readonly name: string;
  readonly folder: string;
  readonly accelerator: string;
  readonly vcpus: number;
  /** MiB. */
  readonly memory: number;
  /** A qcow2 image; none: without disk. */
  readonly disk?: string;
  /** The CPU of each vCPU; none: they float. */
  readonly cpus: readonly number[];
}

function argvOf({ name, folder, accelerator, vcpus, memory, disk }: RawVm): string[] {
  const socket = (what: string) => `${folder}/${name}.${what}`;
  const disks =
    disk === undefined
      ? []
      : [
          '-blockdev',
          `driver=qcow2,node-name=disk0,cache.direct=on,file.driver=file,file.filename=${disk},file.aio=io_uring,file.cache.direct=on`,
          '-device',
          'virtio-blk-pci,drive=disk0',
        ];
  return [
    ...['-name', `${name},debug-threads=on`, '-nodefaults', '-no-user-config', '-display', 'none', '-S'],
    ...['-machine', 'q35,memory-backend=ram0', '-accel', accelerator, '-cpu', 'max'],
    ...['-smp', String(vcpus), '-m', String(memory)],
    ...['-object', `memory-backend-memfd,id=ram0,size=${memory}M,share=on`],
    ...disks,
    ...['-device', 'virtio-rng-pci'],
    ...[
      '-chardev',
      `socket,id=serial,path=${socket('serial')},server=on,wait=off`,
      '-serial',
      'chardev:serial',
    ],
    ...['-pidfile', socket('pid'), '-qmp', `unix:${socket('qmp')},server=on,wait=off`],
  ];
}

export interface RawRun {
  /** Milliseconds until the guest ran. */
  readonly time: number;
  readonly end: () => Promise<void>;
}

/** Starts it. */
export async function launchRaw(vm: RawVm): Promise<RawRun> {
  const start = performance.now();
  const child = spawn('qemu-system-x86_64', argvOf(vm), { stdio: 'ignore' });
  const qmp = await connect(`${vm.folder}/${vm.name}.qmp`, child);
  const lines = createInterface({ input: qmp })[Symbol.asyncIterator]();
  const ask = async (execute: string): Promise<unknown> => {
    qmp.write(`{"execute":"${execute}"}\n`);
    for (;;) {
      const line = await lines.next();
      if (line.done === true) throw new Error('the raw QEMU ended');
      const answer = JSON.parse(line.value) as { return?: unknown };
      if ('return' in answer) return answer.return;
    }
  };
  await lines.next();
  await ask('qmp_capabilities');
  const vcpus = (await ask('query-cpus-fast')) as { 'cpu-index': number; 'thread-id': number }[];
  for (const { 'cpu-index': index, 'thread-id': thread } of vcpus) {
    const cpu = vm.cpus[index];
    if (cpu !== undefined) await run('taskset', ['-cp', String(cpu), String(thread)]);
  }
  await ask('cont');
  const time = performance.now() - start;
  const end = async () => {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
    qmp.destroy();
  };
  return { time, end };
}

async function connect(path: string, child: ChildProcess): Promise<Socket> {
  while (child.exitCode === null) {
    const socket = createConnection({ path });
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      await sleep(1);
    }
  }
  throw new Error(`the raw QEMU ended with ${child.exitCode}`);
}
