import { type Place, pathsOf } from './command-tree.ts';

/** The completion of `timepoint` in zsh. */
export function zshScript(places: readonly Place[]): string {
  const values = places.flatMap(({ path, flags }) =>
    flags.flatMap(({ name, values }) =>
      values === null ? [] : [`    ${path}:${name}) compadd -- ${values.join(' ')}; return ;;`],
    ),
  );
  const words = places.map(({ path, commands, flags, choices, takesFiles }) => {
    const parts = [
      ...(commands.length > 0 ? [`commands=(${commands.map(described).join(' ')})`] : []),
      `flags=(${flags.map(described).join(' ')})`,
      ...(choices.length > 0 ? [`compadd -- ${choices.join(' ')}`] : []),
      ...(takesFiles ? ['_files'] : []),
    ];
    return `    ${path || "''"}) ${parts.join('; ')} ;;`;
  });
  return `#compdef timepoint
# zsh completion of timepoint. Load it with: source <(timepoint completion zsh)
_timepoint() {
  local word at=
  local -a commands flags
  for word in \${words[2,CURRENT-1]}; do
    case $at/$word in
    ${pathsOf(places).join('|')}) at=$at/$word ;;
    esac
  done
  case $at:\${words[CURRENT-1]} in
${values.join('\n')}
  esac
  case $at in
${words.join('\n')}
  esac
  (( $#commands )) && _describe -t commands command commands
  _describe -o -t flags option flags
}
if [[ $funcstack[1] == _timepoint ]]; then _timepoint "$@"; else compdef _timepoint timepoint; fi
`;
}

function described({ name, description }: { readonly name: string; readonly description: string }): string {
  return `'${name}:${description.replaceAll(':', '\\:').replaceAll("'", "'\\''")}'`;
}
