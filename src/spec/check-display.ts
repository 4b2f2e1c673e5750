/** Checks of displays. Pure. */
import { isServer, type ScreenSpec } from '../devices/display.js';
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

export function checkVideo({ video }: VmSpec): KeyIssue[] {
  return video.flatMap(({ model, vhostUser }, index) =>
    vhostUser === null || model === 'virtio'
      ? []
      : [
          {
            key: `video[${index}].vhostUser`,
            message: `another process draws for a virtio device, not for ${model}`,
            hint: 'write model: virtio, or remove it',
          },
        ],
  );
}

export function checkDisplay({ display, usb }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const key = (index: number) => (display.length === 1 ? 'display' : `display[${index}]`);
  const windows = display.flatMap((one, index) => (isServer(one) ? [] : [index]));
  const [, second] = windows;
  if (second !== undefined) {
    issues.push({
      key: key(second),
      message: 'QEMU has one window at most',
      hint: 'remove one: only vnc and spice go beside another',
    });
  }
  for (const [index, one] of display.entries()) {
    const same = display.findIndex(({ type }) => type === one.type);
    if (same !== index && isServer(one)) {
      issues.push({
        key: key(index),
        message: `display[${same}] is ${one.type} already`,
        hint: 'remove one of the two',
      });
    }
    if (one.type === 'vnc' && one.websocket !== undefined && one.port === undefined) {
      issues.push({ key: `${key(index)}.websocket`, message: 'needs a port too', hint: 'write port: auto' });
    }
    if (one.type === 'spice' && one.tlsPort !== undefined && one.tls === undefined) {
      issues.push({
        key: `${key(index)}.tlsPort`,
        message: 'needs certificates',
        hint: 'write tls: the folder that holds them',
      });
    }
    if (
      isServer(one) &&
      'socket' in one &&
      one.socket !== undefined &&
      'port' in one &&
      one.port !== undefined
    ) {
      issues.push({ key: `${key(index)}.socket`, message: 'excludes port', hint: 'remove one of the two' });
    }
  }
  issues.push(...display.flatMap((one, index) => checkChannels(one, key(index))));
  const spice = display.some(({ type }) => type === 'spice');
  const redirected = usb.findIndex((device) => device.type === 'redir' && device.from === 'spice');
  if (redirected !== -1 && !spice) {
    issues.push({
      key: `usb[${redirected}]`,
      message: 'needs a SPICE display to send devices',
      hint: 'write display: spice, or from: socket',
    });
  }
  return issues;
}

function checkChannels(display: ScreenSpec, key: string): KeyIssue[] {
  if (display.type !== 'spice' || display.tlsPort !== undefined) return [];
  const encrypted = Object.entries(display.channels).find(([, mode]) => mode === 'tls');
  if (encrypted === undefined) return [];
  return [
    {
      key: `${key}.channels.${encrypted[0]}`,
      message: 'needs a port for encrypted connections',
      hint: 'write tlsPort and tls, or plain',
    },
  ];
}
