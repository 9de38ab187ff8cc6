import { type Place, pathsOf } from './command-tree.ts';

/** The completion of `timepoint` in bash. */
export function bashScript(places: readonly Place[]): string {
  const values = places.flatMap(({ path, flags }) =>
    flags.flatMap(({ name, values }) =>
      values === null ? [] : [`    ${path}:${name}) words='${values.join(' ')}' ;;`],
    ),
  );
  const words = places.map(({ path, commands, flags, choices }) => {
    const names = [...commands, ...flags].map(({ name }) => name);
    return `    ${path || "''"}) words='${[...names, ...choices].join(' ')}' ;;`;
  });
  const files = places.filter(({ takesFiles }) => takesFiles).map(({ path }) => path);
  return `# bash completion of timepoint. Load it with: source <(timepoint completion bash)
_timepoint() {
  local word at= words= takes_value=1
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  # bash takes --stream=companies for three words.
  if [[ $current == '=' ]]; then current=
  elif [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $at/$word in
    ${pathsOf(places).join('|')}) at=$at/$word ;;
    esac
  done
  case $at:$previous in
${values.join('\n')}
    *) takes_value= ;;
  esac
  if [[ -z $takes_value ]]; then
    case $at in
${words.join('\n')}
    esac
    case $at in
    ${files.join('|')}) compopt -o default 2>/dev/null ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _timepoint timepoint
`;
}
