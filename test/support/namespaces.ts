/** Network namespaces: a host and an outside of their own, so that nothing of this machine is touched. */
import { spawnSync } from 'node:child_process';

const hostName = `vmh${process.pid}`;
const outsideName = `vmo${process.pid}`;

function command(...words: string[]): string {
  const [program = '', ...args] = words;
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${error?.message ?? stdout + stderr}`);
  return stdout;
}

export interface Namespaces {
  /** The words before a command that is to run in the namespace. */
  readonly host: readonly string[];
  readonly outside: readonly string[];
  inHost(...words: string[]): string;
  inOutside(...words: string[]): string;
  dispose(): void;
}

/** Why there can be none; undefined if they can be made. */
export function whyNoNamespaces(...programs: string[]): string | undefined {
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0);
  if (missing.length > 0) return `not installed here: ${missing.join(', ')}`;
  const { status, stderr, error } = spawnSync('ip', ['netns', 'add', `${hostName}x`], { encoding: 'utf8' });
  if (status !== 0) return `no network namespace can be made here: ${error?.message ?? stderr.trim()}`;
  const inside = spawnSync('ip', ['netns', 'exec', `${hostName}x`, 'true'], { encoding: 'utf8' });
  spawnSync('ip', ['netns', 'delete', `${hostName}x`]);
  return inside.status === 0
    ? undefined
    : `no network namespace can be entered here: ${inside.stderr.trim()}`;
}

/** The host has 10.88.0.1 towards the outside, which has 10.88.0.2 and knows no way to anything behind the host. */
export function makeNamespaces(): Namespaces {
  const host = ['ip', 'netns', 'exec', hostName];
  const outside = ['ip', 'netns', 'exec', outsideName];
  for (const name of [hostName, outsideName]) {
    command('ip', 'netns', 'add', name);
    command('ip', '-n', name, 'link', 'set', 'dev', 'lo', 'up');
  }
  const peer = ['peer', 'name', 'out0', 'netns', outsideName];
  command('ip', '-n', hostName, 'link', 'add', 'up0', 'type', 'veth', ...peer);
  for (const [name, device, address] of [
    [hostName, 'up0', '10.88.0.1/24'],
    [outsideName, 'out0', '10.88.0.2/24'],
  ] as const) {
    command('ip', '-n', name, 'address', 'add', address, 'dev', device);
    command('ip', '-n', name, 'link', 'set', 'dev', device, 'up');
  }
  return {
    host,
    outside,
    inHost: (...words) => command(...host, ...words),
    inOutside: (...words) => command(...outside, ...words),
    dispose: () => {
      for (const name of [hostName, outsideName]) spawnSync('ip', ['netns', 'delete', name]);
    },
  };
}
