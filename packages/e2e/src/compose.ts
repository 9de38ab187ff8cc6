import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';

type Variables = Readonly<Record<string, string | undefined>>;

/** The parts of a service that the tests check. */
export interface ComposeService {
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string };
  readonly image?: string;
  readonly profiles?: readonly string[];
  /** Null: the value comes from the env file or the shell. */
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly deploy?: { readonly replicas: number };
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const FOLDER = new URL('../../../infra/', import.meta.url);

/** The path of the compose file. */
export const COMPOSE_FILE = new URL('compose.yaml', FOLDER);

/** The compose file as it is, before variables are put in. */
export function readCompose(): Compose {
  return parse(readFileSync(COMPOSE_FILE, 'utf8'), { merge: true }) as Compose;
}

/** The variables of an env file beside the compose file. */
export function readEnvFile(name: string): Record<string, string> {
  return parseEnv(readFileSync(new URL(name, FOLDER), 'utf8')) as Record<string, string>;
}

/** The environment that a container of the service gets from these variables. */
export function environmentOf(service: ComposeService, variables: Variables): Record<string, string> {
  const given = Object.entries(service.environment ?? {}).flatMap(([name, value]) => {
    const put = value === null ? variables[name] : interpolate(value, variables);
    return put === undefined ? [] : [[name, put]];
  });
  return Object.fromEntries(given) as Record<string, string>;
}

/**
 * Puts variables in: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`; an empty one counts as unset.
 * @throws with the message when a variable that is asked for is unset.
 */
export function interpolate(text: string, variables: Variables): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_whole, name: string, kind, rest) => {
    const value = variables[name];
    if (value) return value;
    if (kind === '?') throw new Error(`${name}: ${rest}`);
    return rest ?? '';
  });
}
