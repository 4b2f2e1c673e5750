/**
 * QEMU's setuid helper, which makes taps for users who may make none. Pure. QEMU's sources: qemu-bridge-helper.c; its sandbox takes the
 * rights of every setuid program away (prctl(2): PR_SET_NO_NEW_PRIVS), and so the two exclude each other.
 */
import type { BridgeHelperFacts } from '../plan/facts.js';
import type { DeviceContext } from './context.js';
import type { NetworkOf } from './network-section.js';

type BridgeSpec = NetworkOf<'bridge'>;

/** Keys that are said, and that a tap of the helper can't have: it is one with one queue, which the helper names. */
export function beyondHelper({ device, isolated, sendBuffer, queues, vhost }: BridgeSpec): string[] {
  const said = {
    device: device !== undefined,
    isolated,
    sendBuffer: sendBuffer !== undefined,
    queues: queues !== 'auto' && queues > 1,
    vhost: vhost === true,
  };
  return Object.entries(said).flatMap(([name, is]) => (is ? [name] : []));
}

/** Whether the helper makes the tap of this network. */
export function takesHelper(network: BridgeSpec, origin: string, context: DeviceContext): boolean {
  const { networkAdmin, bridgeHelper } = context.host;
  const key = `${origin}.helper`;
  if (network.helper === true) {
    reportHelper(network, key, context);
    return true;
  }
  if (networkAdmin !== false) return false;
  const against = network.helper === 'auto' ? obstacle(network, context) : 'helper: false';
  if (against !== undefined) {
    reportNoRight(origin, `, and QEMU's helper does not: ${against}`, context);
    return false;
  }
  reportHelper(network, key, context);
  context.decide({
    key,
    value: 'true',
    reason: `this user may make no tap; ${bridgeHelper?.path ?? 'the helper'} does, and QEMU then has no sandbox`,
  });
  return true;
}

function obstacle(network: BridgeSpec, { host, sandbox }: DeviceContext): string | undefined {
  if (host.bridgeHelper === null) return 'it is not installed';
  if (sandbox === true) return 'it goes without qemu.sandbox alone';
  const [beyond] = beyondHelper(network);
  return beyond === undefined ? undefined : `its taps have no ${beyond}`;
}

/** @param more why no other way is taken. */
export function reportNoRight(origin: string, more: string, { find }: DeviceContext): void {
  find({
    severity: 'missing',
    code: 'host.tap',
    key: origin,
    message: `only root may make a tap${more}`,
    hint: "Let root make one for this user (taps in the network's file) and name it: type: tap. Or take type: passt, which needs no rights.",
  });
}

function reportHelper({ bridge }: BridgeSpec, key: string, { host, find }: DeviceContext): void {
  const helper = host.bridgeHelper;
  if (helper === null) return;
  if (isAllowed(helper.rules, bridge) === false) {
    find({
      severity: 'missing',
      code: 'host.bridge-helper',
      key,
      message: `/etc/qemu/bridge.conf does not let ${helper.path} join ${bridge}`,
      hint: `As root write the line "allow ${bridge}" into it.`,
    });
  }
  if (!helper.setuid && host.networkAdmin === false) {
    find({
      severity: 'warning',
      code: 'host.bridge-helper',
      key,
      message: `${helper.path} is not setuid root: unless it has rights otherwise (getcap), it can make no tap`,
      hint: `sudo chmod u+s ${helper.path}; to keep it so: dpkg-statoverride --add --update root root 4755 ${helper.path}.`,
    });
  }
}

/** As the helper judges: something must allow it, and nothing may deny it. Null: unknown. */
function isAllowed(rules: BridgeHelperFacts['rules'], bridge: string): boolean | null {
  if (rules === null) return null;
  const actions = rules
    .filter((rule) => rule.bridge === bridge || rule.bridge === 'all')
    .map(({ action }) => action);
  return actions.includes('allow') && !actions.includes('deny');
}
