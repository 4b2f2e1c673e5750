/** A smartcard in a USB reader. Pure. QEMU's docs: system/devices/ccid. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { hostPath, text } from '../spec/scalars.js';
import { chardevSection } from './chardev.js';
import { type ChardevPlan, chardevOptions, chardevText, ownSocket, planChardev } from './chardev-plan.js';
import type { DeviceContext } from './context.js';
import { deviceOption, flagOption } from './options.js';
import type { UsbPort } from './usb-bus.js';

const card = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('host').meta({ description: 'the card in the reader of this host, through NSS' }),
  }),
  z.strictObject({
    type: z.literal('certificates').meta({ description: 'a card made of three certificates of this host' }),
    certificates: z
      .tuple([text, text, text], 'must be the names of three certificates')
      .meta({ description: 'their names in the database' }),
    database: hostPath
      .default('/etc/pki/nssdb')
      .meta({ description: 'the folder of the NSS database that has them' }),
  }),
  z.strictObject({
    type: z.literal('spice').meta({ description: 'the card of whoever looks on over SPICE' }),
  }),
  z.strictObject({
    type: z
      .literal('remote')
      .meta({ description: 'a card that a program gives, such as vscclient of libcacard' }),
    at: chardevSection({}).prefault({ type: 'socket' }).meta({
      description: "where it is reached, as with serial ports; default: a socket in the VM's folder",
    }),
  }),
]);

export const smartcardSection = card.optional().meta({
  description: 'a smartcard, in a USB reader of its own; default: none',
});

export interface SmartcardPlan {
  readonly kind: 'smartcard';
  readonly id: string;
  readonly what: string;
  readonly driver: 'ccid-card-emulated' | 'ccid-card-passthru';
  /** In QEMU's words, besides id and place. */
  readonly properties: Readonly<Record<string, string>>;
  readonly chardev: ChardevPlan | 'spice' | null;
  /** Of the reader. */
  readonly usb: UsbPort;
}

export function planSmartcard(
  spec: z.output<typeof smartcardSection>,
  context: DeviceContext,
): SmartcardPlan[] {
  if (spec === undefined) return [];
  const base = {
    kind: 'smartcard',
    id: 'smartcard0',
    usb: context.usb.take(undefined, undefined),
    properties: {},
    chardev: null,
  } as const;
  switch (spec.type) {
    case 'host':
      return [
        {
          ...base,
          driver: 'ccid-card-emulated',
          what: "this host's",
          properties: { backend: 'nss-emulated' },
        },
      ];
    case 'certificates': {
      const [cert1, cert2, cert3] = spec.certificates;
      const properties = { backend: 'certificates', cert1, cert2, cert3, db: spec.database };
      return [{ ...base, driver: 'ccid-card-emulated', what: spec.certificates.join(', '), properties }];
    }
    case 'spice':
      return [{ ...base, driver: 'ccid-card-passthru', what: "a SPICE viewer's", chardev: 'spice' }];
    case 'remote': {
      const socket = ownSocket(context, base.id);
      const chardev = planChardev(spec.at, 'smartcard.at', { socket, log: null }, context);
      return [{ ...base, driver: 'ccid-card-passthru', what: chardevText(chardev), chardev }];
    }
  }
}

export function smartcardOptions({
  id,
  what,
  driver,
  properties,
  chardev,
  usb,
}: SmartcardPlan): QemuOption[] {
  const origin = 'smartcard';
  const reader = `${id}-reader`;
  const chardevId = `${id}-chardev`;
  const why = 'The card is there.';
  const source =
    chardev === null
      ? []
      : chardev === 'spice'
        ? [flagOption('-chardev', `spicevmc,id=${chardevId},name=smartcard`, origin, why)]
        : chardevOptions(chardevId, chardev, origin, why);
  return [
    ...source,
    deviceOption(origin, 'A USB reader of smartcards.', { driver: 'usb-ccid', id: reader, ...usb }),
    deviceOption(origin, `The card in the reader: ${what}.`, {
      driver,
      id,
      bus: `${reader}.0`,
      ...(chardev === null ? {} : { chardev: chardevId }),
      ...properties,
    }),
  ];
}
