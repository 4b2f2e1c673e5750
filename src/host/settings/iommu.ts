/** The IOMMU of the host, without which no device can be given away (Documentation/driver-api/vfio, Documentation/arch/x86/iommu). */
import { kernelWord, kernelWords } from './reading.js';
import { defineSetting, type Fragment, type Machine, type Setting, type Verdict } from './setting.js';

interface IommuFacts {
  /** DMAR (Intel), IVRS (AMD): what the firmware tells of it; null: the tables are not here. */
  readonly tables: readonly string[] | null;
  readonly groups: number;
  /** How often each type of domain is there: `DMA-FQ`, `identity`. */
  readonly types: ReadonlyMap<string, number>;
  readonly words: readonly string[];
  readonly vendor: Machine['facts']['vendor'];
  readonly virtual: boolean;
  /** Whether interrupts go through it; null: not told. */
  readonly remapped: boolean | null;
}

function readIommu(machine: Machine): IommuFacts {
  const { root, facts } = machine;
  const tables = '/sys/firmware/acpi/tables';
  const groups = root.names('/sys/kernel/iommu_groups');
  const types = new Map<string, number>();
  for (const group of groups) {
    const type = root.text(`/sys/kernel/iommu_groups/${group}/type`)?.trim();
    if (type !== undefined) types.set(type, (types.get(type) ?? 0) + 1);
  }
  const interrupts = root.text('/proc/interrupts');
  return {
    tables: root.isFolder(tables)
      ? root.names(tables).filter((name) => /^(?:DMAR|IVRS)\d*$/.test(name))
      : null,
    groups: groups.length,
    types,
    words: kernelWords(machine) ?? [],
    vendor: facts.vendor,
    virtual: facts.cpuFlags?.includes('hypervisor') ?? false,
    remapped: interrupts === undefined ? null : /\bIR-(?:IO-APIC|PCI|HPET)/.test(interrupts),
  };
}

/** AMD's is on by default. */
function onWords({ vendor }: IommuFacts): Fragment[] {
  return vendor === 'intel' ? [{ file: 'grub', lines: ['intel_iommu=on'] }] : [];
}

const none: Pick<Verdict, 'status' | 'found'> = { status: 'ok', found: 'no IOMMU' };
const source = 'Linux: Documentation/admin-guide/kernel-parameters';
const told = { applied: null, kept: null, risk: 'none: it is only told' } as const;

const firmware = defineSetting<IommuFacts>({
  id: 'iommu.firmware',
  group: 'IOMMU',
  what: 'what the firmware tells of an IOMMU',
  why: 'Without the table the kernel does not know of it: VT-d or AMD-Vi is off in the setup of the firmware, or this is a VM without one.',
  reads: '/sys/firmware/acpi/tables: DMAR (Intel), IVRS (AMD)',
  wants: 'one of them, where devices are to be given to VMs',
  ...told,
  source: 'ACPI; Linux: Documentation/arch/x86/iommu',
  read: readIommu,
  judge({ tables, groups, virtual }, { needs }) {
    if (tables !== null && tables.length > 0) return { status: 'ok', found: tables.join(', ') };
    if (tables === null) return { status: 'note', found: 'the ACPI tables are not here' };
    const found = virtual ? 'none (virtual machine)' : 'none';
    if (groups > 0) return { status: 'ok', found: `${found}, but there are groups` };
    return {
      status: needs?.hostDevices ? 'fail' : virtual ? 'ok' : 'note',
      found,
      wanted: 'DMAR or IVRS',
      advice: virtual
        ? 'No device can be given away here: give this VM an IOMMU (iommu in its spec).'
        : 'To give devices to VMs, switch VT-d or AMD-Vi on in the setup of the firmware.',
    };
  },
});

