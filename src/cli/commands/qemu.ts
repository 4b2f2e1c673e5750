/** `vm qemu` */
import type { Command } from 'commander';
import { VmError } from '../../errors.js';
import { describeQemu } from '../../qemu/describe.js';
import { addFormat, addQemuCapabilities } from '../options.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';
import { renderQemu } from '../render/qemu.js';
import { styleFor } from '../render/style.js';

interface QemuFlags {
  binary?: string;
  qemuCapabilities?: string;
  format: string;
}

export function configure(command: Command): void {
  addFormat(
    addQemuCapabilities(command.option('--binary <path>', 'the QEMU to ask; default: qemu-system-x86_64')),
  )
    .addHelpText(
      'after',
      `
QEMU is asked over QMP once, and remembered until it, its modules or the kernel change.

Examples:
  vm qemu
  vm qemu --binary /opt/qemu/bin/qemu-system-x86_64
  vm qemu --qemu-capabilities caps_10.0.0_x86_64.replies.xz --format json | jq .features

Fields of --format json: binary (or null), version (major, minor, micro), package, accelerators, kvm (works, reason; or null),
machines (name, alias or null, deprecated, hotpluggableCpus, maxCpus), cpuModels (name, deprecated), features (name: boolean),
devices, missingDevices (of those that a spec can lead to).`,
    )
    .action(run);
}

async function run({ binary, qemuCapabilities, format }: QemuFlags): Promise<void> {
  if (binary !== undefined && qemuCapabilities !== undefined) {
    throw new VmError('usage.qemu', '--binary and --qemu-capabilities exclude each other', {
      hint: 'A recorded session stands for a binary.',
    });
  }
  const qemu = await describeQemu({ binary, qemuCapabilities });
  await print(format === 'json' ? renderJson(qemu) : renderQemu(qemu, styleFor(process.stdout)));
}
