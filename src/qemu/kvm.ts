/** Whether KVM works here: not whether /dev/kvm exists, but whether a VM really starts on it. */
import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { readCache, writeCache } from './cache.js';

export interface KvmAnswer {
  readonly works: boolean;
  readonly reason: string;
}

const cacheName = 'kvm.json';
/** Seconds. A start that works takes 50 ms; one that has not said a word by then hangs. */
const defaultDeadline = 10;

/** Whether /dev/kvm can be opened; says nothing of whether it works. */
export function openKvm(): KvmAnswer {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return { works: true, reason: '/dev/kvm is here' };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return {
      works: false,
      reason: missing ? '/dev/kvm is not here' : "/dev/kvm can't be opened by this user",
    };
  }
}

/**
 * Starts a paused VM with `-accel kvm -cpu host` once and remembers what came of it, under the identity of binary, kernel, CPU and
 * /dev/kvm. Some hosts have a /dev/kvm on which QEMU aborts. A start that only took too long, or was ended, is tried again next time.
 */
export async function probeKvm(binary: string, deadline: number = defaultDeadline): Promise<KvmAnswer> {
  const open = openKvm();
  if (!open.works) return open;
  const identity = kvmIdentity(binary);
  const known = readCache(cacheName);
  if (isRemembered(known) && known.identity === identity) return { works: known.works, reason: known.reason };
  const { conclusive, ...answer } = await startOnce(binary, deadline);
  if (conclusive) writeCache(cacheName, { identity, ...answer });
  return answer;
}

function isRemembered(value: unknown): value is KvmAnswer & { identity: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { identity, works, reason } = value as Record<string, unknown>;
  return typeof identity === 'string' && typeof works === 'boolean' && typeof reason === 'string';
}

function kvmIdentity(binary: string): string {
  const qemu = statSync(binary);
  const kvm = statSync('/dev/kvm');
  const cpu = /^model name\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[0] ?? '';
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return [
    binary,
    qemu.ino,
    qemu.size,
    qemu.mtimeMs,
    release(),
    cpu,
    bootId,
    kvm.ino,
    kvm.rdev,
    process.getuid?.(),
  ].join('|');
}

interface ProbeAnswer extends KvmAnswer {
  /** Whether it tells of KVM, and not of a host that is too busy, or of a QEMU that was ended or could not be started. */
  readonly conclusive: boolean;
}

/** Exit codes of a QEMU that was told to end, and of a tool that could not start the program that it was to become. */
const tellNothing: readonly (number | null)[] = [0, 126, 127];

/** QEMU greets before it makes its vCPUs, and answers a command only after: the first answer is the proof. */
function startOnce(binary: string, deadline: number): Promise<ProbeAnswer> {
  const args = [
    '-S',
    '-no-user-config',
    '-nodefaults',
    '-display',
    'none',
    '-machine',
    'q35',
    '-accel',
    'kvm',
    '-cpu',
    'host',
  ];
  // setpriv(1) becomes QEMU. If we are killed, the kernel ends it; Ctrl-C in the terminal, which would look like an answer, is for us.
  const guard = ['--pdeathsig', 'KILL', binary];
  const child = spawn('setpriv', [...guard, ...args, '-m', '16', '-qmp', 'stdio'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: '/',
    detached: true,
  });
  child.stdin.on('error', () => {}).write('{"execute":"qmp_capabilities"}\n');
  return new Promise((resolve) => {
    let lastWords = '';
    let answer: ProbeAnswer | undefined;
    const end = (given: ProbeAnswer) => {
      answer ??= given;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(
      () => end({ works: false, conclusive: false, reason: `KVM did not start within ${deadline} s` }),
      deadline * 1000,
    );
    child.stderr.on('data', (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString('utf8')).slice(-2000);
    });
    let answers = '';
    child.stdout.on('data', (chunk: Buffer) => {
      answers += chunk.toString('utf8');
      if (answers.includes('"return"')) end({ works: true, conclusive: true, reason: 'KVM starts here' });
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ works: false, conclusive: false, reason: error.message });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const reason = `KVM does not start here: ${firstError(lastWords)}`;
      const ended = signal === 'SIGKILL' || signal === 'SIGTERM' || tellNothing.includes(code);
      resolve(answer ?? { works: false, conclusive: !ended, reason });
    });
  });
}

/** QEMU's first complaint without its program name; what follows is mostly consequence. */
function firstError(lastWords: string): string {
  const [first = 'QEMU ended without a word'] = lastWords.split('\n').filter((line) => line.trim() !== '');
  return first.replace(/^\S*qemu-system-x86_64:\s*(error:\s*)?/, '');
}
