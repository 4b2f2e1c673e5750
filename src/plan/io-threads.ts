/** How I/O threads and the main loop wait and work, in QEMU's words. Pure. QEMU's docs: qapi/qom.json. */
import type { IoThreadSettings } from '../spec/io-threads.js';
import type { VmSpec } from '../spec/schema.js';

type Properties = Readonly<Record<string, number>>;

export interface LoopsPlan {
  /** One an I/O thread. */
  readonly ioThreads: readonly Properties[];
  /** Null: as QEMU has it. */
  readonly mainLoop: Properties | null;
}

export function planLoops({
  ioThreads,
  ioThreadSettings,
  mainLoop,
}: Pick<VmSpec, 'ioThreads' | 'ioThreadSettings' | 'mainLoop'>): LoopsPlan {
  const main = poolOf(mainLoop);
  return {
    ioThreads: Array.from({ length: ioThreads }, (_, number) => {
      const own = ioThreadSettings.find(({ thread }) => thread === number);
      return own === undefined
        ? {}
        : {
            ...poolOf(own),
            ...(own.pollMaxNs === undefined ? {} : { 'poll-max-ns': own.pollMaxNs }),
            ...(own.pollGrow === undefined ? {} : { 'poll-grow': own.pollGrow }),
            ...(own.pollShrink === undefined ? {} : { 'poll-shrink': own.pollShrink }),
          };
    }),
    mainLoop: Object.keys(main).length > 0 ? main : null,
  };
}

function poolOf({ poolMin, poolMax }: Pick<IoThreadSettings, 'poolMin' | 'poolMax'>): Properties {
  return {
    ...(poolMin === undefined ? {} : { 'thread-pool-min': poolMin }),
    ...(poolMax === undefined ? {} : { 'thread-pool-max': poolMax }),
  };
}
