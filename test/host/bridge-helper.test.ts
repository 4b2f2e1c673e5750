import { afterEach, beforeEach, expect, it } from 'vitest';
import { readBridgeHelper, readBridgeRules } from '../../src/host/bridge-helper.js';
import { openRoot } from '../../src/host/root.js';
import { FakeRoot } from '../support/fake-root.js';

let tree: FakeRoot;
beforeEach(() => {
  tree = new FakeRoot();
});
afterEach(() => tree.dispose());
const rules = () => readBridgeRules(openRoot(tree.path));

it('reads what the helper is allowed, files that are included among it', () => {
  tree.write({
    'etc/qemu/bridge.conf':
      '# ours\nallow lan\n\ninclude /etc/qemu/more.conf\n  deny   br1 # not this\nodd line\n',
    'etc/qemu/more.conf': 'allow all\ninclude /etc/qemu/bridge.conf\n',
  });
  expect(rules()?.slice(0, 3)).toEqual([
    { action: 'allow', bridge: 'lan' },
    { action: 'allow', bridge: 'all' },
    { action: 'allow', bridge: 'lan' },
  ]);
  expect(rules()?.at(-1)).toEqual({ action: 'deny', bridge: 'br1' });
});

it('is allowed nothing where there is no file, and unknown things where there is one that can not be read', () => {
  expect(rules()).toEqual([]);
  tree.write({ 'etc/qemu/bridge.conf': 'include /etc/qemu/secret.conf\n', 'etc/qemu/secret.conf': '' });
  expect(rules()).toEqual([]);
  tree.makeUnreadable('etc/qemu/secret.conf');
  expect(rules()).toBeNull();
});

it('is not looked for in a tree', () => {
  tree.write({ 'usr/lib/qemu/qemu-bridge-helper': '' });
  expect(readBridgeHelper(openRoot(tree.path))).toBeNull();
});
