import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verbs } from '../../src/cli/verbs.js';
import { version } from '../../src/cli/version.js';
import { makeWorld, type World } from './support/run-vm.js';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.remove());

const run = (line: string) => world.vm(line.split(' ').filter((word) => word !== ''));

describe('vm', () => {
  it('alone shows its help on stderr and is wrong usage', () => {
    const { code, stdout, stderr } = run('');
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(/^Usage: vm VERB/);
  });

  it.each(['--help', '-h', 'help'])('%s shows every verb and the exit codes on stdout', (line) => {
    const { code, stdout, stderr } = run(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { name, summary } of verbs) expect(stdout).toContain(`  ${name.padEnd(15)}${summary}\n`);
    for (const exitCode of [0, 1, 2, 3, 4, 5, 6, 64, 70, 130])
      expect(stdout).toMatch(new RegExp(`^ {2}${exitCode} {2,}\\S`, 'm'));
  });

  it.each(['--version', '-V'])('%s prints the version of the package', (line) => {
    const { version: ofPackage } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(version).toBe(ofPackage);
    expect(run(line)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  const groups = verbs.flatMap((verb) => ('verbs' in verb ? [verb] : []));
  const plainVerbs = verbs.flatMap((verb) =>
    'verbs' in verb ? verb.verbs.map(({ name }) => `${verb.name} ${name}`) : [verb.name],
  );

  it.each(plainVerbs)('%s has a help with examples', (verb) => {
    const { code, stdout, stderr } = run(`help ${verb}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: vm ${verb}\\b`));
    expect(stdout).toMatch(/^Examples:\n {2}\S/m);
    expect(run(`${verb} --help`)).toEqual({ code, stdout, stderr });
  });

  it.each(groups.map((group) => [group.name, group] as const))(
    '%s shows the verbs below it',
    (name, group) => {
      const { code, stdout, stderr } = run(`help ${name}`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`^Usage: vm ${name} VERB `));
      for (const verb of group.verbs)
        expect(stdout).toMatch(new RegExp(`^ {2}${verb.name} +${verb.summary}$`, 'm'));
      expect(run(name)).toEqual({ code: 64, stdout: '', stderr: stdout });
    },
  );
});

describe('wrong usage', () => {
  it.each([
    ['stauts', 'there is no verb "stauts"', 'Did you mean status?'],
    ['lst', 'there is no verb "lst"', 'Did you mean list?'],
    ['xyzzy', 'there is no verb "xyzzy"', '"vm help" lists the verbs.'],
    ['help dwon', 'there is no verb "dwon"', 'Did you mean down?'],
    ['host chekc', 'there is no verb host "chekc"', 'Did you mean check?'],
    ['host xyzzy', 'there is no verb host "xyzzy"', '"vm help host" lists the verbs.'],
    ['help host chekc', 'there is no verb host "chekc"', 'Did you mean check?'],
    ['host check --zzz', "unknown option '--zzz'", '"vm help host check" shows how it is used.'],
    ['host --zzz', "unknown option '--zzz'", '"vm help host" shows how it is used.'],
    ['--verison', "unknown option '--verison'", 'Did you mean --version?'],
    ['list --fromat json', "unknown option '--fromat'", 'Did you mean --format?'],
    ['down demo --forse', "unknown option '--forse'", 'Did you mean --force?'],
    ['up demo --pasued', "unknown option '--pasued'", 'Did you mean --paused?'],
    ['up demo --zzz', "unknown option '--zzz'", '"vm help up" shows how it is used.'],
    [
      'list --format xml',
      "option '--format <format>' argument 'xml' is invalid. Allowed choices are table, json",
      '"vm help list" shows how it is used.',
    ],
    ['list --format', "option '--format <format>' argument missing", '"vm help list" shows how it is used.'],
    [
      'list demo',
      "too many arguments for 'list'. Expected 0 arguments but got 1",
      '"vm help list" shows how it is used.',
    ],
    ['status', "missing required argument 'name'", '"vm help status" shows how it is used.'],
    ['up', "missing required argument 'spec'", '"vm help up" shows how it is used.'],
    ['wait demo', "required option '--for <what>' not specified", '"vm help wait" shows how it is used.'],
    ['qmp demo', "missing required argument 'command'", '"vm help qmp" shows how it is used.'],
    [
      'completion tcsh',
      "command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish",
      '"vm help completion" shows how it is used.',
    ],
    ['down', 'no VM is named', '"vm down NAME…" stops some, "vm down --all" stops all.'],
    [
      'down demo --all',
      '--all leaves no names to give',
      '"vm down NAME…" stops some, "vm down --all" stops all.',
    ],
    ['down demo --timeout 30', '"30" is no duration', 'Write a number with a unit: 500ms, 30s, 5m or 1h.'],
    ['up demo --timeout 30s', '--timeout goes with --wait', '"vm help up" shows how it is used.'],
    [
      'console demo --escape x',
      '"x" is no escape key',
      'Write ^] or Ctrl-], with a letter or one of @[\\]^_, or none.',
    ],
    [
      'qmp demo query-status {"a":',
      'the arguments are no JSON at its end: Unexpected end of JSON input',
      `Write them as '{"name": "value"}', in single quotes, so that the shell leaves the double ones.`,
    ],
    [
      'qmp demo query-status {a:1}',
      `the arguments are no JSON at character 2, before "a:1}": Expected property name or '}'`,
      `Write them as '{"name": "value"}', in single quotes, so that the shell leaves the double ones.`,
    ],
    [
      'qmp demo query-status [1]',
      'the arguments of a QMP command are a JSON object, not "[1]"',
      `Write them as '{"name": "value"}'.`,
    ],
  ])('"vm %s"', (line, message, hint) => {
    expect(run(line)).toEqual({ code: 64, stdout: '', stderr: `vm: ${message}\nhint: ${hint}\n` });
  });

  it('is told as JSON where JSON is asked for', () => {
    const { code, stdout, stderr } = run('list --format json extra');
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'usage.excess-arguments',
        message: "too many arguments for 'list'. Expected 0 arguments but got 1",
        hint: '"vm help list" shows how it is used.',
        details: [],
      },
    });
  });
});

