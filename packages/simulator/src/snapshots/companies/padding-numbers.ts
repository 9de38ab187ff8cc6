import { PADDING_KINDS, type PaddingKind } from './padding-kinds.ts';

/** The number and the kind of a company of the padding. */
export interface PaddingNumber {
  readonly companyNumber: string;
  readonly kind: PaddingKind;
}

/** The most companies of the padding. The registers have no numbers for more. */
export const MOST_PADDING = 10_000_000;

// Coprime to every power of ten: consecutive numbers are far apart, and no number is used twice.
const STRIDE = 30_901_699;
// Coprime to a hundred: the kinds alternate.
const KIND_STRIDE = 37;
const MOST_OFFSET = 1_000_000;

/** Creates the numbers of the padding, each from its index alone. The world has none of them. */
export function createPaddingNumbers(seed: number): (index: number) => PaddingNumber {
  const places = placesInRegisters();
  const offset = Math.abs(seed) % MOST_OFFSET;
  return (index) => {
    const slot = (index * KIND_STRIDE) % PADDING_KINDS.length;
    const kind = PADDING_KINDS[slot];
    const place = places[slot];
    if (kind === undefined || place === undefined) throw new RangeError(`there is no company ${index}`);
    const { prefix, half, share } = kind.register;
    const serial = Math.floor(index / PADDING_KINDS.length) * share + place;
    return { companyNumber: `${prefix}${half + ((serial * STRIDE + offset) % half)}`, kind };
  };
}

/** The place of each of a hundred companies among those of its register. */
function placesInRegisters(): number[] {
  return PADDING_KINDS.map(
    ({ register }, slot) =>
      PADDING_KINDS.slice(0, slot).filter((other) => other.register === register).length,
  );
}
