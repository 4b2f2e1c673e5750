/** Video devices: what the guest draws on. Pure. QEMU's docs: docs/system/devices/virtio-gpu, qemu-options. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { keyValue } from '../command/quote.js';
import type { SideProcessPlan } from '../plan/side-process.js';
import { acpiIndexKey, bytes } from '../spec/scalars.js';
import { type DeviceContext, type PciSlot, type VirtioProperties, virtioDriver } from './context.js';
import { deviceOption, flagOption } from './options.js';
import { planVhostUserGpu, type VhostUserGpuPlan, vhostUserGpuKey } from './vhost-user-gpu.js';
import { virtioKey, virtioOf } from './virtio.js';

const models = ['auto', 'none', 'virtio', 'qxl', 'std', 'bochs', 'cirrus', 'vmware', 'ramfb'] as const;

const videoModel = z.enum(models).meta({
  description:
    'virtio (needs a driver, which Linux has), qxl (SPICE), std (every guest knows it), bochs (no VGA: UEFI guests), ramfb (firmware only), cirrus and vmware (old guests), none, auto: by the display',
});

const memory = (what: string) => bytes.optional().meta({ description: `${what}; default: QEMU's` });

const videoDevice = z.strictObject({
  model: videoModel.default('auto'),
  heads: z
    .int()
    .min(1, 'must be at least 1')
    .max(16, 'must be at most 16')
    .default(1)
    .meta({ description: 'how many screens it has: virtio and qxl' }),
  gl: z
    .union([z.literal('auto'), z.boolean()])
    .default('auto')
    .meta({
      description: '3D through the GPU of the host (virtio); auto: if the display has OpenGL',
    }),
  blob: z.boolean().optional().meta({
    description:
      'shares buffers with the host instead of copying them (virtio); needs shared memory; default: off',
  }),
  vhostUser: vhostUserGpuKey,
  resolution: z
    .string()
    .regex(/^[1-9]\d{2,4}x[1-9]\d{2,4}$/, 'is no resolution: write it as 1920x1080')
    .optional()
    .meta({ description: 'what the guest is told to begin with: 1920x1080' }),
  ...acpiIndexKey,
  ...virtioKey,
  vgaMemory: memory('memory of its framebuffer: std, qxl, cirrus, vmware, bochs'),
  ram: memory('memory that the guest draws in: qxl'),
  vram: memory('more of it: qxl'),
  vram64: memory('more of it, for guests of 64 bits: qxl'),
});

export const videoSection = z
  .union([videoModel, z.array(videoDevice).max(8, 'is too long: at most 8 video devices')])
  .default('auto')
  .transform((video) => (typeof video === 'string' ? [videoDevice.parse({ model: video })] : video))
  .meta({ description: 'the video device, or a list of which the first is the primary one' });

type VideoSpec = z.output<typeof videoDevice>;
type Model = Exclude<(typeof models)[number], 'auto' | 'none'>;

export interface VideoPlan {
  readonly kind: 'video';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly driver: string;
  /** In QEMU's words. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  readonly pci: PciSlot | null;
  readonly virtio: VirtioProperties;
  /** Of the process that draws; null: QEMU does. */
  readonly vhostUser: VhostUserGpuPlan['socket'] | null;
  readonly sideProcess: SideProcessPlan | null;
}

/** What the displays make of `auto`. */
export interface ScreenFacts {
  /** The displays of the spec by type; `none` left out. */
  readonly types: readonly string[];
  readonly gl: boolean;
}

