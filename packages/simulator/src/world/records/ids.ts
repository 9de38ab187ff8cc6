import type { Random } from '../../random.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
// A draw has 32 bits and a letter takes six of them.
const LETTERS_PER_DRAW = 5;

/** Draws an id in the form of the publisher's ids: letters of both cases, digits, `_` and `-`. */
export function newId(random: Random, length: number): string {
  let id = '';
  while (id.length < length) {
    let bits = Math.floor(random() * 2 ** 30);
    for (let drawn = 0; drawn < LETTERS_PER_DRAW && id.length < length; drawn += 1) {
      id += LETTERS.charAt(bits % 64);
      bits = Math.floor(bits / 64);
    }
  }
  return id;
}
