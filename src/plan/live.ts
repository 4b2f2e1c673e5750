/**
 * What a changed key needs to take effect: QEMU's own means for a running guest, a restart, or a VM of its own. Pure.
 * QEMU's QMP reference: set-action, watchdog-set-action, qom-set, blockdev-change-medium, device_add.
 */
import type { ChangedKey } from '../spec/diff.js';
import { formatCpuList } from '../units.js';
import { hotPlug } from './live-devices.js';
import type { VmPlan } from './plan.js';
import type { LiveInput, QmpCall, Remedy } from './remedy.js';

type Rule = (change: ChangedKey, input: LiveInput) => Remedy | undefined;

/** By section; what a rule does not answer needs a restart. */
const rules: Readonly<Record<string, Rule>> = {
  name: () => ({ needs: 'newVm', how: 'a name is the VM: take this one down, and start the other', qmp: [] }),
  lifecycle: ({ path: [, key] }, { after }) => {
    if (key === 'shutdownTimeout')
      return live('vm down --timeout takes another; a restart makes it the default');
    if (key !== 'onReboot' && key !== 'onPoweroff' && key !== 'onCrash') return undefined;
    const usual = { reboot: 'reset', shutdown: 'poweroff', panic: 'shutdown' };
    return call('set-action', { ...usual, ...after.plan.machine.actions });
  },
  watchdog: ({ path: [, key], to }) =>
    key === 'action' ? call('watchdog-set-action', { action: to }) : undefined,
  balloon: ({ path: [, key], to }) => {
    const value = typeof to === 'number' ? Math.max(1, Math.round(to)) : 0;
    return key === 'statistics' ? setProperty('balloon0', 'guest-stats-polling-interval', value) : undefined;
  },
  disks: disk,
  networks: hotPlug,
  hostDevices: hotPlug,
  memory: ({ path: [, key] }, { before, after }) => {
    if (key !== 'modules') return undefined;
    const grown = after.plan.memory.modules.map((module) => ({ ...module, requestedBytes: null }));
    const was = before.plan.memory.modules.map((module) => ({ ...module, requestedBytes: null }));
    if (JSON.stringify(grown) !== JSON.stringify(was)) return undefined;
    return calls(
      after.plan.memory.modules.flatMap(({ id, requestedBytes }) =>
        requestedBytes === null ? [] : [property(id, 'requested-size', requestedBytes)],
      ),
    );
  },
  cpu: ({ path: [, key], from, to }, { before }) =>
    key === 'vcpus' && Number(to) > Number(from) && Number(to) <= before.plan.cpu.maxVcpus
      ? live('device_add of vCPUs that query-hotpluggable-cpus names; then vm place puts them on their CPUs')
      : undefined,
  placement: ({ path: [, key] }, { before, after }) => {
    if (key === 'cache' || !sameGuest(before.plan, after.plan)) return undefined;
    const { vcpus } = after.spec.placement;
    const wish = Array.isArray(vcpus) ? formatCpuList(vcpus) : vcpus;
    return key === 'vcpus' && typeof wish === 'string'
      ? live(`vm place ${after.spec.name} --vcpus ${wish}`)
      : live('the kernel moves threads at any time: taskset -cp CPUS TID, with the threads of vm status');
  },
  display: ({ path, from, to }) =>
    path.at(-1) === 'password' && from !== null && to !== null
      ? live('QMP set_password takes the new one')
      : undefined,
  cloudInit: () => ({
    ...restart,
    how: 'a restart writes the seed; cloud-init does its work again only for a new metaData.instance-id',
  }),
};

const restart: Remedy = { needs: 'restart', how: 'vm restart', qmp: [] };
const hardware: Remedy = { ...restart, how: 'vm restart; a guest that is installed may not start on it' };
const otherHardware: ReadonlySet<string> = new Set(['machine.type', 'boot.firmware', 'boot.secureBoot']);

export function remedy(change: ChangedKey, input: LiveInput): Remedy {
  if (otherHardware.has(change.key)) return hardware;
  const [section] = change.path;
  const rule = Object.hasOwn(rules, String(section)) ? rules[String(section)] : undefined;
  return rule?.(change, input) ?? restart;
}

function disk(change: ChangedKey, input: LiveInput): Remedy | undefined {
  const [, index, key] = change.path;
  if (key === undefined) return hotPlug(change, input);
  const { before, after } = input;
  const item = typeof index === 'number' ? after.spec.disks[index] : undefined;
  const id = item?.id ?? `disk${String(index)}`;
  const [was, will] = [before, after].map(({ plan }) => plan.devices.find((device) => device.id === id));
  if (was?.kind !== 'disk' || will?.kind !== 'disk') return undefined;
  if (key === 'limits') return limits(was.throttles, will.throttles);
  if (key !== 'source' || item?.type !== 'cdrom' || was.bus === 'usb') return undefined;
  if (will.source === '') return call('eject', { id, force: true });
  if (typeof change.to !== 'string') return undefined;
  const medium = { id, filename: change.to, format: will.format, 'read-only-mode': 'read-only' };
  return call('blockdev-change-medium', medium);
}

type Throttles = readonly { readonly group: string; readonly limits: Readonly<Record<string, number>> }[];

/** The same budgets with other rates; a budget that comes or goes is another chain of nodes. */
function limits(before: Throttles, after: Throttles): Remedy | undefined {
  const groups = (throttles: Throttles) => throttles.map(({ group }) => group).join();
  if (after.length === 0 || groups(before) !== groups(after)) return undefined;
  return calls(
    after.map(({ group, limits: rates }, index) => {
      // What is not said stays as it is: a rate that is gone must be switched off.
      const value: Record<string, number> = {};
      for (const name of Object.keys(before[index]?.limits ?? {}))
        value[name] = name.endsWith('-length') ? 1 : 0;
      Object.assign(value, rates);
      return { execute: 'qom-set', arguments: { path: `/objects/${group}`, property: 'limits', value } };
    }),
  );
}

/** Pinning alone changed: the guest sees the same CPUs, and its memory comes from the same nodes. */
function sameGuest(before: VmPlan, after: VmPlan): boolean {
  const shape = ({ cpu, memory }: VmPlan) => JSON.stringify([cpu, memory]);
  return shape(before) === shape(after);
}

const live = (how: string): Remedy => ({ needs: 'live', how, qmp: [] });

function calls(qmp: readonly QmpCall[]): Remedy {
  return { needs: 'live', how: `QMP ${qmp.map(({ execute }) => execute).join(', ')}`, qmp };
}

const call = (execute: string, args: QmpCall['arguments']) => calls([{ execute, arguments: args }]);

function property(id: string, name: string, value: number): QmpCall {
  return {
    execute: 'qom-set',
    arguments: { path: `/machine/peripheral/${id}`, property: name, value },
  };
}

const setProperty = (id: string, name: string, value: number) => calls([property(id, name, value)]);
