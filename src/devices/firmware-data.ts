/** What firmware hands to the guest: fw_cfg items, ACPI tables, generation id, crash notes and storage for them. Pure. QEMU's docs/specs/fw_cfg, vmgenid, acpi_erst. */
import { posix as path } from 'node:path';
import type * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { keyValue } from '../command/quote.js';
import type { DeviceContext, PciSlot } from './context.js';
import type {
  acpiTablesSection,
  fwCfgSection,
  generationIdSection,
  pstoreSection,
} from './firmware-data-section.js';
import { deviceOption, flagOption, objectOption } from './options.js';

export interface FirmwareDataPlan {
  readonly kind: 'fwCfg' | 'acpiTable' | 'generationId' | 'vmcoreinfo' | 'pstore';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  /** In QEMU's words. */
  readonly members: Readonly<Record<string, string | number>>;
  readonly pci: PciSlot | null;
}

interface FirmwareDataSpec {
  readonly name: string;
  readonly fwCfg: z.output<typeof fwCfgSection>;
  readonly acpiTables: z.output<typeof acpiTablesSection>;
  readonly generationId: z.output<typeof generationIdSection>;
  readonly vmcoreinfo: boolean;
  readonly pstore: z.output<typeof pstoreSection>;
}

export function planFirmwareData(spec: FirmwareDataSpec, context: DeviceContext): FirmwareDataPlan[] {
  const { fwCfg, acpiTables, generationId, vmcoreinfo, pstore } = spec;
  const plain = { pci: null, members: {} } as const;
  return [
    ...fwCfg.map(({ name, file, string = '' }, index): FirmwareDataPlan => {
      const members = file === undefined ? { name, string } : { name, file };
      return {
        kind: 'fwCfg',
        id: `fwcfg${index}`,
        origin: `fwCfg[${index}]`,
        what: name,
        members,
        pci: null,
      };
    }),
    ...acpiTables.map(({ file, signature }, index): FirmwareDataPlan => {
      const members = signature === undefined ? { file } : { sig: signature, file };
      return {
        kind: 'acpiTable',
        id: `acpi${index}`,
        origin: `acpiTables[${index}]`,
        what: file,
        members,
        pci: null,
      };
    }),
    ...(generationId === false
      ? []
      : [
          {
            kind: 'generationId',
            id: 'vmgenid0',
            origin: 'generationId',
            what: generationId,
            pci: null,
            members: { guid: generationId === 'new' ? 'auto' : generationId },
          } as const,
        ]),
    ...(vmcoreinfo
      ? [
          {
            kind: 'vmcoreinfo',
            id: 'vmcoreinfo0',
            origin: 'vmcoreinfo',
            what: 'crash notes',
            ...plain,
          } as const,
        ]
      : []),
    ...planPstore(pstore, context),
  ];
}

function planPstore(pstore: FirmwareDataSpec['pstore'], context: DeviceContext): FirmwareDataPlan[] {
  if (pstore === false) return [];
  const { path: own, size } = pstore === true ? { path: undefined, size: 64 * 1024 } : pstore;
  const file = own ?? path.join(context.paths.stateFolder, 'pstore');
  return [
    {
      kind: 'pstore',
      id: 'pstore0',
      origin: 'pstore',
      what: file,
      members: { 'mem-path': file, size },
      pci: context.pciSlot('pstore0'),
    },
  ];
}

export function firmwareDataOptions({ kind, id, origin, members, pci }: FirmwareDataPlan): QemuOption[] {
  switch (kind) {
    case 'fwCfg':
      return [
        flagOption(
          '-fw_cfg',
          keyValue(undefined, members),
          origin,
          'Firmware and guest read it: /sys/firmware/qemu_fw_cfg.',
        ),
      ];
    case 'acpiTable':
      return [
        flagOption(
          '-acpitable',
          keyValue(undefined, members),
          origin,
          'An ACPI table besides those of the machine.',
        ),
      ];
    case 'generationId':
      return [
        deviceOption(origin, 'By it a guest sees that it was cloned or restored.', {
          driver: 'vmgenid',
          id,
          ...members,
        }),
      ];
    case 'vmcoreinfo':
      return [
        deviceOption(origin, "Where the guest's kernel leaves what a dump of it needs.", {
          driver: 'vmcoreinfo',
          id,
        }),
      ];
    case 'pstore':
      return [
        objectOption(origin, 'The file that keeps it.', {
          'qom-type': 'memory-backend-file',
          id: `${id}-memory`,
          ...members,
          share: true,
        }),
        deviceOption(origin, 'Where a crashing guest writes its last words.', {
          driver: 'acpi-erst',
          id,
          memdev: `${id}-memory`,
          ...(pci ?? {}),
        }),
      ];
  }
}
