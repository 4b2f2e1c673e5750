/** The completion script for bash. It needs no bash-completion package and runs `vm` only for names. */
import { allVerbs, lastWord, type VerbModel, type WordKind } from './model.js';

export function bashScript(verbs: readonly VerbModel[]): string {
  return `# Completion of vm for bash. Load it with: source <(vm completion bash)
_vm_add() {
  local ext
  case $1 in
    vm) mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$(vm __complete vms 2>/dev/null)" -- "$2") ;;
    network) mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$(vm __complete networks 2>/dev/null)" -- "$2") ;;
    spec)
      compopt -o filenames 2>/dev/null
      mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$(vm __complete specs 2>/dev/null)" -- "$2")
      for ext in yaml yml json; do
        mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X "!*.$ext" -- "$2")
      done
      mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$2") ;;
    folder)
      compopt -o filenames 2>/dev/null
      mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$2") ;;
    any) ;;
    *) mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "\${1//,/ }" -- "$2") ;;
  esac
}

_vm() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]}
  local flags='' valued=' ' words='' variadic='' value='' index at=0 first=2
  COMPREPLY=()
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  if ((COMP_CWORD == 1)); then
    _vm_add '${[...verbs.map(({ name }) => name), '--help', '--version'].join(',')}' "$cur"
    return
  fi
  case $verb in
${verbs.flatMap(groupCase).join('\n')}
  esac
  case $verb in
${allVerbs(verbs).map(verbCase).join('\n')}
    *) return ;;
  esac
  case "$verb $prev" in
${allVerbs(verbs).flatMap(valueCases).join('\n')}
  esac
  if [[ -n $value ]]; then _vm_add "$value" "$cur"; return; fi
  if [[ $cur == -* ]]; then _vm_add "\${flags// /,}" "$cur"; return; fi
  for ((index = first; index < COMP_CWORD; index++)); do
    if [[ \${COMP_WORDS[index]} == -* ]]; then
      if [[ $valued == *" \${COMP_WORDS[index]} "* ]]; then ((index++)); fi
    else
      ((at++))
    fi
  done
  words=($words)
  if ((at >= \${#words[@]})); then
    [[ -n $variadic ]] || return
    at=$((\${#words[@]} - 1))
  fi
  if ((at >= 0)); then _vm_add "\${words[at]}" "$cur"; fi
}
complete -F _vm vm
`;
}

/** The second word of a group names the verb. */
function groupCase({ name, verbs }: VerbModel): string[] {
  if (verbs.length === 0) return [];
  const names = [...verbs.map(lastWord), '--help'].join(',');
  return [
    `    ${name})`,
    `      if ((COMP_CWORD == 2)); then _vm_add '${names}' "$cur"; return; fi`,
    '      verb="$verb ${COMP_WORDS[2]}" first=3 ;;',
  ];
}

function verbCase({ name, flags, words, variadic }: VerbModel): string {
  const all = flags.flatMap(({ names }) => names);
  const valued = flags.filter(({ value }) => value !== null).flatMap(({ names }) => names);
  const kinds = words.map(kindWord).join(' ');
  const settings = [
    `flags='${all.join(' ')}'`,
    ...(valued.length > 0 ? [`valued=' ${valued.join(' ')} '`] : []),
    ...(kinds === '' ? [] : [`words='${kinds}'`]),
    ...(variadic ? ['variadic=1'] : []),
  ];
  return `    '${name}') ${settings.join(' ')} ;;`;
}

function valueCases({ name, flags }: VerbModel): string[] {
  return flags.flatMap(({ names, value }) =>
    value === null
      ? []
      : [`    ${names.map((flag) => `'${name} ${flag}'`).join(' | ')}) value='${kindWord(value)}' ;;`],
  );
}

/** Verbs, flags and choices are words without commas and quotes. */
function kindWord(kind: WordKind): string {
  return typeof kind === 'string' ? kind : kind.oneOf.join(',');
}
