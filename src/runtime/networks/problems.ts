/** What is wrong with a network that is up. */
import { firewallText, tableOf } from '../../networks/firewall.js';
import { isInterface } from '../ip.js';
import { isAlive } from '../process.js';
import { userId } from '../roots.js';
import { hasTable } from './firewall.js';
import { missingForwarding } from './forwarding.js';
import type { NetworkRecord } from './record.js';
import { problemsOfTaps } from './taps.js';

/** A sentence each; none: all that it is made of is there. */
export async function problemsOf({ definition, phase, dnsmasq }: NetworkRecord): Promise<string[]> {
  const { name } = definition;
  if (phase !== 'up') return ['a command that was at it has not ended, or was killed'];
  const problems: string[] = [];
  if (!isInterface(name)) problems.push(`the bridge ${name} is gone`);
  problems.push(...problemsOfTaps(definition));
  // Only root may look at rules.
  if (firewallText(definition) !== null && userId() === 0 && !(await hasTable(name)))
    problems.push(`the table ${tableOf(name)} of nft is gone`);
  for (const path of missingForwarding(definition)) problems.push(`${path} is no longer 1`);
  if (dnsmasq === null || !isAlive(dnsmasq)) problems.push('its dnsmasq has ended');
  return problems;
}
