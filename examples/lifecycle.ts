/**
 * Starts a VM, looks at it, watches its events and takes it away again. From a clone, after `npm ci`:
 *
 *   npx tsx examples/lifecycle.ts
 *
 * It needs QEMU and nothing else: no KVM, no root, no disk image. The guest is a PC with nothing to start.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { up, type Vm } from '@multiverse/vm';

const spec = `
machine: {accelerator: tcg}
cpu: {vcpus: 2}
memory: {size: 64MiB}
`;

/** Prints what QEMU tells, until it ends. */
async function watch(vm: Vm): Promise<void> {
  for await (const { event, data } of vm.events()) console.log(`event: ${event} ${JSON.stringify(data)}`);
}

async function lifecycle(file: string): Promise<void> {
  const vm = await up(file, { onProgress: (step) => console.error(`up: ${step}`) });
  const watching = watch(vm);
  try {
    const { state, accelerator, threads } = await vm.status();
    console.log(`${vm.name} is ${state} under ${accelerator}`);
    for (const { name, threadId, cpus } of threads) {
      console.log(`thread ${threadId} (${name}) may run on CPUs ${cpus.join(', ')}`);
    }

    const monitor = await vm.qmp();
    const cpus = await monitor.execute('query-cpus-fast');
    await monitor.close();
    console.log(`QEMU has ${cpus.length} vCPUs`);
  } finally {
    // There is no operating system that could react to the power button: it is given a second.
    const { how } = await vm.down({ timeout: 1, force: true });
    console.log(`${vm.name} is down (${how})`);
  }
  await watching;
}

// Folders of its own, so that it leaves nothing among your VMs. /tmp, because the path of a socket has to be short.
const folder = await mkdtemp('/tmp/vm-example-');
process.env.VM_RUNTIME_DIR = join(folder, 'run');
process.env.VM_STATE_DIR = join(folder, 'state');
try {
  const file = join(folder, 'example.yaml');
  await writeFile(file, spec);
  await lifecycle(file);
} finally {
  await rm(folder, { recursive: true });
}
