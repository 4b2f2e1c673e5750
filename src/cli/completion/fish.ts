/** The completion script for fish. */
import type { FlagModel, VerbModel, WordKind } from './model.js';

export function fishScript(verbs: readonly VerbModel[]): string {
  return `# Completion of vm for fish. Load it with: vm completion fish | source
function __vm_verb
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

function __vm_no_verb
    test (count (commandline -opc)) -eq 1
end

function __vm_specs
    vm __complete specs 2>/dev/null
    __fish_complete_suffix .yaml
    __fish_complete_suffix .yml
    __fish_complete_suffix .json
end

complete -c vm -f
complete -c vm -n __vm_no_verb -l help -s h -d 'show help'
complete -c vm -n __vm_no_verb -l version -s V -d 'print the version'
${verbs.flatMap(verbLines).join('\n')}
`;
}

function verbLines({ name, summary, flags, words }: VerbModel): string[] {
  const condition = `-n '__vm_verb ${name}'`;
  return [
    `complete -c vm -n __vm_no_verb -a ${name} -d ${quote(summary)}`,
    ...flags.map((flag) => `complete -c vm ${condition} ${flagWords(flag)}`),
    ...words
      .filter((kind) => kind !== 'any')
      .map((kind) => `complete -c vm ${condition} ${candidates(kind)}`),
  ];
}

function flagWords({ names, summary, value }: FlagModel): string {
  const spellings = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  const values = value === null ? [] : ['-x', candidates(value)];
  return [...spellings, ...values, `-d ${quote(summary)}`].filter((word) => word !== '').join(' ');
}

function candidates(kind: WordKind): string {
  if (typeof kind !== 'string') return `-a ${quote(kind.oneOf.join(' '))}`;
  return {
    vm: "-a '(vm __complete vms 2>/dev/null)'",
    spec: "-a '(__vm_specs)'",
    folder: "-a '(__fish_complete_directories)'",
    any: '',
  }[kind];
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
