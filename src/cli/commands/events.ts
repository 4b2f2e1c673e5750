/** `vm events` */
import type { Command } from 'commander';
import type { VmEvent } from '../../index.js';
import { list } from '../../runtime/list.js';
import { get } from '../../runtime/vm.js';
import { streamEvents } from '../event-stream.js';
import { interruptible } from '../interrupt.js';
import { addFormat } from '../options.js';
import { print } from '../output.js';
import { renderEvent } from '../render/event.js';
import { styleFor } from '../render/style.js';
import { unique } from '../several.js';

interface EventFlags {
  follow?: boolean;
  format: string;
}

export function configure(command: Command): void {
  addFormat(command.argument('[name...]', 'the VMs (default: all)'), ['lines', 'json'])
    .option('-f, --follow', 'go on when the VMs end, and take up those that start, until Ctrl-C')
    .addHelpText(
      'after',
      `
QEMU keeps no history: events are shown as they come. Without --follow this ends when the VMs have ended.

Examples:
  vm events demo
  vm events --follow
  vm events demo --format json | jq -c 'select(.event == "SHUTDOWN") | .data'

--format json is one object a line: vm, event, data (as QEMU sends it), time (seconds since 1970).`,
    )
    .action((names: string[], flags: EventFlags) => run(unique(names), flags));
}

function run(names: readonly string[], { follow = false, format }: EventFlags): Promise<void> {
  const style = styleFor(process.stdout);
  const onEvent = (event: VmEvent) =>
    print(format === 'json' ? `${JSON.stringify(event)}\n` : renderEvent(event, style));
  const source = { list, events: (name: string, signal: AbortSignal) => get(name).events({ signal }) };
  return interruptible(
    (signal) => streamEvents(source, { names, follow, signal, onEvent }),
    'no longer watching; it takes a moment',
  );
}