const groups = defineSetting<IommuFacts>({
  id: 'iommu.groups',
  group: 'IOMMU',
  what: 'whether the IOMMU is on',
  why: 'A device can be given to a VM only behind an IOMMU, which keeps it to the memory of that VM.',
  reads: '/sys/kernel/iommu_groups',
  wants: 'groups',
  applied: null,
  kept: 'the kernel command line: intel_iommu=on; AMD needs none',
  undone: 'the file of ours is taken away; it holds until the next boot',
  risk: 'devices with broken DMA stop working',
  source: `the notes; ${source}: intel_iommu=`,
  read: readIommu,
  judge(facts, { needs }) {
    const keep = (facts.tables?.length ?? 0) > 0 || facts.groups > 0 ? onWords(facts) : [];
    if (facts.groups > 0) return { status: 'ok', found: `on, ${facts.groups} groups`, keep };
    const possible = (facts.tables?.length ?? 0) > 0;
    const found = possible ? 'off, though the firmware tells of one' : 'none';
    if (!possible) {
      return {
        status: needs?.hostDevices ? 'fail' : 'ok',
        found,
        wanted: needs?.hostDevices
          ? 'groups: a VM is to have a device of the host'
          : 'none: no VM has a device of the host',
      };
    }
    const word = facts.vendor === 'intel' ? 'intel_iommu=on' : 'no iommu=off or amd_iommu=off';
    return {
      status: needs?.hostDevices ? 'fail' : 'warn',
      found,
      wanted: 'on',
      advice: `Boot with ${word} (vm host tune --persist).`,
      keep,
      reboot: `${word} on the kernel command line`,
    };
  },
});

const passthrough = defineSetting<IommuFacts>({
  id: 'iommu.passthrough',
  group: 'IOMMU',
  what: "passthrough mode for the host's own devices",
  why: 'Devices that stay with the host need no translation: with it each packet and block costs more.',
  reads: '/proc/cmdline: iommu=pt; /sys/kernel/iommu_groups/*/type',
  wants: '`iommu=pt`',
  applied: null,
  kept: 'the kernel command line',
  undone: 'the file of ours is taken away; it holds until the next boot',
  risk: "a broken or hostile device of the host's own can write anywhere in its memory",
  source: `the notes; ${source}: iommu=`,
  profiles: ['performance', 'desktop'],
  read: readIommu,
  judge({ groups: count, types, words }) {
    if (count === 0) return none;
    const keep: Fragment[] = [{ file: 'grub', lines: ['iommu=pt'] }];
    const identity = types.get('identity') ?? 0;
    const value = kernelWord(words, 'iommu')?.split(',') ?? [];
    const on = value.includes('pt') || kernelWord(words, 'iommu.passthrough') === '1';
    const kinds = [...types].map(([type, number]) => `${type} in ${number}`).join(', ');
    const found = on ? 'iommu=pt' : kinds || 'not asked for';
    return on || identity === count
      ? { status: 'ok', found, wanted: 'iommu=pt', keep }
      : {
          status: 'warn',
          found,
          wanted: 'iommu=pt',
          advice: 'Boot with iommu=pt (vm host tune --persist).',
          keep,
          reboot: 'iommu=pt on the kernel command line',
        };
  },
});

const remapping = defineSetting<IommuFacts>({
  id: 'iommu.interrupt-remapping',
  group: 'IOMMU',
  what: 'interrupt remapping',
  why: 'Without it a device of a guest can send any interrupt to the host, and VFIO refuses to give it away.',
  reads: '/proc/interrupts: IR-',
  wants: 'on, where devices are given to VMs',
  ...told,
  source: 'Linux: Documentation/driver-api/vfio; vfio_iommu_type1 allow_unsafe_interrupts',
  read: readIommu,
  judge({ groups: count, remapped, words }, { needs }) {
    if (count === 0) return none;
    if (remapped === null) return { status: 'note', found: 'not told here' };
    if (remapped) return { status: 'ok', found: 'on', wanted: 'on' };
    const off = words.some((word) => word === 'intremap=off' || word === 'nointremap');
    return {
      status: needs?.hostDevices ? 'fail' : 'warn',
      found: off ? 'off, on the kernel command line' : 'off',
      wanted: 'on',
      advice: off
        ? 'Boot without intremap=off.'
        : 'Switch x2APIC and VT-d or AMD-Vi on in the setup of the firmware.',
    };
  },
});

export const iommuSettings: readonly Setting[] = [firmware, groups, passthrough, remapping];
