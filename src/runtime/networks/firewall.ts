/** The table of a network, made and removed by nft(8). */
import { VmError } from '../../errors.js';
import type { NetworkDefinition } from '../../networks/definition.js';
import { firewallText, noFirewallText, tableOf } from '../../networks/firewall.js';
import { run } from '../run.js';

/** Only asks whether nft and the kernel would take it. @throws VmError `host.firewall` with the words of `nft`. */
export async function checkFirewall(network: NetworkDefinition): Promise<void> {
  const text = firewallText(network);
  if (text !== null) await nft(['--check', '--file', '-'], text);
}

/** @throws VmError `host.firewall` if there is a table of that name. */
export async function refuseTakenTable({ name }: NetworkDefinition): Promise<void> {
  if (!(await hasTable(name))) return;
  throw new VmError(
    'host.firewall',
    `there is a table ${tableOf(name)} of nft already, which no network has`,
    {
      hint: `If nothing needs it, remove it: nft delete table inet ${tableOf(name)}.`,
    },
  );
}

export async function hasTable(name: string): Promise<boolean> {
  return (await run('nft', ['list', 'table', 'inet', tableOf(name)], { timeout: patience })).status === 0;
}

/** Puts the rules of the network in the place of those before. @throws VmError `host.firewall` with the words of `nft`. */
export async function makeFirewall(network: NetworkDefinition): Promise<void> {
  const text = firewallText(network);
  if (text === null) await removeFirewall(network);
  else await nft(['--file', '-'], text);
}

export async function removeFirewall({ name }: NetworkDefinition): Promise<void> {
  if (await hasTable(name)) await nft(['--file', '-'], noFirewallText(name));
}

/** Seconds. It takes some milliseconds. */
const patience = 30;

async function nft(args: readonly string[], input: string): Promise<void> {
  const { status, stderr } = await run('nft', args, { input, timeout: patience });
  if (status === 0) return;
  throw new VmError('host.firewall', `nft ${args.join(' ')}: ${stderr.trim() || 'it said nothing'}`, {
    hint: 'NAT and isolation need the program nft (Debian: nftables) and nf_tables in the kernel; mode: routed does without.',
    details: input.trimEnd().split('\n'),
  });
}
