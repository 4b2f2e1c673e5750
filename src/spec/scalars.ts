/** The scalars that the sections of a spec are made of: sizes, durations, CPU lists, names, paths. Pure. */
import * as z from 'zod';
import { parseBytes, parseCpuList, parseDuration } from '../units.js';
import { namePattern } from './name.js';

export const vmName = z
  .string()
  .regex(namePattern, 'is no name: 1 to 64 letters, digits, ".", "_", "-", beginning with a letter or digit');

/** An id that a device may carry. QEMU wants a letter first; ids that begin with `vm-` are ours. */
export const deviceId = z
  .string()
  .regex(
    /^(?!vm-)[A-Za-z][A-Za-z0-9._-]{0,31}$/,
    'is no id: 1 to 32 letters, digits, ".", "_", "-", beginning with a letter, not with "vm-"',
  );

/** A device's place among the PCI devices of the guest; what holds on which machine is checked in check-slots.ts. */
export const pciPlace = z.int().min(0, 'must be at least 0').max(231, 'must be at most 231').optional().meta({
  description:
    'its place on PCI, which it then has whatever else comes or goes: on q35 the number of its root port (0 to 231), on pc its slot on the bus (2 to 30); default: by its kind and id',
});

/** Of a device on PCI. */
export const acpiIndexKey = {
  acpiIndex: z
    .int()
    .min(1, 'must be at least 1')
    .max(16_383, 'must be at most 16383')
    .optional()
    .meta({ description: 'a number that ACPI tells of it; a network card is called after it (eno5)' }),
};

/** A size with its unit, such as `16GiB` or `512MiB`; in the plan it is a number of bytes. */
export const bytes = z
  .union([z.string(), z.number()], {
    error: 'is no size: write a number with a unit, such as 512MiB or 16GiB',
  })
  .transform((value, context) => {
    const parsed = typeof value === 'string' ? parseBytes(value) : undefined;
    if (parsed !== undefined) return parsed;
    context.addIssue({
      code: 'custom',
      message: 'is no size: write a number with a unit, such as 512MiB or 16GiB',
    });
    return z.NEVER;
  })
  .meta({ description: 'a size with its unit: B, KiB, MiB, GiB, TiB (powers of 1024)', examples: ['16GiB'] });

/** A duration with its unit, such as `60s`; in the plan it is a number of seconds. */
export const duration = z
  .string({ error: 'is no duration: write a number with a unit, such as 60s or 5m' })
  .transform((value, context) => {
    const parsed = parseDuration(value);
    if (parsed !== undefined && parsed <= 7 * 24 * 3600) return parsed;
    context.addIssue({
      code: 'custom',
      message: 'is no duration of at most a week: write a number with a unit, such as 60s or 5m',
    });
    return z.NEVER;
  })
  .meta({ description: 'a duration with its unit: ms, s, m, h', examples: ['60s'] });

/** CPUs in the kernel's notation, such as `1-4,11-14`; a single CPU may be a bare number. In the plan: numbers in the order written. */
export const cpuList = z
  .union([z.string(), z.number()], { error: 'is no CPU list: write it as "1-4,11-14"' })
  .transform((value, context) => {
    const parsed = parseCpuList(String(value));
    const repeated = parsed && repeatedCpu(String(value));
    if (repeated !== undefined) {
      // The form is right, so this is the reason, whatever else the key may hold.
      context.addIssue({
        code: 'custom',
        message: `lists CPU ${repeated} twice: remove one of the two`,
        params: { certain: true },
      });
      return z.NEVER;
    }
    if (parsed !== undefined && parsed.length > 0) return parsed;
    context.addIssue({ code: 'custom', message: 'is no CPU list: write it as "1-4,11-14"' });
    return z.NEVER;
  })
  .meta({ description: "CPUs in the kernel's notation", examples: ['1-4,11-14'] });

function repeatedCpu(list: string): number | undefined {
  if (!list.includes(',')) return undefined;
  const seen = new Set<number>();
  for (const cpu of list.split(',').flatMap((part) => parseCpuList(part) ?? [])) {
    if (seen.has(cpu)) return cpu;
    seen.add(cpu);
  }
  return undefined;
}

/** No control characters, said so that every JSON Schema validator understands it: QEMU, the log and the terminal would each take them for something else. */
const plainText = /^[ -~\u00a0-\uffff]*$/;

/** Any text of one line. */
export const text = z
  .string()
  .max(4096, 'is longer than 4096 characters')
  .regex(
    plainText,
    'contains a control character (a newline, a tab or a NUL, say), which QEMU cannot be given',
  );

/** A file or folder; a relative one is relative to the spec. */
export const hostPath = z
  .string()
  .min(1, 'is empty: a path is wanted')
  .max(4095, 'is longer than a path can be (4095 characters)')
  .regex(plainText, 'contains a control character, which no path here may')
  .meta({ description: 'a path; a relative one is relative to the spec' });

/** The name of a network interface on the host (IFNAMSIZ is 16, the final NUL included). */
export const interfaceName = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/,
    'is no interface name: 1 to 15 letters, digits, ".", "_", "-"',
  );

/** A MAC address of one station: six bytes, the lowest bit of the first one 0, not all zero. */
export const macAddress = z
  .string()
  .regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/, 'is no MAC address: write it as 52:54:00:12:34:56')
  .refine((mac) => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0, {
    message:
      "is a multicast address: the first byte of a station's MAC address is even, as in 52:54:00:12:34:56",
  })
  .refine((mac) => mac !== '00:00:00:00:00:00', { message: 'is the null address' })
  .transform((mac) => mac.toLowerCase());
