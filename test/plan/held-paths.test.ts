import { describe, expect, it } from 'vitest';
import { imageFile, plan } from '../support/planning.js';

const claims = [
  { vm: 'other', exclusiveCpus: [], paths: ['/keys', '/a.img', '/a.sock'] },
  { vm: 'old', exclusiveCpus: [] },
];
const files = { '/a.img': imageFile, '/b.img': imageFile };

describe('a path that another VM has', () => {
  const told = (text: string) =>
    plan(text, { claims, files })
      .findings.filter(({ code }) => code === 'host.path-held')
      .map(({ severity, key, message }) => [severity, key, message]);

  it.each([
    ['tpm: {state: /keys}', 'tpm', '/keys'],
    ['disks: [{source: /b.img, format: raw}, {source: /a.img, format: raw}]', 'disks[1]', '/a.img'],
    ['serial: [{type: socket, path: /a.sock}]', 'serial[0]', '/a.sock'],
    ['channels: [{type: socket, path: /a.sock, name: a}]', 'channels[0]', '/a.sock'],
  ])('is told: %s', (text, key, path) => {
    expect(told(text)).toEqual([['missing', key, `other has ${path}, and only one VM can`]]);
  });

  it.each([
    'tpm: true',
    'tpm: {type: passthrough}',
    'disks: [{source: /a.img, format: raw, readOnly: true}]',
    'disks: [{source: /a.img, format: raw, shared: true}]',
    'disks: [{source: /b.img, format: raw}]',
    'serial: [{type: socket, path: /a.sock, server: false}]',
  ])('can be had by both, or is another: %s', (text) => {
    expect(told(text)).toEqual([]);
  });
});
