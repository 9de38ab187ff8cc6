import type { Random } from '../../random.ts';
import { int } from '../../random.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** An id as the publisher makes them: letters of both cases, digits, `_` and `-`. */
export function newId(random: Random, length: number): string {
  let id = '';
  while (id.length < length) id += LETTERS.charAt(int(random, LETTERS.length));
  return id;
}
