/** Checks of `numa` and `memory.modules`. Pure. QEMU's docs: qemu-options, -numa. */
import { formatBytes, formatCpuList } from '../units.js';
import { wholePages } from './check-memory.js';
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

type Row = Extract<VmSpec['numa'], readonly unknown[]>[number];

export function checkNuma(spec: VmSpec): KeyIssue[] {
  const { numa } = spec;
  if (typeof numa === 'string') return checkModuleNodes(spec, 1);
  return [
    ...numa.flatMap((row, node) => checkRow(row, node, numa.length, spec)),
    ...checkSum(numa, spec),
    ...checkCpus(numa, spec),
    ...checkModuleNodes(spec, numa.length),
  ];
}

function checkRow(row: Row, node: number, count: number, { memory }: VmSpec): KeyIssue[] {
  const key = `numa[${node}]`;
  const issues: KeyIssue[] = [];
  if (row.cpus === undefined && row.memory === undefined) {
    issues.push({ key, message: 'has neither cpus nor memory', hint: 'give it one of them, or remove it' });
  }
  if (row.memory !== undefined)
    issues.push(...wholePages(row.memory, row.hugepages ?? memory.hugepages, `${key}.memory`));
  for (const [other, distance] of Object.entries(row.distances)) {
    const at = `${key}.distances.${other}`;
    if (Number(other) >= count) {
      issues.push({ key: at, message: `there is no node ${other}: the list ends with [${count - 1}]` });
    } else if ((Number(other) === node) !== (distance === 10)) {
      issues.push({
        key: at,
        message: distance === 10 ? '10 is the distance of a node to itself' : 'a node is 10 from itself',
        hint: distance === 10 ? 'write 11 or more' : 'write 10, or remove it',
      });
    }
  }
  return [...issues, ...checkHmat(row, key, count)];
}

function checkHmat({ initiator, paths, cpus }: Row, key: string, count: number): KeyIssue[] {
  const noNode = (node: number, at: string): KeyIssue[] =>
    node < count ? [] : [{ key: at, message: `there is no node ${node}: the list ends with [${count - 1}]` }];
  const start: KeyIssue[] =
    paths.length > 0 && (cpus ?? []).length === 0
      ? [
          {
            key: `${key}.paths`,
            message: 'begin at vCPUs, which this node has none of',
            hint: 'say them of a node with cpus',
          },
        ]
      : [];
  return [
    ...(initiator === undefined ? [] : noNode(initiator, `${key}.initiator`)),
    ...paths.flatMap(({ to }, index) => noNode(to, `${key}.paths[${index}].to`)),
    ...start,
  ];
}

function checkSum(rows: readonly Row[], { memory }: VmSpec): KeyIssue[] {
  const sum = rows.reduce((total, row) => total + (row.memory ?? 0), 0);
  if (sum === memory.size) return [];
  return [
    {
      key: 'memory.size',
      message: `is ${formatBytes(memory.size)}, but the nodes of numa have ${formatBytes(sum)}`,
      hint: sum > 0 ? `write ${formatBytes(sum)}, or change the nodes` : 'give each node its memory',
    },
  ];
}

/** Every vCPU that there may be is on one node. */
function checkCpus(rows: readonly Row[], { cpu }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const most = cpu.maxVcpus ?? cpu.vcpus;
  const nodeOf = new Map<number, number>();
  for (const [node, row] of rows.entries()) {
    const key = `numa[${node}].cpus`;
    for (const vcpu of row.cpus ?? []) {
      const other = nodeOf.get(vcpu);
      if (vcpu >= most) {
        issues.push({
          key,
          message: `there is no vCPU ${vcpu}: they are 0 to ${most - 1}`,
          hint: 'remove it',
        });
        break;
      }
      if (other !== undefined) {
        issues.push({
          key,
          message: `vCPU ${vcpu} is on node ${other} already`,
          hint: 'remove it from one of the two',
        });
        break;
      }
      nodeOf.set(vcpu, node);
    }
  }
  const missing = Array.from({ length: most }, (_, vcpu) => vcpu).filter((vcpu) => !nodeOf.has(vcpu));
  if (missing.length > 0 && issues.length === 0) {
    issues.push({
      key: 'numa',
      message: `has no node for vCPU ${formatCpuList(missing)}`,
      hint: 'put every vCPU on a node',
    });
  }
  return issues;
}

function checkModuleNodes({ memory }: VmSpec, count: number): KeyIssue[] {
  return memory.modules.flatMap(({ node }, index) =>
    node < count
      ? []
      : [
          {
            key: `memory.modules[${index}].node`,
            message: `there is no node ${node} in the guest`,
            hint:
              count === 1 ? 'write 0, or give the guest its nodes with numa' : `they are 0 to ${count - 1}`,
          },
        ],
  );
}
