import { chance, createLottery } from '../random.ts';
import { CHANGES, NOTHING_VISIBLE } from './changes.ts';
import { deletedData, onlyLinks } from './deletes.ts';
import { newEtag } from './etag.ts';
import type { EventData } from './event.ts';
import { foundCompany } from './founding.ts';
import type { CompanyProfile } from './profile.ts';
import type { Registration } from './registration.ts';
import type { Scene } from './scene.ts';

/** One company of the world, from its first event on. */
export interface Life {
  readonly companyNumber: string;
  profile: CompanyProfile;
  /** The document before the last change, to which a company can go back: A, B, A again. */
  before: CompanyProfile | undefined;
  isDeleted: boolean;
}

/** What the stream companies tells about a company. */
export type CompanyTelling =
  | { readonly type: 'changed'; readonly data: EventData }
  | { readonly type: 'deleted'; readonly data: EventData | null | undefined };

type Act = (life: Life, scene: Scene) => CompanyTelling;

const drawChange = createLottery(CHANGES);
// Most companies can do most things; a dissolved one tries a few times before nothing visible happens.
const MOST_TRIES = 4;

const change: Act = (life, scene) => {
  const { happen } = drawPossibleChange(life.profile, scene);
  life.before = life.profile;
  life.profile = { ...life.profile, ...happen(life.profile, scene), etag: newEtag(scene.random) };
  return { type: 'changed', data: life.profile };
};

/** The exact same document again. */
const retell: Act = ({ profile }) => ({ type: 'changed', data: profile });

const goBack: Act = (life, scene) => {
  if (life.before === undefined) return change(life, scene);
  [life.profile, life.before] = [life.before, life.profile];
  return retell(life, scene);
};

const tellStub: Act = ({ companyNumber }) => ({ type: 'changed', data: onlyLinks(companyNumber) });

const remove: Act = (life, { random }) => {
  life.isDeleted = true;
  return { type: 'deleted', data: deletedData(life.profile, random) };
};

const recreate: Act = (life, scene) => {
  life.isDeleted = false;
  return chance(scene.random, 0.5) ? retell(life, scene) : change(life, scene);
};

const drawAct = createLottery<Act>([
  [900, change],
  [40, retell],
  [40, goBack],
  [3, tellStub],
  [17, remove],
]);

const drawActOfDeleted = createLottery<Act>([
  [85, recreate],
  [15, remove],
]);

/** A company that the stream has not told of yet. */
export function beginLife(scene: Scene, registration: Registration): Life {
  const profile = foundCompany(scene, registration);
  return { companyNumber: registration.companyNumber, profile, before: undefined, isDeleted: false };
}

/** Lets the next thing happen to a company. */
export function continueLife(life: Life, scene: Scene): CompanyTelling {
  const draw = life.isDeleted ? drawActOfDeleted : drawAct;
  return draw(scene.random)(life, scene);
}

function drawPossibleChange(profile: CompanyProfile, scene: Scene) {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const drawn = drawChange(scene.random);
    if (drawn.canHappen(profile, scene)) return drawn;
  }
  return NOTHING_VISIBLE;
}
