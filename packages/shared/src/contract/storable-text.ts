import { z } from 'zod';

/** Whether Postgres can hold and compare a text: it has no NUL and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

export const NOT_STORABLE = 'has a character that no database can hold (NUL, or half of a surrogate pair)';

/** A text of a user that is stored in Postgres. */
export const storableText = z.string().refine(isStorable, NOT_STORABLE);
