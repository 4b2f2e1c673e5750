import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verbs } from '../../../src/cli/verbs.js';
import { collect } from '../support/output.js';
import { makeWorld, type World } from '../support/run-vm.js';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
  chmodSync(join(world.bin, 'vm.cjs'), 0o755);
  symlinkSync(join(world.bin, 'vm.cjs'), join(world.bin, 'vm'));
  for (const name of ['web', 'worker'])
    mkdirSync(join(world.env.VM_RUNTIME_DIR ?? '', name), { recursive: true });
  mkdirSync(join(world.cwd, 'vms', 'more'), { recursive: true });
  writeFileSync(join(world.cwd, 'vms', 'demo.yaml'), 'cpu: {}\n');
  mkdirSync(join(world.cwd, 'networks'));
  writeFileSync(join(world.cwd, 'networks', 'lan.yaml'), 'address: 10.77.0.1/24\n');
  mkdirSync(join(world.env.VM_STATE_DIR ?? '', 'host/networks/old'), { recursive: true });
  writeFileSync(join(world.cwd, 'my spec.yaml'), 'cpu: {}\n');
  writeFileSync(join(world.cwd, 'notes.txt'), '');
  for (const shell of ['bash', 'zsh', 'fish'])
    writeFileSync(join(world.bin, `vm.${shell}`), world.vm(['completion', shell]).stdout);
});
afterAll(() => world.remove());

const environment = () => ({ ...world.env, PATH: `${world.bin}:${world.env.PATH}` });
const allVerbs = [...verbs.map(({ name }) => name), 'help'].sort();

