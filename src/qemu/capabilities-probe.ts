/** Asks a QEMU what it can do, everything at once. */
import { VmError } from '../errors.js';
import type { QemuCapabilities } from '../plan/qemu-capabilities.js';
import type { QmpClient } from '../qmp/client.js';
import { QmpCommandError, QmpError } from '../qmp/errors.js';
import {
  capabilitiesOf,
  cpuType,
  machineType,
  propertiesOfDevice,
  propertiesOfType,
  type Question,
} from './capabilities-answers.js';
import { partOf, probedDrivers } from './capabilities-drivers.js';
import { field, list } from './capabilities-json.js';
import { withBareQemu } from './capabilities-start.js';

const devices: Question = { execute: 'qom-list-types', arguments: { implements: 'device' } };
const questions: readonly Question[] = [
  { execute: 'query-version' },
  { execute: 'query-qmp-schema' },
  { execute: 'qom-list-types' },
  { execute: 'query-machines' },
  { execute: 'query-cpu-definitions' },
  { execute: 'query-command-line-options' },
  propertiesOfType(cpuType),
  propertiesOfType(machineType),
];
/** Seconds that it may take to start and to answer; both take 0.2 s, and more where the machine is busy. */
const patience = 20;
/** More drivers than these on which QEMU dies are no mishap. */
const mostDeadly = 5;

/**
 * Asks the binary. To tell a driver's properties QEMU makes one, and aborts if a module of it is not installed: it is asked again
 * without that driver, which then counts as one that it does not have.
 * @param timeout seconds that it may take to start, and to give each answer. Default: 20.
 * @throws VmError `qemu.capabilities` if it does not start or answer.
 */
export async function probeCapabilities(binary: string, timeout = patience): Promise<QemuCapabilities> {
  const deadly = new Set<string>();
  for (;;) {
    const asked = await withBareQemu(binary, timeout, (client) => ask(client, deadly, timeout));
    if ('capabilities' in asked) return asked.capabilities;
    deadly.add(asked.deadly);
    if (deadly.size > mostDeadly) {
      const names = [...deadly].join(', ');
      throw new VmError('qemu.capabilities', `${binary} dies when asked for the properties of ${names}`);
    }
  }
}

type Asked = { readonly capabilities: QemuCapabilities } | { readonly deadly: string };

async function ask(client: QmpClient, deadly: ReadonlySet<string>, timeout: number): Promise<Asked> {
  const answers = new Map<string, unknown>();
  const put = async (question: Question) => {
    answers.set(JSON.stringify(question), await answerTo(client, question, timeout));
  };
  const pending = questions.map(put);
  await Promise.all([put(devices), ...pending]);
  const drivers = usableDrivers(answers.get(JSON.stringify(devices)), deadly);
  const asked = probedDrivers.filter((driver) => drivers.has(driver));
  const settled = await Promise.allSettled(asked.map((driver) => put(propertiesOfDevice(driver))));
  const failed = settled.findIndex(({ status }) => status === 'rejected');
  const failure = settled[failed];
  const driver = asked[failed];
  if (failure?.status === 'rejected' && driver !== undefined) {
    // It answers in turn: what it died of is the first that has no answer.
    if (failure.reason instanceof QmpError && failure.reason.code === 'qmp.closed') return { deadly: driver };
    throw failure.reason;
  }
  const told = capabilitiesOf((question) => answers.get(JSON.stringify(question)), asked);
  return { capabilities: { ...told, devices: [...drivers].sort() } };
}

/** What it lists, but for what it could not make. */
function usableDrivers(answer: unknown, deadly: ReadonlySet<string>): Set<string> {
  const listed = new Set(list(answer).map((type) => String(field(type, 'name'))));
  const whole = (driver: string) => {
    const part = partOf.get(driver);
    return !deadly.has(driver) && (part === undefined || listed.has(part));
  };
  return new Set([...listed].filter(whole));
}

/** A refusal is an answer: there is no such type. */
async function answerTo(client: QmpClient, question: Question, timeout: number): Promise<unknown> {
  try {
    return await client.executeRaw(question.execute, question.arguments, { timeout });
  } catch (error) {
    if (error instanceof QmpCommandError) return undefined;
    throw error;
  }
}
