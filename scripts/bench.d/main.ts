/** Measures, prints, writes: see scripts/bench, which sets up what is needed and starts this. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BenchFolder } from './bench-folder.js';
import { measureCompile } from './compile.js';
import { measureDown } from './down.js';
import { measureHundred } from './hundred.js';
import { isMet, type Result } from './line.js';
import { load, quietLoad, readMachine } from './machine.js';
import { renderPicture } from './picture.js';
import { measureReads } from './read.js';
import { machineText, type Report, renderPage, renderTable } from './report.js';
import { measurePinning, profileUp } from './steps.js';
import { measureUp } from './up.js';
import type { World } from './world.js';

const groups: Readonly<Record<string, (world: World) => Promise<Result>>> = {
  up: measureUp,
  down: measureDown,
  read: measureReads,
  hundred: measureHundred,
  compile: measureCompile,
  pin: measurePinning,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(groups).join(',') },
    rounds: { type: 'string', default: '15' },
    'no-libvirt': { type: 'boolean', default: false },
    json: { type: 'string', default: join(tmpdir(), 'vm-bench.json') },
    docs: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});

const wanted = values.only.split(',');
const rounds = Number(values.rounds);
const unknown = wanted.filter((name) => !(name in groups));
if (unknown.length > 0 || !(Number.isInteger(rounds) && rounds > 0)) {
  process.stderr.write(
    `scripts/bench: ${unknown.join(', ') || values.rounds} is none; see scripts/bench --help\n`,
  );
  process.exit(64);
}

const say = (text: string) => void process.stderr.write(`${text}\n`);
const samples: Record<string, Record<string, readonly number[]>> = {};
const folder = new BenchFolder();
try {
  const world: World = {
    folder,
    rounds,
    accelerator: await accelerator(),
    libvirt: !values['no-libvirt'],
    record: (group, of) => (samples[group] = Object.fromEntries(of)),
  };
  if (load() > quietLoad)
    say(`bench: the load is ${load()}: others are at work here, and figures will tell of them too`);
  if (values.profile) await profile(world);
  else await measure(world);
} finally {
  await folder.remove();
}

/** How this machine runs guests, as `vm` finds it. */
async function accelerator(): Promise<string> {
  folder.writeSpec('probe', 'memory: {size: 32MiB}\n');
  const { stdout } = await folder.vm(['plan', 'probe', '--format', 'json']);
  return (JSON.parse(stdout) as { accelerator: string }).accelerator;
}

async function profile(world: World): Promise<void> {
  for (const [step, time] of await profileUp(world)) {
    process.stdout.write(`${step.padEnd(28)}${time.toFixed(1).padStart(8)} ms\n`);
  }
}

async function measure(world: World): Promise<void> {
  const machine = readMachine(world.accelerator);
  const results: Result[] = [];
  for (const name of wanted) {
    say(`bench: ${name}`);
    const group = groups[name];
    if (group !== undefined) results.push(await group(world));
  }
  const report: Report = {
    machine,
    rounds,
    lines: results.flatMap(({ lines }) => lines),
    missing: results.flatMap(({ missing }) => missing),
  };
  process.stdout.write(`${renderTable(report)}\n${machineText(machine)}\n`);
  const lines = report.lines.map((line) => ({ ...line, met: isMet(line) }));
  writeFileSync(values.json, `${JSON.stringify({ ...report, lines, samples }, null, 2)}\n`);
  say(`bench: ${values.json} is written`);
  if (values.docs) {
    const docs = new URL('../../docs/', import.meta.url);
    const page = fileURLToPath(new URL('performance.md', docs));
    writeFileSync(page, renderPage(report));
    execFileSync('node_modules/.bin/biome', ['format', '--write', page], { stdio: 'ignore' });
    writeFileSync(new URL('performance.svg', docs), renderPicture(report.lines));
    say('bench: docs/performance.md and docs/performance.svg are written');
  }
  if (!report.lines.every(isMet)) process.exitCode = 1;
}
