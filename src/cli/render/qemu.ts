/** The view of `vm qemu`. */
import type { QemuDescription } from '../../index.js';
import { escapeUnprintable } from '../../spec/printable.js';
import { plain, type Style } from './style.js';
import { renderFields } from './table.js';

/** Words on lines of at most this many characters. */
const lineWidth = 76;

export function renderQemu(qemu: QemuDescription, style: Style = plain): string {
  const { version, machines, cpuModels, features } = qemu;
  const has = (wanted: boolean) =>
    Object.entries(features)
      .filter(([, here]) => here === wanted)
      .map(([name]) => name);
  const lines = renderFields(
    [
      ['binary', escapeUnprintable(qemu.binary ?? 'none: a recorded session')],
      ['version', `${version.major}.${version.minor}.${version.micro}`],
      ['package', escapeUnprintable(qemu.package) || '-'],
      ['accelerators', acceleratorsText(qemu)],
      ['machines', machinesText(machines)],
      [
        'CPU models',
        `${cpuModels.length}, ${cpuModels.filter((model) => model.deprecated).length} of them deprecated`,
      ],
      ['devices', `${qemu.devices.length}`],
      ['has', wrapped(has(true))],
      ['has not', wrapped(has(false))],
      ['missing devices', wrapped(qemu.missingDevices)],
    ],
    style,
  );
  return `${lines.join('\n')}\n`;
}

function acceleratorsText({ accelerators, kvm }: QemuDescription): string {
  return accelerators
    .map((name) => (name === 'kvm' && kvm !== null ? `kvm (${escapeUnprintable(kvm.reason)})` : name))
    .join(', ');
}

/** The current ones by their short names; the others are versions of them. */
function machinesText(machines: QemuDescription['machines']): string {
  const current = machines
    .filter(({ alias }) => alias !== null)
    .map(({ name, alias }) => `${alias} (${name})`);
  const deprecated = machines.filter((machine) => machine.deprecated).length;
  const counts = `${machines.length} in all, ${deprecated} of them deprecated`;
  return wrapped([...current.map(escapeUnprintable), counts]);
}

function wrapped(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 2 > lineWidth) lines.push(word);
    else lines[lines.length - 1] = `${last}, ${word}`;
  }
  return lines.length === 0 ? 'none' : lines.join(',\n');
}
