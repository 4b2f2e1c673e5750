/** What the guest reads about its make (dmidecode). Pure. QEMU's docs: qemu-options, -smbios; DMTF DSP0134. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { keyValue } from '../command/quote.js';
import { text } from '../spec/scalars.js';
import { uuid } from './host-devices.js';
import { flagOption } from './options.js';

const word = (what: string) => text.optional().meta({ description: what });

const bios = z.strictObject({
  vendor: word('of the BIOS'),
  version: word('of the BIOS'),
  date: z
    .string()
    .regex(/^\d\d\/\d\d\/\d{4}$/, 'is no date: write it as 12/31/2024')
    .optional()
    .meta({ description: 'month/day/year' }),
  release: z
    .string({ error: 'is no release: write it in quotes, as "4.2"' })
    .regex(/^\d{1,3}\.\d{1,3}$/, 'is no release: write it as "4.2"')
    .optional()
    .meta({ description: 'of the BIOS: two numbers' }),
  uefi: z.boolean().optional().meta({ description: 'says that it is UEFI' }),
});
const system = z.strictObject({
  manufacturer: word('of the system'),
  product: word('its name'),
  version: word('of the system'),
  serial: word('its serial number'),
  uuid: uuid.optional().meta({ description: "default: the VM's" }),
  sku: word('its stock number'),
  family: word('of the system'),
});
const baseBoard = z.strictObject({
  manufacturer: word('of the board'),
  product: word('its name'),
  version: word('of the board'),
  serial: word('its serial number'),
  asset: word('its tag'),
  location: word('where it is in the chassis'),
});
const chassis = z.strictObject({
  manufacturer: word('of the chassis'),
  version: word('of the chassis'),
  serial: word('its serial number'),
  asset: word('its tag'),
  sku: word('its stock number'),
});

export const smbiosSection = z
  .strictObject({
    bios: bios.optional().meta({ description: 'type 0' }),
    system: system.optional().meta({ description: 'type 1' }),
    baseBoard: z
      .union([baseBoard, z.array(baseBoard).max(8)])
      .optional()
      .meta({ description: 'type 2: one board or a list' }),
    chassis: chassis.optional().meta({ description: 'type 3' }),
    oemStrings: z
      .array(text)
      .max(256)
      .default([])
      .meta({ description: 'type 11: texts, such as io.systemd.credential:NAME=VALUE' }),
  })
  .prefault({})
  .meta({ description: 'what the guest reads about its make (dmidecode)' });

export interface SmbiosPlan {
  readonly kind: 'smbios';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly type: number;
  /** In QEMU's words; the strings of type 11 one by one. */
  readonly members: readonly Readonly<Record<string, string | boolean>>[];
}

export function planSmbios({
  bios,
  system,
  baseBoard,
  chassis,
  oemStrings,
}: z.output<typeof smbiosSection>): SmbiosPlan[] {
  const boards = baseBoard === undefined ? [] : Array.isArray(baseBoard) ? baseBoard : [baseBoard];
  const tables: [number, string, Record<string, string | boolean | undefined> | undefined][] = [
    [0, 'bios', bios],
    [1, 'system', system],
    ...boards.map((board): (typeof tables)[number] => [2, 'baseBoard', board]),
    [3, 'chassis', chassis],
  ];
  const plan = (type: number, key: string, number: number, members: SmbiosPlan['members']): SmbiosPlan => ({
    kind: 'smbios',
    id: `smbios${number}`,
    origin: `smbios.${key}`,
    what: `type ${type}`,
    type,
    members,
  });
  const plans = tables.flatMap(([type, key, table], index) =>
    table === undefined || Object.keys(table).length === 0 ? [] : [plan(type, key, index, [defined(table)])],
  );
  const strings = oemStrings.map((value) => ({ value }));
  return strings.length === 0 ? plans : [...plans, plan(11, 'oemStrings', tables.length, strings)];
}

function defined(table: Record<string, string | boolean | undefined>): Record<string, string | boolean> {
  return Object.fromEntries(
    Object.entries(table).filter((entry): entry is [string, string | boolean] => entry[1] !== undefined),
  );
}

export function smbiosOptions({ type, members, origin }: SmbiosPlan): QemuOption[] {
  const words = members.map((member) => keyValue(undefined, member)).join(',');
  return [
    flagOption(
      '-smbios',
      `type=${type},${words}`,
      origin,
      `What the guest reads about its make (SMBIOS type ${type}).`,
    ),
  ];
}
