import { describe, expect, it } from 'vitest';
import { imported, told } from './domain.js';

describe('limits of a domain', () => {
  it('are those of a cgroup', () => {
    const result = imported({
      inside: `<memtune><hard_limit unit='GiB'>3</hard_limit><soft_limit unit='GiB'>2</soft_limit><swap_hard_limit unit='GiB'>4</swap_hard_limit></memtune>
        <blkiotune><weight>800</weight></blkiotune>
        <cputune><shares>2048</shares><global_period>10000</global_period><global_quota>15000</global_quota></cputune>`,
    });
    expect(result.spec.limits).toEqual({
      memoryMax: '3GiB',
      memoryHigh: '2GiB',
      swapMax: '1GiB',
      ioWeight: 800,
      cpuWeight: 2048,
      cpuQuota: 150,
    });
    expect(told(result)).toEqual([expect.stringContaining('without the memory itself')]);
  });

  it('say nothing where libvirt writes that there is none', () => {
    const result = imported({
      inside: `<memtune><hard_limit unit='KiB'>9007199254740991</hard_limit><soft_limit unit='bytes'>0</soft_limit></memtune>
        <cputune><shares>0</shares><period>1000</period><quota>-1</quota></cputune>`,
    });
    expect(result.spec.limits).toBeUndefined();
    expect(told(result)).toEqual([]);
  });

  it('are told where they are only nearly the same, or lost', () => {
    const result = imported({
      inside: `<memtune><min_guarantee unit='KiB'>1</min_guarantee><swap_hard_limit unit='GiB'>4</swap_hard_limit></memtune>
        <blkiotune><device><path>/dev/sda</path><weight>100</weight></device></blkiotune>
        <cputune><shares>20000</shares><quota>50000</quota><emulator_quota>1000</emulator_quota></cputune>`,
    });
    expect(result.spec.limits).toEqual({ cpuWeight: 10_000, cpuQuota: 100 });
    expect(told(result)).toEqual([
      expect.stringMatching(/^dropped .*swap_hard_limit/),
      expect.stringMatching(/^dropped .*min_guarantee/),
      expect.stringMatching(/^dropped .*blkiotune\/device/),
      expect.stringMatching(/^approximated .*shares/),
      expect.stringMatching(/^approximated .*quota: the vCPUs share/),
      expect.stringMatching(/^dropped .*emulator_quota/),
    ]);
  });

  it('are a scheduler where all vCPUs have the same', () => {
    const scheduler = (rows: string) => imported({ inside: `<cputune>${rows}</cputune>` });
    const fifo = "<vcpusched vcpus='0-1' scheduler='fifo' priority='3'/>";
    const pins = "<vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3'/>";
    expect(scheduler(pins + fifo).spec.placement?.scheduler).toEqual({ policy: 'fifo', priority: 3 });
    const one = scheduler("<vcpusched vcpus='0' scheduler='batch'/>");
    expect(one.spec.placement).not.toHaveProperty('scheduler');
    expect(told(one)).toEqual([expect.stringContaining('one scheduler here, all of them')]);
  });
});

describe('losses that were silent', () => {
  const losses = (devices: string, inside = '') => told(imported({ devices, inside }));

  it('are told with their line', () => {
    const disk = (driver: string) =>
      `<disk type='block' device='disk'><driver name='qemu' ${driver}/><source dev='/dev/x'/><target dev='vda' bus='virtio'/></disk>`;
    const port = (target: string) =>
      `<controller type='pci' index='1' model='pcie-root-port'><target ${target}/></controller>`;
    expect(losses(disk("iothread='3'"))).toEqual([expect.stringContaining('no I/O thread 3')]);
    expect(losses(port("hotplug='off'"))).toEqual([expect.stringContaining('every root port of vm')]);
    expect(losses(port("memReserve='1024'"))).toEqual([expect.stringContaining('bridges that are plugged')]);
    expect(
      losses(
        "<filesystem type='mount'><driver type='virtiofs' queue='100'/><source dir='/a'/><target dir='t'/></filesystem>",
      ),
    ).toEqual([expect.stringContaining('a queue of 100')]);
    expect(losses("<audio id='1' type='none' timerPeriod='99'/>")).toEqual([
      expect.stringContaining('timer of sound'),
    ]);
    expect(
      losses(
        "<interface type='bridge'><source bridge='b'/><model type='virtio'/><driver rx_queue_size='300'/></interface>",
      ),
    ).toEqual([expect.stringContaining('rx_queue_size of 300')]);
    expect(losses('', '<memoryBacking><discard/></memoryBacking>')).toEqual([
      expect.stringContaining('nothing to be thrown away'),
    ]);
    expect(losses("<graphics type='vnc'><listen type='none'/></graphics>")).toEqual([
      expect.stringContaining("a socket in vm's runtime folder"),
    ]);
  });

  it('were values that another key had swallowed', () => {
    const driver = "<driver name='qemu' error_policy='enospace' rerror_policy='report'/>";
    const disk = `<disk type='block' device='disk'>${driver}<source dev='/dev/x'/><target dev='vda' bus='virtio'/></disk>`;
    expect(imported({ devices: disk }).spec.disks).toMatchObject([
      { errors: { write: 'enospc', read: 'report' } },
    ]);
  });

  it('were networks whose taps had one name', () => {
    const tap = (target = '') => `<interface type='ethernet'>${target}<model type='virtio'/></interface>`;
    const { networks } = imported({ devices: tap() + tap("<target dev='tap0'/>") + tap() }).spec;
    expect(networks?.map((network) => 'device' in network && network.device)).toEqual([
      'tap1',
      'tap0',
      'tap2',
    ]);
  });
});
