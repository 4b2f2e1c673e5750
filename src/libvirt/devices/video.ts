/** `<video>`, and the one that libvirt gives a guest with a display. Pure. libvirt's docs: formatdomain, "Video devices". */
import { formatBytes } from '../../units.js';
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { virtioKeys } from './virtio.js';

type Video = Extract<NonNullable<SpecDocument['video']>, readonly unknown[]>[number];
type Model = NonNullable<Video['model']>;

const models: Readonly<Record<string, Model>> = {
  vga: 'std',
  cirrus: 'cirrus',
  vmvga: 'vmware',
  qxl: 'qxl',
  virtio: 'virtio',
  bochs: 'bochs',
  ramfb: 'ramfb',
  none: 'none',
  default: 'cirrus',
};

const MIB = 1024 ** 2;

export function convertVideo(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  const nodes = devices.children('video');
  if (nodes.length === 0) {
    // libvirt's default for a guest that has a display.
    draft.set('video', devices.has('graphics') ? 'cirrus' : 'none', devices);
    return;
  }
  const videos = nodes.flatMap((node) => {
    const video = videoOf(node, notes);
    return video === undefined
      ? []
      : [{ node, video, primary: node.child('model')?.yesNo('primary') === true }];
  });
  // The primary one is the first here.
  videos.sort((a, b) => Number(b.primary) - Number(a.primary));
  if (videos.length === 0) draft.set('video', 'none', devices);
  for (const { video, node } of videos) draft.add('video', video, node);
}

function videoOf(node: XmlNode, notes: Notes): Video | undefined {
  node.ignore('address', 'alias');
  const model = node.child('model');
  const type = model?.attribute('type') ?? 'default';
  const known = models[type];
  const beside = node.child('driver')?.attribute('name') === 'vhostuser';
  node.child('driver')?.ignore('@vgaconf');
  if (known === undefined) {
    notes.dropped(node, `QEMU has no video device ${type}`);
    return undefined;
  }
  const resolution = model?.child('resolution');
  const [x, y] = [resolution?.integer('x', 1), resolution?.integer('y', 1)];
  const acceleration = model?.child('acceleration');
  const renderNode = acceleration?.attribute('rendernode');
  acceleration?.ignore('@accel2d');
  const gl = acceleration?.yesNo('accel3d');
  return {
    model: known,
    heads: model?.integer('heads', 1),
    acpiIndex: node.child('acpi')?.integer('index', 1),
    gl: known === 'virtio' ? (gl ?? false) : undefined,
    blob: model?.onOff('blob'),
    vhostUser: beside && known === 'virtio' ? (renderNode === undefined ? true : { renderNode }) : undefined,
    resolution: x === undefined || y === undefined ? undefined : `${x}x${y}`,
    ...memoryOf(model, known),
    ...(known === 'virtio' ? virtioKeys(node) : {}),
  };
}

/** libvirt's own defaults: the guest sees how much there is. */
function memoryOf(model: XmlNode | undefined, known: Model): Partial<Video> {
  const kib = (name: string) => {
    const value = model?.integer(name, 0);
    return value === undefined ? undefined : value * 1024;
  };
  const [ram, vram, vram64, vgamem] = ['ram', 'vram', 'vram64', 'vgamem'].map(kib);
  switch (known) {
    case 'qxl':
      return {
        ram: formatBytes(ram ?? 64 * MIB),
        vram: formatBytes(vram ?? 64 * MIB),
        vram64: formatBytes(vram64 ?? 0),
        vgaMemory: formatBytes(vgamem ?? 16 * MIB),
      };
    case 'std':
    case 'vmware':
    case 'bochs':
      return { vgaMemory: formatBytes(vram ?? 16 * MIB) };
    default:
      return {};
  }
}
