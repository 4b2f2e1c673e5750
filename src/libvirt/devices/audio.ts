/** `<audio>` and `<sound>`. Pure. libvirt's docs: formatdomain, "Sound devices" and "Audio backends". */
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { virtioKeys } from './virtio.js';

type Audio = NonNullable<SpecDocument['audio']>[number];
type Card = Extract<NonNullable<SpecDocument['sound']>, readonly unknown[]>[number];

const backends: Readonly<Record<string, Audio['type']>> = {
  none: 'none',
  alsa: 'alsa',
  jack: 'jack',
  oss: 'oss',
  pulseaudio: 'pa',
  pipewire: 'pipewire',
  sdl: 'sdl',
  spice: 'spice',
  dbus: 'dbus',
  file: 'wav',
};

export function convertAudio(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  const cards = devices.children('sound');
  for (const node of devices.children('audio')) {
    const type = node.attribute('type') ?? 'none';
    const known = backends[type];
    const id = node.integer('id', 1) ?? 1;
    if (node.attribute('timerPeriod') !== undefined)
      notes.dropped(node, "the timer of sound has QEMU's own period");
    if (known === undefined) {
      notes.dropped(node, `this host has no sound system ${type}`);
      node.ignoreAll();
    } else draft.add('audio', { id: `sink${id}`, type: known, ...audioKeys(node) }, node);
  }
  for (const node of cards) convertCard(node, draft, notes);
}

function audioKeys(node: XmlNode): Partial<Audio> {
  const [output, input] = ['output', 'input'].map((name) => node.child(name));
  const settings = output?.child('settings');
  const buffer = output?.integer('bufferLength', 1);
  return {
    server: node.attribute('serverName') ?? output?.attribute('serverName'),
    path: node.attribute('path'),
    output: output?.attribute('dev') ?? output?.attribute('name'),
    input: input?.attribute('dev') ?? input?.attribute('name'),
    frequency: settings?.integer('frequency', 1),
    channels: settings?.integer('channels', 1),
    latency: buffer === undefined ? undefined : Math.max(1, Math.round(buffer / 1000)),
  };
}

const models: Readonly<Record<string, Card['model']>> = {
  ich6: 'ich6',
  ich9: 'ich9',
  ac97: 'ac97',
  es1370: 'es1370',
  sb16: 'sb16',
  usb: 'usb',
  virtio: 'virtio',
};

function convertCard(node: XmlNode, draft: SpecDraft, notes: Notes): void {
  node.ignore('address', 'alias');
  const named = node.attribute('model') ?? 'ich6';
  const model = models[named];
  if (model === undefined) {
    notes.dropped(node, `vm has no sound card ${named}`);
    node.ignoreAll();
    return;
  }
  const codecs = node
    .children('codec')
    .flatMap((codec) => codec.oneOf('type', ['duplex', 'micro', 'output']) ?? []);
  const audio = node.child('audio')?.integer('id', 1);
  const multichannel = node.yesNo('multichannel');
  draft.add(
    'sound',
    {
      model: model === 'ich9' ? undefined : model,
      codecs: codecs.length === 0 ? undefined : codecs,
      audio: audio === undefined ? undefined : `sink${audio}`,
      streams: node.integer('streams', 1) ?? (model === 'virtio' ? 2 : undefined),
      multichannel: multichannel === true ? true : undefined,
      ...(model === 'virtio' ? virtioKeys(node) : {}),
    },
    node,
  );
}
