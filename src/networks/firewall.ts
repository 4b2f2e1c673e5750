/** The rules of a network, for nft(8): a table of its own, so that nobody else's rules are touched. Pure. */
import type { NetworkDefinition } from './definition.js';
import { formatSubnet, subnetOf } from './ipv4.js';

export function tableOf(name: string): string {
  return `vm_${name}`;
}

/**
 * A text that makes the table, in place of the one before if there is one; nft takes it as a whole or not at all.
 * @returns null for a routed network, which needs none.
 */
export function firewallText(network: NetworkDefinition): string | null {
  const { name, mode } = network;
  if (mode === 'routed') return null;
  const chains = mode === 'nat' ? [forwardNat(network), masquerade(network)] : [forwardNothing(name)];
  return [
    `table inet ${tableOf(name)}`,
    `delete table inet ${tableOf(name)}`,
    `table inet ${tableOf(name)} {`,
    ...chains.flat().map((line) => `\t${line}`),
    '}',
    '',
  ].join('\n');
}

/** Removes the table. To name it first makes it, so that this holds also where it is gone. */
export function noFirewallText(name: string): string {
  return `table inet ${tableOf(name)}\ndelete table inet ${tableOf(name)}\n`;
}

const chain = (name: string, type: string, rules: readonly string[]) => [
  `chain ${name} {`,
  `\t${type}`,
  ...rules.map((rule) => `\t${rule}`),
  '}',
];
const forwardHook = 'type filter hook forward priority filter; policy accept;';

/** Out go the network's own addresses alone; in comes what was asked for. */
function forwardNat({ name, address, address6 }: NetworkDefinition): string[] {
  return chain('forward', forwardHook, [
    `iifname "${name}" oifname "${name}" accept`,
    `iifname "${name}" ip saddr != ${formatSubnet(subnetOf(address))} drop`,
    address6 === undefined
      ? `iifname "${name}" meta nfproto ipv6 drop`
      : `iifname "${name}" ip6 saddr != ${address6} drop`,
    `oifname "${name}" ct state established,related accept`,
    `oifname "${name}" drop`,
  ]);
}

function masquerade({ name, address, address6 }: NetworkDefinition): string[] {
  return chain('postrouting', 'type nat hook postrouting priority srcnat; policy accept;', [
    `oifname != "${name}" ip saddr ${formatSubnet(subnetOf(address))} masquerade`,
    ...(address6 === undefined ? [] : [`oifname != "${name}" ip6 saddr ${address6} masquerade`]),
  ]);
}

function forwardNothing(name: string): string[] {
  return chain('forward', forwardHook, [
    `iifname "${name}" oifname "${name}" accept`,
    `iifname "${name}" drop`,
    `oifname "${name}" drop`,
  ]);
}
