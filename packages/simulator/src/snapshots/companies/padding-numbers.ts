import { PADDING_KINDS, type PaddingKind } from './padding-kinds.ts';

/** The number and the kind of a made-up company. */
export interface PaddingNumber {
  readonly companyNumber: string;
  readonly kind: PaddingKind;
}

/** Beyond so many the registers would run out of numbers. */
export const MOST_PADDING = 10_000_000;

// Has no factor in common with a power of ten: neighbours are far apart in a register, and no number comes twice.
const STRIDE = 30_901_699;
// Nor has this one with a hundred: kinds take turns.
const KIND_STRIDE = 37;
const MOST_OFFSET = 1_000_000;

/** Numbers made-up companies, each by its index alone; the world has none of these numbers. */
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

/** Which one of its register each of a hundred companies is. */
function placesInRegisters(): number[] {
  return PADDING_KINDS.map(
    ({ register }, slot) =>
      PADDING_KINDS.slice(0, slot).filter((other) => other.register === register).length,
  );
}
