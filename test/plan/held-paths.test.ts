import { describe, expect, it } from 'vitest';
import { heldByOthers } from '../../src/plan/held-paths.js';
import { imageFile, plan } from '../support/planning.js';

const claims = [
  { vm: 'other', exclusiveCpus: [], paths: ['/keys', '/a.img', '/a.sock'] },
  { vm: 'old', exclusiveCpus: [] },
];
const files = { '/a.img': imageFile, '/b.img': imageFile, '/link/a.img': imageFile };
const followed = (path: string) => path.replace(/^\/link/, '');

describe('a path that another VM has', () => {
  const told = (text: string) =>
    heldByOthers(plan(text, { claims, files }).devices, claims, followed).map(
      ({ severity, key, message }) => [severity, key, message],
    );

  it.each([
    ['tpm: {state: /keys}', 'tpm', '/keys'],
    ['disks: [{source: /b.img, format: raw}, {source: /a.img, format: raw}]', 'disks[1]', '/a.img'],
    ['serial: [{type: socket, path: /a.sock}]', 'serial[0]', '/a.sock'],
    ['channels: [{type: socket, path: /a.sock, name: a}]', 'channels[0]', '/a.sock'],
  ])('is told: %s', (text, key, path) => {
    expect(told(text)).toEqual([['missing', key, `other has ${path}, and only one VM can`]]);
  });

  it.each([
    ['tpm: {state: /link/keys}', 'tpm', '/keys'],
    ['disks: [{source: /link/a.img, format: raw}]', 'disks[0]', '/a.img'],
  ])('is told by whatever link it is named: %s', (text, key, path) => {
    const message = `other has /link${path}, which is ${path}, and only one VM can`;
    expect(told(text)).toEqual([['missing', key, message]]);
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
