/** What firmware hands to the guest, in the spec. Pure. QEMU's docs/specs/fw_cfg, vmgenid, acpi_erst. */
import * as z from 'zod';
import { bytes, hostPath, text } from '../spec/scalars.js';
import { uuid } from './host-devices.js';

export const fwCfgSection = z
  .array(
    z.strictObject({
      name: z
        .string()
        .regex(
          /^opt\/[!-+\--~]{1,51}$/,
          'is no name: it begins with opt/ and has at most 55 characters, no space and no comma',
        )
        .meta({ description: 'opt/…, by its reverse domain name: opt/org.example.name' }),
      file: hostPath.optional().meta({ description: 'the file with its content' }),
      string: text.optional().meta({ description: 'its content' }),
    }),
  )
  .max(64, 'is too long: at most 64 items')
  .default([])
  .meta({
    description: 'items that firmware and guest read: /sys/firmware/qemu_fw_cfg; each with file or string',
  });

export const acpiTablesSection = z
  .array(
    z.strictObject({
      file: hostPath.meta({ description: 'a whole table with its header' }),
      signature: z
        .string()
        .regex(/^[A-Z]{4}$/, 'is no signature: four capital letters, such as SLIC')
        .optional()
        .meta({ description: "replaces the table's own: SLIC, MSDM" }),
    }),
  )
  .max(16, 'is too long: at most 16 tables')
  .default([])
  .meta({ description: 'ACPI tables besides those of the machine' });

export const generationIdSection = z
  .union([z.literal(false), z.literal('new'), uuid])
  .default(false)
  .meta({
    description:
      'vmgenid, by which a guest sees that it was cloned or restored: new at every start, or a UUID',
  });

export const pstoreSection = z
  .union([
    z.boolean(),
    z.strictObject({
      path: hostPath.optional().meta({ description: "default: in the VM's state folder" }),
      size: bytes.prefault('64KiB').meta({ description: 'a multiple of 8 KiB' }),
    }),
  ])
  .default(false)
  .meta({ description: 'storage that a crashing guest writes its last words to (ACPI ERST)' });