/** What bash offers for a line; the words are split as bash splits them, at `=` too. */
function bash(...words: string[]): string[] {
  const script =
    'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _vm; ((${#COMPREPLY[@]} == 0)) || printf "%s\\n" "${COMPREPLY[@]}"';
  const args = ['--norc', '-c', script, join(world.bin, 'vm.bash'), 'vm', ...words];
  const text = execFileSync('bash', args, { cwd: world.cwd, env: environment(), encoding: 'utf8' });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

describe('vm __complete', () => {
  it('names VMs, specs and networks', () => {
    expect(world.vm(['__complete', 'vms'])).toEqual({ code: 0, stdout: 'web\nworker\n', stderr: '' });
    expect(world.vm(['__complete', 'specs'])).toEqual({ code: 0, stdout: 'demo\n', stderr: '' });
    expect(world.vm(['__complete', 'networks'])).toEqual({ code: 0, stdout: 'lan\nold\n', stderr: '' });
    for (const kind of ['nonsense', 'toString', ''])
      expect(world.vm(['__complete', kind])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('bash', () => {
  it.each<[string[], readonly string[]]>([
    [[''], [...allVerbs, '--help', '--version'].sort()],
    [['re'], ['remove', 'reset', 'restart', 'resume']],
    [['--v'], ['--version']],
    [['help', 'sta'], ['status']],
    [
      ['down', ''],
      ['web', 'worker'],
    ],
    [['down', 'wo'], ['worker']],
    [
      ['down', 'web', 'w'],
      ['web', 'worker'],
    ],
    [['down', '--timeout', '30s', 'wo'], ['worker']],
    [
      ['down', '--'],
      ['--all', '--force', '--help', '--timeout'],
    ],
    [
      ['status', 'web', '--format', ''],
      ['json', 'table'],
    ],
    [['status', 'web', '--format', '=', 'j'], ['json']],
    [
      ['status', 'web', '--format', '='],
      ['json', 'table'],
    ],
    [['explain', 'demo', '--format', 'm'], ['markdown']],
    [['wait', 'web', '--for', 'a'], ['agent']],
    [
      ['completion', ''],
      ['bash', 'fish', 'zsh'],
    ],
    [['up', 'de'], ['demo']],
    [
      ['up', 'vms/'],
      ['vms/demo.yaml', 'vms/more'],
    ],
    [['up', 'my'], ['my spec.yaml']],
    [['up', 'no'], []],
    [['plan', '--sysroot', 'v'], ['vms']],
    [['qmp', 'web', 'query'], []],
    [['qmp', 'web', 'query-status', 'w'], []],
    [['host', 'ch'], ['check']],
    [['host', '--'], ['--help']],
    [['host', 'check', '--st'], ['--strict']],
    [['host', 'check', 'de'], ['demo']],
    [
      ['host', 'tune', '--profile', ''],
      ['desktop', 'performance', 'secure'],
    ],
    [['host', 'nonsense', ''], []],
    [
      ['network', 'down', ''],
      ['lan', 'old'],
    ],
    [['network', 'up', 'l'], ['lan']],
    [['network', 'down', 'lan', 'o'], ['old']],
    [['network', 'show', 'lan', ''], []],
    [['check', ''], []],
    [['list', ''], []],
    [['nonsense', ''], []],
  ])('offers for %j %j', (words, expected) => {
    expect(bash(...words)).toEqual(expected);
  });
});

describe('zsh', () => {
  it('loads the script and offers verbs, flags and names', async ({ skip }) => {
    skip(!has('zsh'), 'zsh is not installed here');
    expect(
      await zsh(
        'vm re',
        'vm help dow',
        'vm down w',
        'vm status web --format ',
        'vm events -',
        'vm up de',
        'vm host ch',
        'vm host check --st',
        'vm network down l',
      ),
    ).toEqual([
      ['remove', 'reset', 'restart', 'resume'],
      ['down'],
      ['web', 'worker'],
      ['json', 'table'],
      ['--follow', '--format', '--help', '-f'],
      ['demo'],
      ['check'],
      ['--strict'],
      ['lan'],
    ]);
  });
});

/** What an interactive zsh lists for each line: the Tab key lists without completing, Ctrl-G says that it has and clears the line. */
async function zsh(...lines: readonly string[]): Promise<string[][]> {
  const settings = `
    autoload -Uz compinit; compinit -u -D
    source "${join(world.bin, 'vm.zsh')}"
    PS1=; bindkey '^I' list-choices
    listed() { zle -I; print LISTED; BUFFER= }
    zle -N listed; bindkey '^G' listed
    print READY`;
  writeFileSync(join(world.cwd, '.zshrc'), settings);
  const env = { ...environment(), TERM: 'dumb', ZDOTDIR: world.cwd, COLUMNS: '200' };
  const child = spawn('script', ['-qec', 'zsh -i', '/dev/null'], { cwd: world.cwd, env, stdio: 'pipe' });
  const output = collect(child);
  const lists: string[][] = [];
  await output.until('READY');
  for (const line of lines) {
    const before = output.text.length;
    child.stdin.write(`${line}\t\x07`);
    await output.until('LISTED', before);
    lists.push(wordsOf(output.text.slice(before), line));
  }
  child.stdin.end('exit\n');
  await output.end;
  return lists;
}

/** Lines are `word  word` or `word  -- description`; the command line itself is repeated around them. */
function wordsOf(text: string, line: string): string[] {
  const lines = text
    .split('\n')
    .filter((each) => !each.includes(line) && !each.includes('LISTED') && !each.includes('\x1b'));
  const words = lines.flatMap((each) => (each.split(' -- ')[0] ?? '').trim().split(/\s+/));
  return words.filter((word) => word !== '').sort();
}

describe('fish', () => {
  it('loads the script and offers verbs, flags and names', ({ skip }) => {
    skip(!has('fish'), 'fish is not installed here');
    expect(fish('vm re')).toEqual(['remove', 'reset', 'restart', 'resume']);
    expect(fish('vm down w')).toEqual(['web', 'worker']);
    expect(fish('vm status web --format ')).toEqual(['json', 'table']);
    expect(fish('vm down --')).toEqual(['--all', '--force', '--help', '--timeout']);
    expect(fish('vm up de')).toEqual(['demo']);
    expect(fish('vm help dow')).toEqual(['down']);
    expect(fish('vm host ch')).toEqual(['check']);
    expect(fish('vm host check --st')).toEqual(['--strict']);
    expect(fish('vm network down l')).toEqual(['lan']);
    expect(fish('vm check')).toEqual([]);
  });
});

function fish(line: string): string[] {
  const script = 'source $argv[1]; complete -C $argv[2]';
  const { stdout } = spawnSync('fish', ['--no-config', '-c', script, join(world.bin, 'vm.fish'), line], {
    cwd: world.cwd,
    env: environment(),
    encoding: 'utf8',
    timeout: 20_000,
  });
  return stdout
    .split('\n')
    .map((entry) => entry.split('\t')[0] ?? '')
    .filter((word) => word !== '')
    .sort();
}
