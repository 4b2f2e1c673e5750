/** The views of `vm network`. */
import type { NetworkDetails, NetworkLease, NetworkState, NetworkSummary } from '../../index.js';
import { escapeUnprintable } from '../../spec/printable.js';
import type { Ink, Style } from './style.js';
import { type Column, renderFields, renderTable } from './table.js';

const inks: Readonly<Record<NetworkState, Ink>> = {
  up: 'green',
  degraded: 'red',
  down: 'dim',
  foreign: 'yellow',
};

const columns: readonly Column<NetworkSummary>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => state, ink: ({ state }) => inks[state] },
  { title: 'MODE', cell: ({ mode }) => mode ?? '-' },
  { title: 'ADDRESS', cell: ({ address }) => address ?? '-' },
  { title: 'PORTS', align: 'right', cell: ({ ports }) => ports.toString() },
];

export function renderNetworks(networks: readonly NetworkSummary[], style: Style): string {
  return `${renderTable(columns, networks, style).join('\n')}\n`;
}

export function renderNetwork(network: NetworkDetails, style: Style): string {
  const { name, state, problems, file, definition, range, ports, pid, log, firewall } = network;
  const fields: [string, string][] = [
    ['network', style('bold', name)],
    ['state', style(inks[state], state)],
    ...problems.map((problem): [string, string] => ['problem', problem]),
    ['file', escapeUnprintable(file)],
    ['mode', definition.mode],
    ['address', [definition.address, definition.address6 ?? []].flat().join(', ')],
    ['dhcp', range === null ? 'no' : `${range.from} to ${range.to}`],
    ...definition.hosts.map(({ vm, mac, address }): [string, string] => ['host', `${address}  ${vm ?? mac}`]),
    ...definition.taps.map((tap): [string, string] => ['tap', tapText(tap)]),
    ...(definition.domain === undefined ? [] : [['domain', definition.domain] satisfies [string, string]]),
    ...ports.map((port): [string, string] => ['port', [port.interface, port.vm ?? []].flat().join('  ')]),
    ['dnsmasq', pid === null ? '-' : `${pid}, ${escapeUnprintable(log)}`],
    ['firewall', firewall === null ? '-' : firewall.trimEnd().replaceAll('\t', '  ')],
  ];
  return `${renderFields(fields, style).join('\n')}\n`;
}

function tapText({ device, user, multiQueue }: NetworkDetails['definition']['taps'][number]): string {
  return `${device}  of ${user}${multiQueue ? ', several queues' : ''}`;
}

const leaseColumns: readonly Column<NetworkLease>[] = [
  { title: 'ADDRESS', cell: ({ address }) => address },
  { title: 'MAC', cell: ({ mac }) => mac },
  { title: 'VM', cell: ({ vm }) => vm ?? '-' },
  { title: 'HOSTNAME', cell: ({ hostname }) => escapeUnprintable(hostname ?? '-') },
  { title: 'UNTIL', cell: ({ expires }) => untilText(expires) },
];

function untilText(expires: number | null): string {
  return expires === null ? 'for ever' : new Date(expires * 1000).toISOString().replace(/\.000Z$/, 'Z');
}

export function renderLeases(leases: readonly NetworkLease[], style: Style): string {
  return `${renderTable(leaseColumns, leases, style).join('\n')}\n`;
}
