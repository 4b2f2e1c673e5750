/** The completion script for zsh: a function for `fpath`, or to be sourced. */
import { allVerbs, type FlagModel, lastWord, type VerbModel, type WordKind } from './model.js';

export function zshScript(verbs: readonly VerbModel[]): string {
  return `#compdef vm
# Completion of vm for zsh. Load it with: source <(vm completion zsh), or save it as _vm in a folder of fpath.
_vm_vms() {
  local -a names
  names=(\${(f)"$(vm __complete vms 2>/dev/null)"})
  compadd -a names
}

_vm_networks() {
  local -a names
  names=(\${(f)"$(vm __complete networks 2>/dev/null)"})
  compadd -a names
}

_vm_specs() {
  local -a names
  names=(\${(f)"$(vm __complete specs 2>/dev/null)"})
  compadd -a names
  _files -g '*.(yaml|yml|json)'
}

_vm() {
  local -a verbs
  verbs=(
${verbs.map(described).join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  ((CURRENT--))
  case $verb in
${verbs.flatMap(groupCase).join('\n')}
  esac
  case $verb in
${allVerbs(verbs).map(verbCase).join('\n')}
  esac
}

if [[ $funcstack[1] == _vm ]]; then _vm "$@"; else compdef _vm vm; fi
`;
}

function described(verb: VerbModel): string {
  return `    ${quote(`${lastWord(verb)}:${verb.summary}`)}`;
}

/** The second word of a group names the verb. */
function groupCase({ name, verbs }: VerbModel): string[] {
  if (verbs.length === 0) return [];
  return [
    `    ${name})`,
    '      verbs=(',
    ...verbs.map(described),
    '      )',
    '      if ((CURRENT == 2)); then _describe verb verbs; return; fi',
    '      verb="$verb $words[2]"',
    '      shift words',
    '      ((CURRENT--)) ;;',
  ];
}

function verbCase({ name, flags, words, variadic }: VerbModel): string {
  const positions = words.map((kind, index) => {
    const place = variadic && index === words.length - 1 ? '*' : `${index + 1}`;
    return quote(`${place}:${typeof kind === 'string' ? kind : 'word'}:${action(kind)}`);
  });
  return `    '${name}') _arguments -S ${[...flags.map(flagSpec), ...positions].join(' ')} ;;`;
}

/** `'(-f --follow)'{-f,--follow}'[go on]'`, `'*--set=[override]:value: '` */
function flagSpec({ names, summary, value }: FlagModel): string {
  const [long = '', short] = names;
  const text = `[${summary.replace(/[[\]\\:]/g, '\\$&')}]`;
  const rest = value === null ? text : `${text}:value:${action(value)}`;
  const repeatable = summary.includes('(repeatable)') ? '*' : '';
  if (short === undefined) return quote(`${repeatable}${long}${value === null ? '' : '='}${rest}`);
  return `'(${short} ${long})'{${short},${long}}${quote(rest)}`;
}

function action(kind: WordKind): string {
  if (typeof kind !== 'string') return `(${kind.oneOf.join(' ')})`;
  return { vm: '_vm_vms', spec: '_vm_specs', network: '_vm_networks', folder: '_files -/', any: ' ' }[kind];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
