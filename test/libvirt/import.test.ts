import { describe, expect, it } from 'vitest';
import { VmError } from '../../src/errors.js';
import { importLibvirt } from '../../src/libvirt/import.js';
import { loadSpec } from '../../src/spec/load.js';
import { domainXml, imported, told } from './domain.js';

const spec = (parts: Parameters<typeof domainXml>[0]) => imported(parts).spec;

describe('a small domain', () => {
  it('is as libvirt would run it: nothing pinned, a socket a vCPU, no device that is not named', () => {
    const domain = imported();
    expect(domain.spec).toMatchObject({
      name: 'web',
      machine: { accelerator: 'kvm', type: 'q35' },
      cpu: { model: 'qemu64', nested: 'model', vcpus: 2, topology: { sockets: 2, cores: 1, threads: 1 } },
      placement: { vcpus: 'none', emulator: 'none', reserve: 'none', exclusive: false },
      memory: { size: '1GiB', merge: true },
      numa: 'none',
      serial: [],
      rng: false,
      balloon: false,
    });
  });

  it('comes as YAML that loads as it is', () => {
    const { yaml } = imported();
    expect(yaml).toMatch(/^# Imported from web\.xml\./);
    const loaded = loadSpec({ file: '/web.yaml', folder: '/', text: yaml });
    expect(loaded.spec).toMatchObject({ name: 'web', memory: { size: 2 ** 30 } });
  });
});

describe('what it is of', () => {
  it.each([
    ["<domain type='xen'><name>a</name></domain>", 'd.xml:1: a domain of type "xen" is none of QEMU\'s'],
    ["<domain type='lxc'/>", 'd.xml:1: a domain of type "lxc" is none of QEMU\'s'],
    [
      "<domain type='kvm'>\n<os><type arch='aarch64'>hvm</type></os></domain>",
      'd.xml:2: the architecture "aarch64" is not known here',
    ],
    ['<network/>', 'd.xml:1: <network> is no domain'],
  ])('%s', (xml, message) => {
    const run = () => importLibvirt(xml, { file: 'd.xml' });
    expect(run).toThrow(VmError);
    expect(run).toThrow(expect.objectContaining({ code: 'import.unsupported', message }));
  });
});

describe('what nobody reads', () => {
  it('is reported by itself: elements, attributes, text', () => {
    const xml = domainXml({
      inside: `<novelty a='1'>x</novelty>\n<clock offset='utc' strange='y'>t</clock>`,
    });
    const notes = importLibvirt(xml, { file: '-' }).notes.map(({ line, path, message }) => [
      line,
      path,
      message,
    ]);
    expect(notes).toEqual([
      [7, 'domain/novelty', '<novelty a="1">"x"'],
      [8, 'domain/clock/@strange', 'strange="y"'],
      [8, 'domain/clock', '"t"'],
    ]);
  });

  it('is reported where an element comes a second time', () => {
    expect(told(imported({ inside: '<uuid>x</uuid><uuid>y</uuid>' }))).toEqual([
      'dropped domain/uuid: "x" is no UUID',
      'dropped domain/uuid: <uuid>"y"',
    ]);
  });

  it('what the spec refuses is dropped with the reason, and the rest stays', () => {
    const domain = imported({
      inside: "<cpu mode='host-passthrough'><feature policy='require' name='NO feature'/></cpu>",
    });
    expect(domain.spec.cpu).toMatchObject({ model: 'host' });
    expect(told(domain)).toEqual([
      expect.stringMatching(/^dropped domain\/cpu\/feature: cpu\.features.*is no CPU feature/),
    ]);
  });
});

describe('identity', () => {
  it('keeps the UUID, and makes a name that vm takes', () => {
    const xml = `<domain><name>My VM &amp; co</name><uuid>C7A5FDBDEDAF9455926AD65C16DB1809</uuid><genid/></domain>`;
    const domain = importLibvirt(xml, { file: '-' });
    expect(domain.spec).toMatchObject({
      name: 'My-VM-co',
      uuid: 'c7a5fdbd-edaf-9455-926a-d65c16db1809',
      generationId: 'new',
    });
    expect(told(domain)).toContain(
      'changed domain/name: the name is My-VM-co: "My VM & co" is none that vm takes',
    );
  });
});

describe('boot', () => {
  it('UEFI with its own image and variables', () => {
    const os = `<loader readonly='yes' secure='yes' type='pflash' format='qcow2'>/fw/CODE.qcow2</loader>
      <nvram template='/fw/VARS.qcow2'>/nvram/web.fd</nvram>
      <boot dev='network'/><boot dev='hd'/><bootmenu enable='yes' timeout='3000'/>`;
    expect(spec({ os }).boot).toEqual({
      firmware: 'uefi',
      secureBoot: true,
      code: '/fw/CODE.qcow2',
      nvram: '/nvram/web.fd',
      variables: '/fw/VARS.qcow2',
      format: 'qcow2',
      order: ['net', 'disk'],
      menu: true,
      menuTimeout: '3000ms',
    });
  });

  it('a kernel, and firmware as ROM', () => {
    const os = `<loader type='rom'>/fw/bios.bin</loader><kernel>/k</kernel><initrd>/i</initrd>
      <cmdline>console=ttyS0 a,b</cmdline><bios useserial='yes' rebootTimeout='0'/>`;
    const { boot, machine } = spec({ os });
    expect(boot).toEqual({
      rom: '/fw/bios.bin',
      kernel: '/k',
      initrd: '/i',
      cmdline: 'console=ttyS0 a,b',
      rebootTimeout: '0ms',
    });
    expect(machine).toMatchObject({ graphics: false });
  });

  it("a distribution's machine becomes that of QEMU", () => {
    const xml = domainXml().replace("machine='q35'", "machine='pc-q35-rhel9.2.0'");
    const domain = importLibvirt(xml, { file: '-' });
    expect(domain.spec.machine).toMatchObject({ type: 'q35' });
    expect(told(domain)).toContain(
      'approximated domain/os/type: the machine is q35: "pc-q35-rhel9.2.0" is not known here',
    );
  });
});

describe('features', () => {
  it('parts of the machine', () => {
    const inside = `<features><smm state='on'><tseg unit='MiB'>48</tseg></smm><ioapic driver='qemu'/>
      <vmport state='off'/><pmu state='off'/><vmcoreinfo state='on'/><apic eoi='on'/><ps2 state='off'/>
      <kvm><hidden state='on'/><poll-control state='on'/><dirty-ring state='on' size='4096'/></kvm>
      <hyperv mode='custom'><relaxed state='on'/><vapic state='off'/><spinlocks state='on' retries='8191'/>
      <stimer state='on'><direct state='on'/></stimer><vendor_id state='on' value='Acme'/></hyperv></features>`;
    const { machine, cpu, vmcoreinfo } = spec({ inside });
    expect(machine).toMatchObject({
      acpi: false,
      smm: true,
      tseg: '50331648B',
      kernelIrqchip: 'split',
      vmport: false,
      i8042: false,
    });
    expect(vmcoreinfo).toBe(true);
    expect(cpu).toMatchObject({
      pmu: false,
      features: { 'kvm-pv-eoi': true },
      kvm: { hidden: true, pollControl: true, dirtyRing: 4096 },
      hyperv: { relaxed: true, spinlocks: 8191, stimer: true, stimerDirect: true, vendorId: 'Acme' },
    });
    expect(cpu?.hyperv).not.toHaveProperty('vapic');
  });
});

describe('cpu', () => {
  it('model, features, topology and caches', () => {
    const inside = `<cpu mode='custom' match='exact' check='full'><model fallback='forbid' vendor_id='GenuineIntel'>Skylake-Client</model>
      <topology sockets='1' dies='1' cores='1' threads='2'/><cache level='3' mode='emulate'/><maxphysaddr mode='passthrough' limit='39'/>
      <feature policy='require' name='vmx'/><feature policy='disable' name='ds_cpl'/><feature policy='optional' name='tm'/></cpu>`;
    expect(spec({ inside }).cpu).toMatchObject({
      model: 'Skylake-Client',
      nested: 'model',
      vendor: 'GenuineIntel',
      check: 'enforce',
      features: { vmx: true, 'ds-cpl': false, tm: 'optional' },
      l3Cache: true,
      hostCacheInfo: false,
      physBits: 'host',
      physBitsLimit: 39,
      topology: { sockets: 1, dies: 1, cores: 1, threads: 2 },
    });
  });

  it('what only libvirt can work out is said to be nearly the same', () => {
    const domain = imported({ inside: "<cpu mode='host-model'/>" });
    expect(domain.spec.cpu).toMatchObject({ model: 'host', migratable: true });
    expect(told(domain)).toEqual([expect.stringMatching(/^approximated domain\/cpu: the host's own CPU/)]);
  });
});

describe('placement', () => {
  const tuned = `<iothreads>2</iothreads><cputune><shares>2048</shares><quota>-1</quota><vcpupin vcpu='0' cpuset='4-7,^6'/>
    <emulatorpin cpuset='0'/><iothreadpin iothread='2' cpuset='1'/></cputune>`;

  it('pins what is pinned, and lets the others float', () => {
    const domain = imported({ inside: tuned });
    expect(domain.spec).toMatchObject({
      ioThreads: 2,
      placement: {
        vcpus: { 0: '4-5,7', 1: 'none' },
        emulator: '0',
        ioThreads: ['1', '1'],
        reserve: 'none',
        exclusive: false,
      },
    });
    expect(told(domain)).toEqual([
      'approximated domain/cputune: I/O threads 1 are not pinned: they share the CPUs of the others',
    ]);
  });

  it('keeps to the CPUs of the domain, and leaves it to vm where libvirt would', () => {
    const xml = (vcpu: string) =>
      importLibvirt(domainXml().replace('<vcpu>2</vcpu>', vcpu), { file: '-' }).spec;
    expect(xml("<vcpu cpuset='0-3' current='1'>2</vcpu>")).toMatchObject({
      cpu: { vcpus: 1, maxVcpus: 2 },
      placement: { vcpus: { 0: '0-3' }, emulator: '0-3' },
    });
    expect(xml("<vcpu placement='auto'>2</vcpu>").placement).toEqual({
      vcpus: 'auto',
      emulator: 'auto',
      exclusive: false,
    });
  });
});

describe('shares of the host', () => {
  it('memory bandwidth is kept, and what one cgroup can be told', () => {
    const inside = `<cputune><memorytune vcpus='0-1'><node id='0' bandwidth='60'/></memorytune><quota>5000</quota>
      <vcpusched vcpus='0' scheduler='fifo' priority='1'/></cputune>`;
    const domain = imported({ inside });
    expect(domain.spec.placement).toMatchObject({ cache: [{ vcpus: '0-1', memoryBandwidth: 60 }] });
    expect(told(domain).map((note) => note.split(':')[0])).toEqual([
      'approximated domain/cputune/quota',
      'approximated domain/cputune/memorytune',
      'dropped domain/cputune/vcpusched',
    ]);
  });
});

describe('memory', () => {
  it('rounds up to whole MiB, and says what is behind it', () => {
    const inside = `<maxMemory slots='4' unit='GiB'>4</maxMemory><currentMemory unit='MiB'>512</currentMemory>
      <memoryBacking><nosharepages/><locked/><source type='memfd'/><access mode='shared'/>
      <allocation mode='immediate' threads='4'/><hugepages><page size='2' unit='MiB'/></hugepages></memoryBacking>
      <memtune><hard_limit unit='GiB'>2</hard_limit><soft_limit>9007199254740991</soft_limit></memtune>
      <numatune><memory mode='interleave' nodeset='0-1'/></numatune>`;
    const domain = imported({ inside });
    expect(domain.spec.memory).toEqual({
      size: '1GiB',
      maxSize: '4GiB',
      slots: 4,
      merge: false,
      hugepages: '2MiB',
      allocation: 'immediate',
      locked: true,
      access: 'shared',
      backing: 'memfd',
      allocationThreads: 4,
      hostNodes: '0-1',
      policy: 'interleave',
    });
    expect(told(domain)).toEqual([
      expect.stringMatching(/^approximated domain\/currentMemory: .* not with 512MiB/),
    ]);
  });

  it('huge pages are in the hugetlbfs of the host, as with libvirt', () => {
    const { memory } = spec({ inside: '<memoryBacking><hugepages/></memoryBacking>' });
    expect(memory).toMatchObject({ hugepages: true, backing: 'file', allocation: 'immediate' });
  });

  it('NUMA nodes: cells by their ids, with their memory, distances and nodes of the host', () => {
    const inside = `<numatune><memory mode='strict' nodeset='0-1'/><memnode cellid='1' mode='preferred' nodeset='1'/></numatune>
      <cpu><numa><cell id='1' cpus='1' memory='300' unit='MiB' memAccess='shared'><distances><sibling id='0' value='21'/><sibling id='1' value='10'/></distances></cell>
      <cell id='0' memory='204900' unit='KiB'/></numa></cpu>`;
    const { memory, numa } = spec({ inside });
    expect(memory).toMatchObject({ size: '501MiB' });
    expect(numa).toEqual([
      { cpus: '0', memory: '201MiB', hostNodes: '0-1', policy: 'bind' },
      {
        cpus: '1',
        memory: '300MiB',
        hostNodes: '1',
        policy: 'preferred',
        distances: { 0: 21 },
        access: 'shared',
      },
    ]);
  });
});

describe('the rest', () => {
  it('clock and timers', () => {
    const inside = `<clock offset='absolute' start='1735689599'><timer name='rtc' tickpolicy='catchup' track='guest'/>
      <timer name='pit' tickpolicy='delay'/><timer name='hpet' present='no'/><timer name='tsc' frequency='3000000000'/>
      <timer name='hypervclock' present='yes'/></clock>`;
    expect(spec({ inside }).clock).toEqual({
      base: '2024-12-31T23:59:59',
      source: 'vm',
      driftfix: 'slew',
      kvmPit: 'delay',
      hpet: false,
      tscFrequency: 3_000_000_000,
      hypervclock: true,
    });
  });

  it.each([
    [0, '1970-01-01T00:00:00'],
    [951_782_400, '2000-02-29T00:00:00'],
    [4_102_444_799, '2099-12-31T23:59:59'],
  ])('the date of %i', (start, base) => {
    expect(spec({ inside: `<clock offset='absolute' start='${start}'/>` }).clock).toEqual({ base });
  });

  it('lifecycle', () => {
    const inside = `<on_poweroff>destroy</on_poweroff><on_reboot>destroy</on_reboot><on_crash>preserve</on_crash>
      <pm><suspend-to-mem enabled='no'/><suspend-to-disk enabled='yes'/></pm>`;
    expect(spec({ inside }).lifecycle).toEqual({
      onReboot: 'stop',
      onCrash: 'pause',
      suspendToMemory: false,
      suspendToDisk: true,
    });
  });

  it('SMBIOS and fw_cfg', () => {
    const inside = `<sysinfo type='smbios'><bios><entry name='vendor'>Acme</entry><entry name='date'>1/2/99</entry></bios>
      <system><entry name='sku'>7</entry></system><oemStrings><entry>a,b</entry></oemStrings></sysinfo>
      <sysinfo type='fwcfg'><entry name='opt/org.x'>v</entry><entry name='opt/org.y' file='/f'/></sysinfo>`;
    const { smbios, fwCfg } = spec({ inside, os: "<smbios mode='sysinfo'/>" });
    expect(smbios).toEqual({
      bios: { vendor: 'Acme', date: '01/02/1999' },
      system: { sku: '7' },
      oemStrings: ['a,b'],
    });
    expect(fwCfg).toEqual([
      { name: 'opt/org.x', string: 'v' },
      { name: 'opt/org.y', file: '/f' },
    ]);
  });

  it('arguments for QEMU itself', () => {
    const xml = domainXml({
      inside:
        "<q:commandline><q:arg value='-d'/><q:arg value='guest_errors'/><q:env name='A' value='1'/></q:commandline>",
    }).replace('<domain', "<domain xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'");
    const domain = importLibvirt(xml, { file: '-' });
    expect(domain.spec.qemu).toEqual({ extraArgs: ['-d', 'guest_errors'] });
    expect(told(domain)).toEqual([
      'dropped domain/qemu:commandline/qemu:env: QEMU gets no environment from a spec: "A"',
    ]);
  });

  it('what only the host knows is said to be lost, and no label is nothing', () => {
    const notes = told(
      imported({ inside: "<seclabel type='none'/><seclabel type='dynamic'/><launchSecurity type='sev'/>" }),
    );
    expect(notes.map((note) => note.split(':')[0])).toEqual([
      'dropped domain/seclabel',
      'dropped domain/launchSecurity',
    ]);
  });
});
