/** Watchdogs: timers that act when the guest stops feeding them. Pure. QEMU's docs: qemu-options, -action. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import type { DeviceContext, PciSlot } from './context.js';
import { deviceOption, flagOption } from './options.js';

const models = ['itco', 'i6300esb', 'ib700'] as const;
const settings = z.strictObject({
  model: z
    .union([z.enum(['auto', ...models]), z.array(z.enum(models)).min(1).max(3)])
    .default('auto')
    .meta({
      description:
        'itco (of the q35 chipset), i6300esb (PCI), ib700 (ISA), a list; auto: itco on q35, else i6300esb',
    }),
  action: z
    .enum(['reset', 'shutdown', 'poweroff', 'inject-nmi', 'pause', 'debug', 'none'])
    .default('reset')
    .meta({ description: 'what happens when the guest no longer feeds it' }),
});

export const watchdogSection = z
  .union([z.boolean(), settings])
  .default(false)
  .transform((watchdog) =>
    typeof watchdog === 'boolean' ? (watchdog ? settings.parse({}) : null) : watchdog,
  )
  .meta({ description: 'a timer that acts when the guest hangs; something in the guest must feed it' });

export interface WatchdogPlan {
  readonly kind: 'watchdog';
  readonly id: string;
  readonly what: string;
  readonly model: (typeof models)[number];
  /** Null: another watchdog of this VM sets it for all. */
  readonly action: string | null;
  readonly pci: PciSlot | null;
}

export function planWatchdog(
  watchdog: z.output<typeof watchdogSection>,
  context: DeviceContext,
): WatchdogPlan[] {
  if (watchdog === null) return [];
  const wanted = typeof watchdog.model === 'string' ? [watchdog.model] : [...new Set(watchdog.model)];
  return wanted.map((name, index) => {
    const model = name === 'auto' ? (context.chipset === 'q35' ? 'itco' : 'i6300esb') : name;
    const id = `watchdog${index}`;
    return {
      kind: 'watchdog',
      id,
      what: `${model}, ${watchdog.action}`,
      model,
      action: index === 0 ? watchdog.action : null,
      pci: model === 'i6300esb' ? context.pciSlot(id) : null,
    };
  });
}

export function watchdogOptions({ id, model, action, pci }: WatchdogPlan): QemuOption[] {
  const origin = 'watchdog';
  const device =
    model === 'itco'
      ? flagOption(
          '-global',
          'ICH9-LPC.noreboot=off',
          origin,
          "Lets the chipset's watchdog act: it is there anyway.",
        )
      : deviceOption(origin, 'A timer that the guest must feed.', { driver: model, id, ...(pci ?? {}) });
  return [
    device,
    ...(action === null
      ? []
      : [flagOption('-watchdog-action', action, origin, 'What happens when the guest no longer feeds it.')]),
  ];
}
