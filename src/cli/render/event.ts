/** Events, one a line. */
import type { VmEvent } from '../../index.js';
import { escapeUnprintable } from '../../spec/printable.js';
import type { Style } from './style.js';

/** `2026-01-31T12:00:00.250Z demo SHUTDOWN guest=true reason=guest-shutdown` */
export function renderEvent({ vm, event, data, time }: VmEvent, style: Style): string {
  const members = Object.entries(data).map(
    ([key, value]) =>
      `${key}=${escapeUnprintable(typeof value === 'string' ? value : JSON.stringify(value))}`,
  );
  const when = style('dim', new Date(time * 1000).toISOString());
  return `${[when, style('bold', vm), style('cyan', event), ...members].join(' ')}\n`;
}
