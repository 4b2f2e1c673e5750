/** `vm import` */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { VmError } from '../../errors.js';
import { importLibvirt } from '../../libvirt/import.js';
import type { Note } from '../../libvirt/report.js';
import { readSource } from '../../runtime/find-spec.js';
import { stdinFile } from '../../spec/position.js';
import { escapeUnprintable } from '../../spec/printable.js';
import { addFormat } from '../options.js';
import { print, tell } from '../output.js';
import { renderJson } from '../render/json.js';

export function configure(command: Command): void {
  const source = command.createArgument('<format>', 'what it is of').choices(['libvirt']);
  addFormat(
    command
      .addArgument(source)
      .argument('<file>', 'the XML of a domain; - is stdin')
      .option('--strict', 'fail if anything is lost, or only nearly the same'),
    ['yaml', 'json'],
  )
    .addHelpText(
      'after',
      `
The spec goes to stdout; what was changed, approximated or dropped on the way to stderr, by line of the XML.
With --strict the exit code is 2 and no spec is printed if anything was approximated or dropped.

Examples:
  virsh dumpxml web | vm import libvirt - > vms/web.yaml
  vm import libvirt web.xml --strict > vms/web.yaml
  vm import libvirt web.xml --format json | jq '.notes[].message'

--format json is an object with the spec and the notes (line, path, kind, message).`,
    )
    .action(async (_format: string, file: string, flags: { strict?: true; format: string }) => {
      const { text } = await readSource(file);
      const name = file === stdinFile ? 'standard input' : basename(file);
      const { spec, yaml, notes } = importLibvirt(text, { file: name });
      const lines = notes.map((note) => noteLine(name, note));
      const lost = notes.filter(({ kind }) => kind !== 'changed').length;
      if (flags.strict && lost > 0) {
        throw new VmError(
          'import.lossy',
          `${name}: ${lost} ${lost === 1 ? 'part of it is' : 'parts of it are'} lost or only nearly the same`,
          {
            details: lines,
            hint: 'Without --strict the spec is printed as far as it goes.',
          },
        );
      }
      await print(flags.format === 'json' ? renderJson({ spec, notes }) : yaml);
      for (const line of lines) tell(line);
    });
}

/** `domain.xml:12: dropped domain/keywrap: …` */
function noteLine(file: string, { line, kind, path, message }: Note): string {
  return escapeUnprintable(`${file}:${line}: ${kind} ${path}: ${message}`);
}