export function planVideo(
  video: readonly VideoSpec[],
  screen: ScreenFacts,
  context: DeviceContext,
): VideoPlan[] {
  return video.flatMap((device, index): VideoPlan[] => {
    const origin = video.length === 1 ? 'video' : `video[${index}]`;
    const model = device.model === 'auto' ? autoModel(screen) : device.model;
    if (model === 'none') return [];
    const id = `video${index}`;
    const gl = model === 'virtio' && (device.gl === 'auto' ? screen.gl : device.gl);
    // ramfb and microvm's devices have no place on a PCI bus.
    const pci = model === 'ramfb' ? null : context.pciSlot(id);
    const daemon =
      device.vhostUser === null
        ? null
        : planVhostUserGpu(device.vhostUser, { id, origin: `video[${index}]`, gl }, context);
    return [
      {
        kind: 'video',
        id,
        origin,
        what: `${model}${gl ? ' with 3D' : ''}${device.heads > 1 ? `, ${device.heads} heads` : ''}`,
        driver: daemon === null ? driverOf(model, index === 0, gl, pci) : vhostUserDriver(index === 0, pci),
        properties: {
          ...propertiesOf(model, device),
          ...(device.acpiIndex === undefined || pci?.bus === undefined
            ? {}
            : { 'acpi-index': device.acpiIndex }),
        },
        pci,
        virtio: model === 'virtio' ? virtioOf(device.virtio, context.virtio) : {},
        vhostUser: daemon?.socket ?? null,
        sideProcess: daemon?.sideProcess ?? null,
      },
    ];
  });
}

function autoModel({ types }: ScreenFacts): Model | 'none' {
  if (types.length === 0) return 'none';
  return types.every((type) => type === 'vnc') ? 'std' : 'virtio';
}

/** Only the first one is VGA, which firmware and boot loaders draw on. */
function driverOf(model: Model, primary: boolean, gl: boolean, pci: PciSlot | null): string {
  switch (model) {
    case 'virtio':
      if (pci?.bus === undefined) return virtioDriver('gpu', {});
      return primary ? `virtio-vga${gl ? '-gl' : ''}` : `virtio-gpu${gl ? '-gl' : ''}-pci`;
    case 'qxl':
      return primary ? 'qxl-vga' : 'qxl';
    case 'std':
      return primary ? 'VGA' : 'secondary-vga';
    case 'bochs':
      return 'bochs-display';
    case 'cirrus':
      return 'cirrus-vga';
    case 'vmware':
      return 'vmware-svga';
    case 'ramfb':
      return 'ramfb';
  }
}

function vhostUserDriver(primary: boolean, pci: PciSlot | null): string {
  if (pci?.bus === undefined) return 'vhost-user-gpu';
  return primary ? 'vhost-user-vga' : 'vhost-user-gpu-pci';
}

const MIB = 1024 ** 2;

function propertiesOf(
  model: Model,
  { heads, blob, resolution, vgaMemory, ram, vram, vram64 }: VideoSpec,
): VideoPlan['properties'] {
  const [xres, yres] = resolution?.split('x').map(Number) ?? [];
  const size = xres === undefined || yres === undefined ? {} : { xres, yres };
  const vgamem = vgaMemory === undefined ? {} : { vgamem_mb: vgaMemory / MIB };
  switch (model) {
    case 'virtio':
      return { max_outputs: heads, ...(blob === undefined ? {} : { blob }), ...size };
    case 'qxl':
      return {
        max_outputs: heads,
        ...(ram === undefined ? {} : { ram_size: ram }),
        ...(vram === undefined ? {} : { vram_size: vram }),
        ...(vram64 === undefined ? {} : { vram64_size_mb: vram64 / MIB }),
        ...vgamem,
        ...size,
      };
    case 'std':
      return { ...vgamem, ...size };
    case 'bochs':
      return { ...(vgaMemory === undefined ? {} : { vgamem: vgaMemory }), ...size };
    default:
      return model === 'ramfb' ? {} : vgamem;
  }
}

export function videoOptions(video: VideoPlan): QemuOption[] {
  const { id, origin, what, driver, properties, pci, virtio, vhostUser } = video;
  const chardev = `${id}-chardev`;
  const daemon =
    vhostUser === null
      ? []
      : [
          flagOption(
            '-chardev',
            keyValue('socket', { id: chardev, path: vhostUser }),
            origin,
            'The process that draws.',
          ),
        ];
  return [
    ...daemon,
    {
      ...deviceOption(origin, `What the guest draws on: ${what}.`, {
        driver,
        id,
        ...properties,
        ...(vhostUser === null ? {} : { chardev }),
        ...virtio,
        ...(pci ?? {}),
      }),
      group: 'display',
    },
  ];
}
