import { type Place, pathsOf } from './command-tree.ts';

/** The completion of `timepoint` in fish. */
export function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, commands, flags, choices, takesFiles }) => {
    const at = `complete -c timepoint -n '__timepoint_at "${path}"'`;
    return [
      ...commands.map(({ name, description }) => `${at} -a ${name} -d ${quoted(description)}`),
      ...flags.map(({ name, description, values }) => {
        const given = values === null ? '' : ` -x${values.length > 0 ? ` -a '${values.join(' ')}'` : ''}`;
        return `${at} -l ${name.slice(2)}${given} -d ${quoted(description)}`;
      }),
      ...(choices.length > 0 ? [`${at} -a '${choices.join(' ')}'`] : []),
      ...(takesFiles ? [`${at} -F`] : []),
    ];
  });
  return `# fish completion of timepoint. Load it with: timepoint completion fish | source
function __timepoint_at
    set -l at ''
    set -l words (commandline -opc)
    for word in $words[2..]
        switch $at/$word
            case ${pathsOf(places).join(' ')}
                set at $at/$word
        end
    end
    test "$at" = "$argv[1]"
end
complete -c timepoint -f
${lines.join('\n')}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