describe('start-up', () => {
  const libraries = ['ZodError', 'CommanderError', 'YAMLParseError', 'ExecaError'];

  /** Which libraries are in the files that a command line loads. */
  function loadedBy(...args: readonly string[]): string[] {
    const script =
      'process.argv.splice(1, 0, "vm"); require(process.env.VM_SCRIPT);' +
      'process.on("exit", () => require("node:fs").writeSync(2, "LOADED" + Object.keys(require.cache).join(":")))';
    const env = { ...world.env, VM_SCRIPT: join(world.bin, 'vm.cjs') };
    const { stderr } = spawnSync(process.execPath, ['-e', script, ...args], {
      cwd: world.cwd,
      env,
      encoding: 'utf8',
    });
    const files = stderr.split('LOADED')[1]?.split(':') ?? [];
    expect(files).toContain(join(world.bin, 'vm.cjs'));
    const text = files.map((file) => readFileSync(file, 'utf8')).join('');
    return libraries.filter((library) => text.includes(library));
  }

  it('loads no library for list, status and completion', () => {
    expect(loadedBy('list')).toEqual([]);
    expect(loadedBy('list', '--format', 'json')).toEqual([]);
    expect(loadedBy('status', 'nobody')).toEqual([]);
    expect(loadedBy('__complete', 'vms')).toEqual([]);
  });

  it('loads no library for up, down and command before a spec is read', () => {
    for (const verb of ['up', 'down', 'command'])
      expect([verb, loadedBy(verb, 'nobody')]).toEqual([verb, []]);
  });

  it('loads only commander for verbs that need no spec', () => {
    for (const verb of ['down', 'qmp', 'pause', 'wait', 'logs', 'console', 'events']) {
      expect([verb, loadedBy('help', verb)]).toEqual([verb, ['CommanderError']]);
    }
    expect(loadedBy('plan', 'nobody')).toEqual(
      expect.arrayContaining(['ZodError', 'CommanderError', 'YAMLParseError']),
    );
  });
});

describe('names', () => {
  const verbsWithNames = [
    'down NAME',
    'restart NAME',
    'status NAME',
    'console NAME',
    'logs NAME',
    'events NAME',
    'wait NAME --for running',
    'qmp NAME query-status',
    'pause NAME',
    'resume NAME',
    'reset NAME',
    'place NAME',
    'init NAME',
    'init NAME --stdout',
  ];
  const badNames = ['../x', '', 'a,b', 'x'.repeat(200), 'a\nb', '.', 'a/b'];

  // Each verb with one of the bad names in turn; what is a bad name is tested in name.test.ts.
  it.each(verbsWithNames.map((line, index) => [line, badNames[index % badNames.length] ?? ''] as const))(
    '"vm %s" refuses %j, with exit code 2',
    (line, name) => {
      const { code, stdout, stderr } = world.vm(
        line.split(' ').map((word) => (word === 'NAME' ? name : word)),
      );
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^vm: ".*" is no name of a VM\nhint: .*\n$/);
      expect(existsSync(join(world.cwd, 'vms'))).toBe(false);
    },
  );

  it.each(verbsWithNames.filter((line) => !line.startsWith('init')))(
    '"vm %s" tells of a VM that is not there, with exit code 6',
    (line) => {
      const { code, stdout, stderr } = run(line.replace('NAME', 'nobody'));
      expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
      expect(stderr).toMatch(/^vm: .*nobody/);
    },
  );
});

describe('init', () => {
  it('writes a spec that is valid, and never overwrites one', () => {
    const file = join('vms', 'fresh.yaml');
    expect(run('init fresh')).toEqual({
      code: 0,
      stdout: '',
      stderr: `${file} is written. "vm plan fresh" shows what it makes, "vm up fresh" starts it.\n`,
    });
    const text = readFileSync(join(world.cwd, file), 'utf8');
    expect(run('validate fresh')).toMatchObject({ code: 0, stdout: 'fresh: ok\n' });
    const again = run('init fresh');
    expect(again).toMatchObject({ code: 6, stdout: '' });
    expect(again.stderr).toMatch(/^vm: vms\/fresh\.yaml exists already\nhint: /);
    expect(readFileSync(join(world.cwd, file), 'utf8')).toBe(text);
    expect(run('init fresh --stdout')).toEqual({ code: 0, stdout: text, stderr: '' });
  });
});

