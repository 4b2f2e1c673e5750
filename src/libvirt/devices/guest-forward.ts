/** A channel of type guestfwd: an address of the guest's network that leads to a socket of the host. Pure. libvirt's docs: formatdomain, "Channel". */
import { keyValue } from '../../command/quote.js';
import type { SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { type Backend, backend } from './chardev.js';

/** As libvirt has it: a network of its own, which no card is plugged into. */
export function convertGuestForward(node: XmlNode, index: number, draft: SpecDraft, notes: Notes): void {
  const target = node.child('target');
  const address = target?.attribute('address');
  const port = target?.integer('port', 1);
  const to = backend(node, notes);
  // Named as libvirt names them.
  const id = `channel${index}`;
  const chardev = to === undefined ? undefined : chardevText(`char${id}`, to);
  if (address === undefined || port === undefined || chardev === undefined || !/^[\d.]+$/.test(address)) {
    notes.dropped(node, 'an address that leads to a unix socket or a pipe of the host is all that vm makes');
    return;
  }
  const forward = { str: `tcp:${address}:${port}-chardev:char${id}` };
  const netdev = JSON.stringify({ type: 'user', id, guestfwd: [forward] });
  draft.merge('qemu', { extraArgs: ['-chardev', chardev, '-netdev', netdev] }, node);
  notes.changed(
    node,
    `said in qemu.extraArgs; as with libvirt, no card of the guest is on the network ${id}`,
  );
}

function chardevText(id: string, to: Backend): string | undefined {
  if (to.type === 'pipe') return keyValue('pipe', { id, path: to.path });
  if (to.type !== 'socket' || to.path === undefined) return undefined;
  const listens = to.server !== false;
  return keyValue('socket', { id, path: to.path, ...(listens ? { server: true, wait: false } : {}) });
}
