import { describe, expect, it } from 'vitest';
import { specJsonSchema } from '../../src/spec/json-schema.js';
import { loadSpec } from '../../src/spec/load.js';
import { specTemplate } from '../../src/spec/template.js';

const load = (text: string) => loadSpec({ file: '/vms/x.yaml', folder: '/vms', text }).spec;

/** The template with every commented key in force. */
const uncommented = (name: string) =>
  specTemplate(name)
    .split('\n')
    .filter((line) => !/^#( yaml-language-server| [A-Z"])/.test(line))
    .map((line) => line.replace(/^( *)# ?/, '$1'))
    .join('\n');

describe('specTemplate', () => {
  it('is a spec that can be started', () => {
    expect(load(specTemplate('web'))).toMatchObject({
      name: 'web',
      cpu: { vcpus: 2 },
      memory: { size: 2 * 1024 ** 3 },
      networks: [{ type: 'user' }],
    });
  });

  it.each(['12', 'true', 'null', '1e3', '0x1f', 'a.b-c_d', '1.5', 'yes'])('keeps the name %s', (name) => {
    expect(load(specTemplate(name)).name).toBe(name);
  });

  it('shows keys that are right, of every section', () => {
    const text = uncommented('web')
      .replace('ioThreads: 0 ', 'ioThreads: 1 ')
      .replace('firmware: bios', 'firmware: uefi');
    const spec = load(text);
    expect(spec.boot).toMatchObject({ firmware: 'uefi', kernel: '/vms/vmlinuz', cmdline: 'console=ttyS0' });
    expect(spec.disks).toMatchObject([{ source: '/vms/web.qcow2', ioThread: 0 }]);
    const sections = Object.keys(specJsonSchema().properties ?? {}).filter((key) => key !== 'extends');
    expect(sections.filter((key) => !new RegExp(`^${key}:`, 'm').test(text))).toEqual([]);
  });
});
