/** Whether the CPUs that a spec names are there to be used. Pure. */
import type { ErrorCode } from '../../errors.js';
import type { Finding } from '../findings.js';
import type { Machine } from './machine.js';
import { cpusInWords, holdersInWords } from './words.js';

/** Finds CPUs that do not exist, are offline, outside our cpuset, or held by another running VM. Where the host's CPUs are unknown only the last can be told. */
export function checkCpus(key: string, cpus: readonly number[], machine: Machine): Finding[] {
  const findings: Finding[] = [];
  const report = (code: ErrorCode, wrong: readonly number[], rest: string, hint: string) => {
    if (wrong.length > 0) {
      findings.push({ severity: 'missing', code, key, message: `${cpusInWords(wrong)} ${rest}`, hint });
    }
  };
  const be = (list: readonly number[]) => (list.length === 1 ? 'is' : 'are');
  if (machine.facts.size > 0) {
    const allowed = new Set(machine.allowed);
    const absent = cpus.filter((cpu) => !machine.facts.has(cpu));
    const offline = cpus.filter((cpu) => machine.facts.get(cpu)?.online === false);
    const outside = cpus.filter((cpu) => machine.facts.get(cpu)?.online === true && !allowed.has(cpu));
    report(
      'host.cpu-missing',
      absent,
      absent.length === 1 ? 'does not exist on this host' : 'do not exist on this host',
      `This host has ${cpusInWords([...machine.facts.keys()])}.`,
    );
    report(
      'host.cpu-offline',
      offline,
      `${be(offline)} offline`,
      `Bring it online: echo 1 > /sys/devices/system/cpu/cpu${offline[0]}/online`,
    );
    report(
      'host.cpu-not-allowed',
      outside,
      `${be(outside)} outside the cpuset that this process is confined to`,
      `Allowed here: ${cpusInWords(machine.allowed)}.`,
    );
  }
  for (const message of holdersInWords(cpus, machine.holderOf)) {
    findings.push({
      severity: 'missing',
      code: 'host.cpu-held',
      key,
      message,
      hint: 'Choose other CPUs, stop that VM, or set placement.exclusive to false in it.',
    });
  }
  return findings;
}
