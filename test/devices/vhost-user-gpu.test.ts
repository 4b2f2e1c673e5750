import { describe, expect, it } from 'vitest';
import { notesMachine } from '../support/hosts.js';
import { imageFile, plan } from '../support/planning.js';

const planned = (text: string, vhostUserGpu: string | null = '/usr/libexec/vhost-user-gpu') => {
  const programs = { swtpm: null, swtpmSetup: null, virtiofsd: null, passt: null, vhostUserGpu };
  return plan(text, { host: { ...notesMachine(), programs } });
};

describe('vhost-user-gpu', () => {
  it('is started for each device that it draws for, and shares the memory', () => {
    const { sideProcesses, memory } = planned(
      'video: [{model: virtio, gl: true, vhostUser: {renderNode: /dev/dri/renderD128}}, {model: virtio, vhostUser: true}]',
    );
    expect(sideProcesses).toMatchObject([
      {
        id: 'vhost-user-gpu-video0',
        program: '/usr/libexec/vhost-user-gpu',
        args: [
          '--socket-path=/run/vm/worker/vhost-user-gpu-video0.sock',
          '--virgl',
          '--render-node=/dev/dri/renderD128',
        ],
        socket: '/run/vm/worker/vhost-user-gpu-video0.sock',
        key: 'video[0]',
      },
      { id: 'vhost-user-gpu-video1', args: ['--socket-path=/run/vm/worker/vhost-user-gpu-video1.sock'] },
    ]);
    expect(memory.shared).toBe(true);
  });

  it('is left alone where it runs already', () => {
    const { sideProcesses, findings } = planned('video: [{model: virtio, vhostUser: {socket: /g}}]', null);
    expect(sideProcesses).toEqual([]);
    expect(findings.map(({ code }) => code)).not.toContain('host.program');
  });

  it('is missing where it is not installed', () => {
    expect(planned('video: [{model: virtio, vhostUser: true}]', null).findings).toContainEqual(
      expect.objectContaining({ code: 'host.program', key: 'video[0].vhostUser', severity: 'missing' }),
    );
  });
});

describe('vhost-scsi', () => {
  it('is missing where the kernel has no such module', () => {
    const text = 'controllers: [{id: t, type: vhost-scsi, wwpn: naa.5001405e88d9a4f2}]';
    const missing = { ...imageFile, kind: 'missing' } as const;
    const { findings } = plan(text, { files: { '/dev/vhost-scsi': missing } });
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'host.vhost-scsi', key: 'controllers[0]' }),
    );
    expect(plan(text).findings.map(({ code }) => code)).not.toContain('host.vhost-scsi');
  });
});