describe('specs', () => {
  const spec = (name: string, text: string) => {
    mkdirSync(join(world.cwd, 'vms'), { recursive: true });
    writeFileSync(join(world.cwd, 'vms', name), text);
  };

  it('prints the command line for a shell, and as JSON', () => {
    spec('tiny.yaml', 'machine: {accelerator: tcg}\nqemu: {extraArgs: ["-name", "it\'s, a \\"test\\""]}\n');
    const { code, stdout, stderr } = run('command tiny');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const argv = JSON.parse(run('command tiny --format json').stdout) as string[];
    expect(argv.slice(-2)).toEqual(['-name', `it's, a "test"`]);
    const echoed = execFileSync('sh', ['-c', `printf '%s\\n' ${stdout}`], { encoding: 'utf8' });
    expect(echoed).toBe(`${argv.join('\n')}\n`);
    expect(stdout.trimEnd().split(' \\\n  ').length).toBeGreaterThan(10);
  });

  it('overrides keys with --set, on every verb that compiles', () => {
    spec('tiny.yaml', 'machine: {accelerator: tcg}\n');
    const plan = JSON.parse(
      run('plan tiny --set cpu.vcpus=3 --set placement.vcpus=none --format json').stdout,
    ) as { cpu: { vcpus: number } };
    expect(plan.cpu.vcpus).toBe(3);
    expect(run('explain tiny --set cpu.vcpus=3 --set placement.vcpus=none').stdout).toContain('-smp 3,');
    expect(run('validate tiny --set cpu.vcpus=no').code).toBe(2);
    expect(run('up tiny --set cpu.vcpus=no').code).toBe(2);
  });

  it('shows every error of every spec with its place, and exits with 2', () => {
    spec('tiny.yaml', 'machine: {accelerator: tcg}\n');
    spec('bad.yaml', 'cpu:\n  vcpu: 2\nmemory: {size: lots}\n');
    const { code, stdout, stderr } = run('validate bad tiny missing');
    expect({ code, stdout }).toEqual({ code: 2, stdout: 'tiny: ok\n' });
    expect(stderr).toContain('vm: 2 errors in the spec\nvms/bad.yaml:2:3: cpu.vcpu: unknown key');
    expect(stderr).toContain('> 2 |   vcpu: 2\n    |   ^\n');
    expect(stderr).toContain('vms/bad.yaml:3:16: memory.size: ');
    expect(stderr).toContain('"missing"');
  });

  it('warns of what this host lacks, and exits with 0', () => {
    spec('far.yaml', 'machine: {accelerator: tcg}\ndisks: [{source: /nowhere/disk.raw}]\n');
    for (const verb of ['plan', 'command', 'explain', 'validate']) {
      const { code, stderr } = run(`${verb} far`);
      expect({ verb, code }).toEqual({ verb, code: 0 });
      expect(stderr).toMatch(/^vm: warning: far: disks\[0\].*: .*\/nowhere\/disk\.raw/m);
    }
    expect(run('up far').code).toBe(3);
  });

  it('reads a spec from stdin', () => {
    const { code, stdout } = world.vm(['plan', '-'], { input: 'name: piped\nmachine: {accelerator: tcg}\n' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}name +piped$/m);
  });

  it('plans for another machine, by --sysroot or VM_SYSROOT', () => {
    spec('tiny.yaml', 'machine: {accelerator: tcg}\n');
    expect(run('plan tiny --sysroot /nowhere').code).not.toBe(0);
    expect(world.vm(['plan', 'tiny'], { env: { VM_SYSROOT: '/nowhere' } })).toEqual(
      run('plan tiny --sysroot /nowhere'),
    );
  });
});

describe('several names', () => {
  it('tells the error of each; the first one decides the exit code', () => {
    const { code, stdout, stderr } = run('status nobody ../x nothing');
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr.match(/^vm: .*$/gm)).toEqual([
      expect.stringContaining('nobody'),
      'vm: "../x" is no name of a VM',
      expect.stringContaining('nothing'),
    ]);
    expect(run('status ../x nobody').code).toBe(2);
  });
});

describe('output', () => {
  it('has nothing on stdout where there is no VM', () => {
    expect(run('list')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No VM is here. "vm up SPEC" starts one, "vm init NAME" writes a spec.\n',
    });
    expect(run('list --format json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    expect(run('list --format=json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    expect(run('down --all')).toEqual({ code: 0, stdout: '', stderr: 'No VM is here to stop.\n' });
    expect(run('events')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('ends quietly when its reader is gone', async () => {
    const { child, output } = world.start(['schema']);
    child.stdout?.destroy();
    expect(await output.end).toBe(0);
    expect(output.text).toBe('');
  });
});
