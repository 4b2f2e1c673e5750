/** Ctrl-C and its kin, as an abort signal. */
import { setMaxListeners } from 'node:events';
import { tell } from './output.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** What a signal aborts with, where the library has no better words for it. Exit code 130. */
export class Interrupted extends Error {
  constructor(signal: NodeJS.Signals) {
    super(signal === 'SIGINT' ? 'interrupted' : `ended by ${signal}`);
    this.name = 'Interrupted';
  }
}

/** Takes every signal that ends a program to this handler. @returns what gives them back. */
export function onSignals(handler: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of signals) process.on(signal, handler);
  return () => {
    for (const signal of signals) process.off(signal, handler);
  };
}

/**
 * Runs a task that SIGINT, SIGTERM, SIGHUP and SIGQUIT abort. The task undoes what it did and rejects in its own time; a further
 * signal only says that this is under way.
 */
export async function interruptible<T>(
  task: (signal: AbortSignal) => Promise<T>,
  undoing: string,
): Promise<T> {
  const controller = new AbortController();
  // Each of many VMs listens to it: that is no leak.
  setMaxListeners(0, controller.signal);
  const release = onSignals((signal) => {
    if (controller.signal.aborted) tell(`vm: ${undoing}`);
    else controller.abort(new Interrupted(signal));
  });
  try {
    return await task(controller.signal);
  } finally {
    release();
  }
}
