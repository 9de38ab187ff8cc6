import type { Random } from '../random.ts';

/** Forty hexadecimal digits, as the publisher's hash of a document looks. */
export function newEtag(random: Random): string {
  const part = () =>
    Math.floor(random() * 4_294_967_296)
      .toString(16)
      .padStart(8, '0');
  return part() + part() + part() + part() + part();
}
