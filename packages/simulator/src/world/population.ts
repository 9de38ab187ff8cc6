import { chance, int, type Random } from '../random.ts';

/** The companies that were told of so far. */
export interface Population<Member> {
  readonly members: readonly Member[];
  add(member: Member): void;
  /** To whom something happens next; undefined when a new one is to be founded. */
  choose(): Member | undefined;
}

/** An empty population. */
export function createPopulation<Member>(random: Random): Population<Member> {
  const members: Member[] = [];
  const choose = createChooser(random, members);
  return {
    members,
    add: (member) => members.push(member),
    choose: () => (chance(random, birthRate(members.length)) ? undefined : choose()),
  };
}

/** The register fills quickly, then grows by a few percent of the events, as the real one does. */
function birthRate(population: number): number {
  if (population < 20) return 1;
  return population < 1_000 ? 0.3 : 0.06;
}

/** Popular companies are chosen often, and one that was chosen tends to be chosen again at once. */
function createChooser<Member>(random: Random, members: readonly Member[]): () => Member | undefined {
  let favourite: Member | undefined;
  let heat = 0;
  return () => {
    if (heat > 0 && chance(random, 0.7)) {
      heat -= 1;
      return favourite;
    }
    const chosen = members[int(random, members.length * random())];
    if (chance(random, 0.15)) {
      favourite = chosen;
      heat = 1 + int(random, 8);
    }
    return chosen;
  };
}
