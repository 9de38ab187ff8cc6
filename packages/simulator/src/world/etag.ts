import type { Random } from '../random.ts';

/** Draws an etag of forty hexadecimal digits, the form of the publisher's etags. */
export function newEtag(random: Random): string {
  const part = () =>
    Math.floor(random() * 4_294_967_296)
      .toString(16)
      .padStart(8, '0');
  return part() + part() + part() + part() + part();
}
