import { describe, expect, it } from 'vitest';
import type { BridgeHelperFacts, HostFacts } from '../../src/plan/facts.js';
import { notesMachine } from '../support/hosts.js';
import { plan } from '../support/planning.js';

const helper: BridgeHelperFacts = {
  path: '/usr/lib/qemu/qemu-bridge-helper',
  setuid: true,
  rules: [{ action: 'allow', bridge: 'br0' }],
};

/** As a user who may make no interface. */
function asUser(text: string, more: Partial<HostFacts> = {}, qemu = '{}') {
  const host = { ...notesMachine(), root: false, networkAdmin: false, bridgeHelper: helper, ...more };
  const made = plan(`{networks: [${text}], qemu: ${qemu}}`, { host });
  const device = made.devices.find((one) => one.kind === 'network');
  return {
    backend: device?.kind === 'network' ? device.backend.type : undefined,
    sandbox: made.sandbox,
    findings: made.findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
    decisions: made.decisions.filter(({ key }) => /helper|sandbox/.test(key)),
  };
}

const bridge = '{type: bridge, bridge: br0}';
const noRight = "missing host.tap: only root may make a tap, and QEMU's helper does not:";

describe('a bridge for a user', () => {
  it('is reached by the helper, which goes without the sandbox, and the plan says so', () => {
    expect(asUser(bridge)).toEqual({
      backend: 'bridgeHelper',
      sandbox: false,
      findings: [],
      decisions: [
        {
          key: 'networks[0].helper',
          value: 'true',
          reason:
            'this user may make no tap; /usr/lib/qemu/qemu-bridge-helper does, and QEMU then has no sandbox',
        },
        {
          key: 'qemu.sandbox',
          value: 'off',
          reason: expect.stringMatching(
            /^networks\[0\] needs QEMU's bridge helper, which has no rights/,
          ) as string,
        },
      ],
    });
  });

  it.each([
    ['the sandbox is asked for', bridge, {}, '{sandbox: true}', 'it goes without qemu.sandbox alone'],
    ['it is not installed', bridge, { bridgeHelper: null }, '{}', 'it is not installed'],
    ['several queues are', '{type: bridge, bridge: br0, queues: 4}', {}, '{}', 'its taps have no queues'],
    ['it is refused', '{type: bridge, bridge: br0, helper: false}', {}, '{}', 'helper: false'],
  ])('is not to be had where %s', (_, text, host, qemu, why) => {
    expect(asUser(text, host, qemu)).toMatchObject({
      backend: 'tap',
      sandbox: true,
      findings: [`${noRight} ${why}`],
    });
  });

  it.each([
    ['is not allowed', [], 'missing host.bridge-helper: /etc/qemu/bridge.conf does not let'],
    [
      'is denied',
      [...(helper.rules ?? []), { action: 'deny', bridge: 'all' }] as const,
      'missing host.bridge-helper:',
    ],
  ])('is not joined by a helper that %s to', (_, rules, finding) => {
    expect(asUser(bridge, { bridgeHelper: { ...helper, rules } }).findings).toEqual([
      expect.stringContaining(finding),
    ]);
  });

  it('may be joined where the rules are not for us to read, and by all who may join any', () => {
    expect(asUser(bridge, { bridgeHelper: { ...helper, rules: null } }).findings).toEqual([]);
    const all = [{ action: 'allow', bridge: 'all' }] as const;
    expect(asUser(bridge, { bridgeHelper: { ...helper, rules: all } }).findings).toEqual([]);
  });

  it('may fail with a helper that has no rights', () => {
    expect(asUser(bridge, { bridgeHelper: { ...helper, setuid: false } }).findings).toEqual([
      expect.stringMatching(/^warning host\.bridge-helper: .* is not setuid root/),
    ]);
  });
});

it('taps that a launch makes need the right to', () => {
  for (const text of ['{type: tap, device: vmt9, make: true}', '{type: macvtap, interface: eth0}'])
    expect(asUser(text).findings).toContain('missing host.tap: only root may make a tap');
});

it('root, and who may make interfaces, takes no helper', () => {
  for (const networkAdmin of [true, null])
    expect(asUser(bridge, { networkAdmin })).toMatchObject({ backend: 'tap', sandbox: true, decisions: [] });
});
