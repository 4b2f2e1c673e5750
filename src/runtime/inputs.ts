/** Reads what a plan is made from, besides the facts of the machine. Changes nothing. */
import { readCgroups, runsSystemd } from '../host/cgroups.js';
import { readFileFacts } from '../host/files.js';
import { readInterrupts } from '../host/interrupts.js';
import { readVirtiofsd } from '../host/programs.js';
import { readChains } from '../host/qcow2.js';
import { readResctrl } from '../host/resctrl.js';
import { openRoot } from '../host/root.js';
import { readTexts } from '../host/texts.js';
import type { FileFacts, HostFacts } from '../plan/facts.js';
import type { PlanInput } from '../plan/input.js';
import type { Reading } from '../plan/reading.js';

export type Surroundings = Required<
  Pick<PlanInput, 'files' | 'resctrl' | 'cgroups' | 'systemd' | 'interrupts'>
>;

/** @param host of the same root folder. */
export function readSurroundings(
  reading: Reading,
  host: HostFacts,
  sysroot: string | undefined,
): Surroundings {
  const root = openRoot(sysroot);
  return {
    // Paths of a spec are this machine's; a captured tree has none of them.
    files: host.live ? readFiles(reading) : new Map<string, FileFacts>(),
    resctrl: reading.resctrl ? readResctrl(root, host) : null,
    cgroups: reading.cgroups ? readCgroups(root) : null,
    systemd: host.live ? runsSystemd(root) : null,
    interrupts: reading.interrupts ? readInterrupts(root) : null,
  };
}

function readFiles({ files: paths, headed, daemons, texts }: Reading): Map<string, FileFacts> {
  const files = readFileFacts(paths);
  readChains(headed, files);
  readVirtiofsd(daemons, files);
  readTexts(texts, files);
  return files;
}
