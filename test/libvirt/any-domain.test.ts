/** Whatever a domain says, it is imported with a spec that loads, or refused with a typed error. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VmError } from '../../src/errors.js';
import { type ImportedDomain, importLibvirt } from '../../src/libvirt/import.js';
import { loadSpec } from '../../src/spec/load.js';

const words = (text: string) => fc.constantFrom(...text.split(/\s+/));

const topNames =
  words(`name uuid genid title memory currentMemory maxMemory memoryBacking memtune numatune vcpu vcpus iothreads
  iothreadids defaultiothread blkiotune cputune sysinfo os features cpu clock on_poweroff on_reboot on_crash pm devices seclabel launchSecurity metadata`);
const deviceNames =
  words(`disk controller interface graphics video sound audio input hostdev redirdev serial console parallel channel
  memballoon watchdog panic rng tpm vsock shmem memory iommu filesystem hub smartcard emulator crypto pstore throttlegroups`);
const innerNames =
  words(`type loader nvram boot bootmenu kernel initrd cmdline bios smbios acpi table hyperv kvm relaxed spinlocks stimer
  direct smm tseg ioapic pmu apic model topology feature cache maxphysaddr numa cell distances sibling timer catchup suspend-to-mem hugepages
  page locked source access allocation discard vcpupin emulatorpin iothreadpin iothread poll shares quota period global_quota vcpusched hard_limit soft_limit swap_hard_limit weight interconnects latency bandwidth line memnode memory entry system oemStrings
  driver target address mac backend rate cid size node label readonly iotune serial wwn geometry mirror backingStore format auth secret
  encryption listen gl image acceleration resolution codec output protocol alias product vendor rom teaming mtu link tune sndbuf host guest`);
const attributeNames =
  words(`type name mode model arch machine dev bus file path id index unit size value state enabled present policy
  placement cpuset nodeset vcpu iothread current cpus memory memAccess sockets cores threads dies offset start basis adjustment tickpolicy
  track frequency slots socket port listen autoport passwd keymap queues cache io discard iothread bootindex order dev timeout level bits
  fallback match check action cellid threads retries secure readonly template format domain slot function primary heads vram ram enable initiator associativity unit thread_pool_min thread_pool_max wwpn protocol hotplug iobase irq base guestReset scheduler`);
const values = fc.oneof(
  words(`yes no on off hd cdrom network kvm qemu hvm x86_64 pc q35 efi bios pflash rom virtio scsi ide sata usb fdc nvme file block network
    dir vhostuser user bridge tcp unix pty dev vnc spice qxl vga none e1000 strict preferred host-passthrough custom qemu64 require disable 0 1 2
    4 16 0-3 0-3,^2 utc localtime absolute shared memfd immediate dimm nvdimm passthrough mount intel 52:54:00:00:00:01 sda vda hda KiB MiB 2048 1048576`),
  fc.nat().map(String),
  fc.integer().map(String),
  fc.string({ maxLength: 12 }),
  fc.constantFrom('/a/b', '/dev/x', '-1', '99999999999999999999', '0x1f', '', ' ', '4097', '8192-8193'),
);

const escaped = (text: string) =>
  [...text]
    .filter((character) => character >= ' ' && character !== '\ufffe' && character !== '\uffff')
    .join('')
    .replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);

interface Tree {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Tree[];
}

function tree(names: fc.Arbitrary<string>, children: fc.Arbitrary<Tree[]>): fc.Arbitrary<Tree> {
  return fc.record({
    name: names,
    attributes: fc.dictionary(attributeNames, values, { maxKeys: 4 }),
    text: fc.oneof({ weight: 2, arbitrary: fc.constant('') }, values),
    children,
  });
}

const leaf = tree(innerNames, fc.constant([]));
const inner = tree(innerNames, fc.array(leaf, { maxLength: 3 }));
const middle = tree(innerNames, fc.array(inner, { maxLength: 4 }));
const device = tree(deviceNames, fc.array(inner, { maxLength: 5 }));
const devices = tree(fc.constant('devices'), fc.array(device, { maxLength: 6 }));
const section = fc.oneof(tree(topNames, fc.array(middle, { maxLength: 4 })), devices);
const domain = tree(fc.constant('domain'), fc.array(section, { maxLength: 8 }));

function text({ name, attributes, text: inside, children }: Tree): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}='${escaped(value)}'`);
  return `<${name}${given.join('')}>${escaped(inside)}${children.map(text).join('\n')}</${name}>`;
}

function importAny(xml: string): ImportedDomain | undefined {
  try {
    return importLibvirt(xml, { file: 'any.xml' });
  } catch (error) {
    expect(error).toBeInstanceOf(VmError);
    expect((error as VmError).code).toMatch(/^import\.(xml|unsupported)$/);
    return undefined;
  }
}

describe('any domain', () => {
  it('is imported with a spec that loads, or refused', () => {
    fc.assert(
      fc.property(domain, (root) => {
        const type = root.attributes.type === 'qemu' ? 'qemu' : 'kvm';
        const known = importAny(text({ ...root, attributes: { type } }));
        if (!known) return;
        expect(() => loadSpec({ file: '/any.yaml', folder: '/', text: known.yaml })).not.toThrow();
        const lines = known.notes.map(({ line }) => line);
        expect(lines).toEqual([...lines].sort((a, b) => a - b));
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  it('is refused with a typed error where the XML is cut or spoilt', () => {
    fc.assert(
      fc.property(domain, fc.nat(), fc.string({ maxLength: 3 }), (root, at, more) => {
        const xml = text(root);
        const cut = at % (xml.length + 1);
        importAny(xml.slice(0, cut));
        importAny(xml.slice(0, cut) + more + xml.slice(cut));
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
