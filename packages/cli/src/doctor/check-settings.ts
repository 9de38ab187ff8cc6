import { type Env, loadConfig } from '@timepoint/shared/platform/config';
import { ConfigError } from '@timepoint/shared/platform/errors';
import { SETTINGS_BY_PROCESS } from '@timepoint/shared/platform/settings/by-process';
import { closest, distance } from 'fastest-levenshtein';
import { bad, type Check, good } from './check.ts';

const KNOWN = [...new Set(Object.values(SETTINGS_BY_PROCESS).flatMap(({ shape }) => Object.keys(shape)))];
/** Read by `npm start` alone. */
const OTHERS = ['TIMEPOINT_STORES'];
/** Names that begin so are meant for us … */
const OURS = /^(CH|TIMEPOINT)_/;
/** … and those that differ from a setting by so few letters, unless they are so short that it says nothing. */
const MAX_DISTANCE = 2;
const MIN_LENGTH = 8;

/**
 * Finds settings of any process that are set to what it does not take, and names that are nearly those of
 * settings. Those that are not set are the business of whoever needs them.
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
    .map((problem) => bad('problem', 'settings', problem, 'correct it, or leave it out for its default'));
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
    const remedy = isNear ? `is ${nearest} meant?` : 'see docs/configuration.md for the names';
    return [bad('warning', 'settings', `${name} is set, but nothing reads it`, remedy)];
  });
}
