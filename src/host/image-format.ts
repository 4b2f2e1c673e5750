/** The formats of disk images by their first bytes, as QEMU's block drivers probe them (block/*.c, `*_probe`). */

/** As many bytes as the probes look at. */
export const MAGIC_BYTES = 512;

const prefixes: readonly (readonly [Buffer, string])[] = [
  [Buffer.from('KDMV'), 'vmdk'],
  [Buffer.from('COWD'), 'vmdk'],
  [Buffer.from('# Disk DescriptorFile'), 'vmdk'],
  [Buffer.from('vhdxfile'), 'vhdx'],
  [Buffer.from('conectix'), 'vpc'],
  [Buffer.from('QED\0'), 'qed'],
  [Buffer.from('LUKS\xba\xbe', 'latin1'), 'luks'],
  [Buffer.from('WithoutFreeSpace'), 'parallels'],
  [Buffer.from('WithouFreSpacExt'), 'parallels'],
];

const QCOW_MAGIC = 0x514649fb;
const VDI_MAGIC = 0xbeda107f;

/** Names the format as QEMU's drivers are named; `raw` for what no probe knows. */
export function formatOfMagic(head: Buffer): string {
  if (head.length >= 8 && head.readUInt32BE(0) === QCOW_MAGIC)
    return head.readUInt32BE(4) >= 2 ? 'qcow2' : 'qcow';
  if (head.length >= 0x44 && head.readUInt32LE(0x40) === VDI_MAGIC) return 'vdi';
  return prefixes.find(([magic]) => head.subarray(0, magic.length).equals(magic))?.[1] ?? 'raw';
}
