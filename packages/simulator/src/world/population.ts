import { chance, int, type Random } from '../random.ts';

/** The companies that have had an event. */
export interface Population<Member> {
  readonly members: readonly Member[];
  add(member: Member): void;
  /** Chooses the company that changes next. Undefined asks for a new company. */
  choose(): Member | undefined;
}

/** Creates an empty population. */
export function createPopulation<Member>(random: Random): Population<Member> {
  const members: Member[] = [];
  const choose = createChooser(random, members);
  return {
    members,
    add: (member) => members.push(member),
    choose: () => (chance(random, newCompanyShare(members.length)) ? undefined : choose()),
  };
}

/** The probability of a new company. The register fills quickly, then grows slowly, as the real one does. */
function newCompanyShare(population: number): number {
  if (population < 20) return 1;
  return population < 1_000 ? 0.3 : 0.06;
}

/** Chooses some companies more often than others, and often the same one several times in a row. */
function createChooser<Member>(random: Random, members: readonly Member[]): () => Member | undefined {
  let repeated: Member | undefined;
  let repeatsLeft = 0;
  return () => {
    if (repeatsLeft > 0 && chance(random, 0.7)) {
      repeatsLeft -= 1;
      return repeated;
    }
    const chosen = members[int(random, members.length * random())];
    if (chance(random, 0.15)) {
      repeated = chosen;
      repeatsLeft = 1 + int(random, 8);
    }
    return chosen;
  };
}
