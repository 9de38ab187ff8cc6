import type { Command, Option } from 'commander';

/** The options and arguments of a command. */
export interface Place {
  /** The command as a path, such as `/snapshot/import`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly flags: readonly Flag[];
  /** The values of its arguments that are known. */
  readonly choices: readonly string[];
  /** Whether its arguments are files. */
  readonly takesFiles: boolean;
}

export interface Flag {
  /** Its name with the dashes. */
  readonly name: string;
  readonly description: string;
  /** Its known values, empty when they are not known. Null for a flag without a value. */
  readonly values: readonly string[] | null;
}

/** The program and all commands that its help lists. */
export function placesIn(command: Command, path = ''): Place[] {
  const help = command.createHelp();
  const children = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  const place: Place = {
    path,
    commands: children.map((child) => ({ name: child.name(), description: child.description() })),
    flags: help.visibleOptions(command).flatMap(flagOf),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    takesFiles: command.registeredArguments.some((argument) => argument.name() === 'file'),
  };
  return [place, ...children.flatMap((child) => placesIn(child, `${path}/${child.name()}`))];
}

function flagOf({ long, description, required, optional, argChoices }: Option): Flag[] {
  if (!long) return [];
  return [{ name: long, description, values: required || optional ? (argChoices ?? []) : null }];
}

/** The paths of all commands. A script finds the command of a line by them. */
export function pathsOf(places: readonly Place[]): string[] {
  return places.map(({ path }) => path).filter((path) => path !== '');
}
