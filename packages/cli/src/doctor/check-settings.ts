import { type Env, loadConfig } from '@timepoint/shared/platform/config';
import { ConfigError } from '@timepoint/shared/platform/errors';
import { SETTINGS_BY_PROCESS } from '@timepoint/shared/platform/settings/by-process';
import { closest, distance } from 'fastest-levenshtein';
import { bad, type Check, good } from './check.ts';

const KNOWN = [...new Set(Object.values(SETTINGS_BY_PROCESS).flatMap(({ shape }) => Object.keys(shape)))];
/** Only `npm start` reads these. */
const OTHERS = ['TIMEPOINT_STORES'];
/** Names with these beginnings are meant for Timepoint. */
const OURS = /^(CH|TIMEPOINT)_/;
/** So are names that differ from a setting by at most this many letters, unless they are short. */
const MAX_DISTANCE = 2;
const MIN_LENGTH = 8;

/**
 * Finds settings of all processes with wrong values, and names that are almost those of settings. It does not report
 * settings that are missing: other checks and the processes do.
 */
export function checkSettings(env: Env): Check[] {
  const checks = [...findWrong(env), ...findMisspelt(env)];
  if (checks.length > 0) return checks;
  const count = KNOWN.filter((name) => env[name]?.trim()).length;
  return [good('settings', `${count} set, the others have their defaults`)];
}

function findWrong(env: Env): Check[] {
  const problems = Object.values(SETTINGS_BY_PROCESS).flatMap((schema) => problemsOf(schema, env));
  return [...new Set(problems)]
    .filter((problem) => !problem.includes(': is not set'))
    .map((problem) => bad('problem', 'settings', problem, 'correct it, or remove it to use the default'));
}

function problemsOf(schema: Parameters<typeof loadConfig>[0], env: Env): readonly string[] {
  try {
    loadConfig(schema, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function findMisspelt(env: Env): Check[] {
  const strangers = Object.keys(env).filter((name) => !KNOWN.includes(name) && !OTHERS.includes(name));
  return strangers.flatMap((name) => {
    const nearest = closest(name, KNOWN);
    const isNear = name.length >= MIN_LENGTH && distance(name, nearest) <= MAX_DISTANCE;
    if (!isNear && !OURS.test(name)) return [];
    const remedy = isNear ? `did you mean ${nearest}?` : 'see docs/configuration.md for the names';
    return [bad('warning', 'settings', `${name} is set, but no process reads it`, remedy)];
  });
}
