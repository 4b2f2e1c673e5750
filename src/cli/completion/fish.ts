/** The completion script for fish. */
import { allVerbs, type FlagModel, lastWord, type VerbModel, type WordKind } from './model.js';

export function fishScript(verbs: readonly VerbModel[]): string {
  return `# Completion of vm for fish. Load it with: vm completion fish | source
function __vm_verb
    set -l words (commandline -opc)
    set -l last (math (count $argv) + 1)
    test (count $words) -ge $last; and test "$words[2..$last]" = "$argv"
end

function __vm_group
    test (count (commandline -opc)) -eq 2; and __vm_verb $argv
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
${allVerbs(verbs).flatMap(verbLines).join('\n')}
`;
}

function verbLines(verb: VerbModel): string[] {
  const { name, summary, flags, words } = verb;
  const condition = `-n '__vm_verb ${name}'`;
  const [above, below] = name.split(' ');
  const offered = below === undefined ? '__vm_no_verb' : quote(`__vm_group ${above}`);
  return [
    `complete -c vm -n ${offered} -a ${lastWord(verb)} -d ${quote(summary)}`,
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
    network: "-a '(vm __complete networks 2>/dev/null)'",
    folder: "-a '(__fish_complete_directories)'",
    any: '',
  }[kind];
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
