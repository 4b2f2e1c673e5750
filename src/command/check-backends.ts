/** Checks `-object`, `-netdev`, `-blockdev` and `-chardev` against the QAPI schema of a QEMU. Pure. */
import type { Finding } from '../plan/findings.js';
import type { QemuCapabilities } from '../plan/qemu-capabilities.js';
import { printable } from '../spec/printable.js';
import { membersOf, own } from './check-arguments.js';
import { type Lack, lackFinding } from './check-findings.js';
import { type Unknown, unknownIn } from './check-schema.js';
import type { QemuOption } from './option.js';

/** The options that a QAPI type describes: the member that chooses the variant, and what a variant is called. */
const described = {
  '-object': { root: 'object', tag: 'qom-type', noun: 'object' },
  '-netdev': { root: 'netdev', tag: 'type', noun: 'network backend' },
  '-blockdev': { root: 'blockdev', tag: 'driver', noun: 'block driver' },
} as const;

type Described = (typeof described)[keyof typeof described];

export function checkObject(option: QemuOption, qemu: QemuCapabilities): Finding[] {
  return checkDescribed(option, described['-object'], qemu);
}

export function checkNetdev(option: QemuOption, qemu: QemuCapabilities): Finding[] {
  return checkDescribed(option, described['-netdev'], qemu);
}

export function checkBlockdev(option: QemuOption, qemu: QemuCapabilities): Finding[] {
  return checkDescribed(option, described['-blockdev'], qemu);
}

function checkDescribed(
  option: QemuOption,
  { root, tag, noun }: Described,
  qemu: QemuCapabilities,
): Finding[] {
  const type = qemu.schema[root];
  const members = membersOf(option.value ?? '', tag, true);
  if (type === null || members === undefined) return [];
  return unknownIn(qemu.schema, type, members).map((unknown) =>
    lackFinding(option, lackOf(unknown, noun), qemu),
  );
}

function lackOf({ what, path, name, of, known }: Unknown, noun: string): Lack {
  switch (what) {
    case 'variant':
      return { code: 'qemu.unknown-device', what: `${noun} ${printable(name)}`, since: name, name, known };
    case 'member': {
      const words = `property ${printable(path)} of the ${noun} ${of}`;
      return { code: 'qemu.unknown-property', what: words, since: `${of}.${name}`, name, known };
    }
    case 'value': {
      const words = `${path} ${printable(name)} for the ${noun} ${of}`;
      return { code: 'qemu.unknown-value', what: words, since: `${of}.${path}=${name}`, name, known };
    }
  }
}

/** Names of backends that only the command line has (chardev/char.c). */
const chardevAliases: Readonly<Record<string, string>> = { tty: 'serial', parport: 'parallel' };

/** `-chardev` takes no JSON: its backend has a QAPI type, its parameters are those of all backends in one list. */
export function checkChardev(option: QemuOption, qemu: QemuCapabilities): Finding[] {
  const members = membersOf(option.value ?? '', 'backend', false);
  const backend = members?.backend;
  if (members === undefined || typeof backend !== 'string') return [];
  const kinds = chardevKinds(qemu);
  if (kinds.length > 0 && !kinds.includes(own(chardevAliases, backend) ?? backend)) {
    const what = `character device ${printable(backend)}`;
    const lack = { code: 'qemu.unknown-device', what, since: backend, name: backend, known: kinds } as const;
    return [lackFinding(option, lack, qemu)];
  }
  const parameters = Object.keys(qemu.options.chardev ?? {});
  if (parameters.length === 0) return [];
  return Object.keys(members)
    .filter((name) => name !== 'id' && !parameters.includes(name))
    .map((name) => {
      const what = `parameter ${printable(name)} of character devices`;
      const since = `${backend}.${name}`;
      const lack = { code: 'qemu.unknown-property', what, since, name, known: parameters } as const;
      return lackFinding(option, lack, qemu);
    });
}

function chardevKinds({ schema }: QemuCapabilities): readonly string[] {
  const type = own(schema.types, schema.chardev ?? '');
  if (type?.kind !== 'object' || type.tag === null) return [];
  const kinds = own(schema.types, own(type.members, type.tag) ?? '');
  return kinds?.kind === 'enum' ? kinds.values : [];
}
