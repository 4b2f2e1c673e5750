/** Down, then up again: what would keep the VM from coming back is told while it still runs. */
import { VmError } from '../errors.js';
import { bringUp, targetOf, type UpOptions } from './bring-up.js';
import { compile } from './compile.js';
import type { CompileOptions } from './planned.js';
import type { VmRecord } from './record.js';
import { refuseMissing } from './reserve.js';
import { specOf } from './spec-of.js';
import type { DownOptions } from './stop.js';
import { checkTarget } from './wait.js';

/** `timeout` is how long the guest may take to power off. */
export type RestartOptions = DownOptions & Omit<UpOptions, 'sysroot'>;

/** @param down stops the VM. @returns its name, which the spec may have changed. */
export async function restart(
  { name, specFile, ...record }: VmRecord,
  options: RestartOptions,
  down: () => Promise<unknown>,
): Promise<string> {
  if (specFile === null) {
    throw new VmError(
      'state.no-spec-file',
      `${name} was started from standard input: there is no file to start it from again`,
      { hint: `vm down ${name}, then vm up with the spec.` },
    );
  }
  const { timeout, overrides, cwd, ...rest } = options;
  const source =
    overrides === undefined ? { overrides: record.overrides, cwd: record.cwd } : { overrides, cwd };
  await rehearse(name, specFile, source, rest.wait);
  await down();
  return bringUp(specFile, { ...rest, ...source });
}

/** What `up` will refuse, but what the VM itself has taken, and gives back when it stops. */
async function rehearse(
  name: string,
  specFile: string,
  source: CompileOptions,
  wait: string | undefined,
): Promise<void> {
  const { plan } = await compile(specFile, source).catch((error: unknown) => {
    throw specOf(name, error);
  });
  refuseMissing({ findings: plan.findings.filter(({ code }) => code !== 'host.hugepages') });
  if (wait !== undefined) checkTarget(plan, targetOf(wait));
}
