import { chance, createLottery } from '../random.ts';
import { CHANGES, ONLY_ETAG } from './changes.ts';
import { deletedData, onlyLinks } from './deletes.ts';
import { newEtag } from './etag.ts';
import type { EventData } from './event.ts';
import type { GenerationContext } from './generation-context.ts';
import { incorporate } from './incorporation.ts';
import type { CompanyProfile } from './profile.ts';
import type { Registration } from './registration.ts';

/** A simulated company from its first event on. */
export interface Company {
  readonly companyNumber: string;
  profile: CompanyProfile;
  /** The document before the last change. A company can revert to it: A, B, A. */
  before: CompanyProfile | undefined;
  isDeleted: boolean;
}

/** The type and the data of an event of the stream companies. */
export type ProfileEvent =
  | { readonly type: 'changed'; readonly data: EventData }
  | { readonly type: 'deleted'; readonly data: EventData | null | undefined };

type Act = (company: Company, context: GenerationContext) => ProfileEvent;

const drawChange = createLottery(CHANGES);
// Most changes are possible for most companies. A dissolved one has a few draws before only its etag changes.
const MOST_TRIES = 4;

const change: Act = (company, context) => {
  const { apply } = drawPossibleChange(company.profile, context);
  company.before = company.profile;
  company.profile = {
    ...company.profile,
    ...apply(company.profile, context),
    etag: newEtag(context.random),
  };
  return { type: 'changed', data: company.profile };
};

/** Publishes exactly the same document again. */
const republish: Act = ({ profile }) => ({ type: 'changed', data: profile });

const revert: Act = (company, context) => {
  if (company.before === undefined) return change(company, context);
  [company.profile, company.before] = [company.before, company.profile];
  return republish(company, context);
};

const emitStub: Act = ({ companyNumber }) => ({ type: 'changed', data: onlyLinks(companyNumber) });

const remove: Act = (company, { random }) => {
  company.isDeleted = true;
  return { type: 'deleted', data: deletedData(company.profile, random) };
};

const recreate: Act = (company, context) => {
  company.isDeleted = false;
  return chance(context.random, 0.5) ? republish(company, context) : change(company, context);
};

const drawAct = createLottery<Act>([
  [900, change],
  [40, republish],
  [40, revert],
  [3, emitStub],
  [17, remove],
]);

const drawActOfDeleted = createLottery<Act>([
  [85, recreate],
  [15, remove],
]);

/** Creates a company that has no event yet. */
export function createCompany(context: GenerationContext, registration: Registration): Company {
  const profile = incorporate(context, registration);
  return { companyNumber: registration.companyNumber, profile, before: undefined, isDeleted: false };
}

/** Changes, republishes or deletes a company. */
export function changeCompany(company: Company, context: GenerationContext): ProfileEvent {
  const draw = company.isDeleted ? drawActOfDeleted : drawAct;
  return draw(context.random)(company, context);
}

function drawPossibleChange(profile: CompanyProfile, context: GenerationContext) {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const drawn = drawChange(context.random);
    if (drawn.isPossible(profile, context)) return drawn;
  }
  return ONLY_ETAG;
}
