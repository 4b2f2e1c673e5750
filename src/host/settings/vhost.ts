/** vhost-net: packets of guests moved by the kernel. */
import { absence, type Reading, readValue } from './reading.js';
import { defineSetting, type Fragment } from './setting.js';

const device = '/dev/vhost-net';

export const vhostNet = defineSetting({
  id: 'vhost-net',
  group: 'Virtualisation',
  what: 'vhost-net',
  why: 'The kernel moves the packets of a tap, not QEMU: a switch to user space less for each.',
  reads: `${device}, /sys/module/vhost_net`,
  wants: 'loaded; needed where a spec has a bridge or a tap',
  applied: 'modprobe vhost_net',
  kept: 'modules-load.d',
  undone: 'modprobe -r vhost_net, where it was not loaded before',
  risk: 'its code runs in the kernel: a hole in it is a hole in the host',
  source: 'Linux: drivers/vhost/net.c',
  read: ({ root }) => ({
    device: root.isFolder('/dev') ? root.exists(device) : null,
    loaded: root.isFolder('/sys/module/vhost_net'),
    modules: root.isFolder('/lib/modules') && !/\bnomodule\b/.test(root.text('/proc/cmdline') ?? ''),
  }),
  judge(facts, { needs }) {
    const keep: Fragment[] = [{ file: 'modules', lines: ['vhost_net'] }];
    if (facts.device === true || (facts.device === null && facts.loaded))
      return { status: 'ok', found: facts.loaded ? 'loaded' : 'here', wanted: 'loaded', keep };
    if (facts.device === null) return { status: 'note', found: 'not told here' };
    return {
      status: needs?.taps ? 'warn' : 'note',
      found: facts.loaded ? `loaded, but no ${device}` : 'not loaded',
      wanted: 'loaded',
      advice: facts.modules
        ? 'vm host tune --only vhost-net'
        : 'This kernel takes no modules: QEMU moves the packets itself.',
      ...(facts.modules && !facts.loaded
        ? { changes: [{ kind: 'module', name: 'vhost_net' }] as const }
        : {}),
      ...(facts.modules ? { keep } : {}),
    };
  },
});

const warning =
  'Off by default since Linux 5.3: a packet that waits in a slow receiver holds up all behind it, and copying in batches is faster for small ones. Measure it.';

export const zeroCopy = defineSetting<Reading>({
  id: 'vhost-net.zerocopy',
  group: 'Virtualisation',
  what: 'vhost-net sends without copying',
  why: "Large packets go from the guest's memory to the card as they are.",
  reads: '/sys/module/vhost_net/parameters/experimental_zcopytx',
  wants: '1, as the notes ask; under the profile secure 0, the kernel’s default',
  applied: null,
  kept: 'modprobe.d/multiverse.conf',
  undone: 'the file of ours is taken away; it holds until the module is loaded anew',
  risk: 'Linux 5.3 turned it off by default: one packet that waits in a slow receiver holds up all behind it (head-of-line blocking), and copying in batches became the faster way for small packets',
  source: 'the notes; Linux 098eadce3c62 "vhost_net: disable zerocopy by default"',
  profiles: ['performance'],
  read: ({ root }) => readValue(root, '/sys/module/vhost_net/parameters/experimental_zcopytx'),
  judge(value) {
    const keep: Fragment[] = [{ file: 'modprobe', lines: ['options vhost_net experimental_zcopytx=1'] }];
    if (value.state === 'unreadable')
      return { status: 'note', found: 'can not be read', advice: warning, keep };
    if (value.state === 'absent')
      return {
        status: 'note',
        found: absence(value, 'vhost_net is not loaded'),
        wanted: '1',
        advice: warning,
        keep,
      };
    return value.value === '1'
      ? { status: 'ok', found: '1', wanted: '1', advice: warning, keep }
      : {
          status: 'note',
          found: value.value,
          wanted: '1',
          advice: warning,
          keep,
          reboot: 'vhost_net experimental_zcopytx=1, when the module is loaded anew',
        };
  },
});
