import { createLottery } from '../random.ts';
import {
  accountsFiledBy,
  awaitStatement,
  closeAccounts,
  fileAccounts,
  markOverdue,
  statementMadeBy,
} from './accounts.ts';
import { inventAddress } from './addresses.ts';
import { inventName } from './names.ts';
import type { CompanyProfile, PreviousName, Trouble } from './profile.ts';
import type { Scene } from './scene.ts';

/** Something that can happen to a company and shows in its profile. */
export interface Change {
  readonly canHappen: (profile: CompanyProfile, scene: Scene) => boolean;
  /** The members that are different afterwards; the etag always is. */
  readonly happen: (profile: CompanyProfile, scene: Scene) => Partial<CompanyProfile>;
}

const isOpen = (profile: CompanyProfile) => profile.company_status !== 'dissolved';
const isProposedForStrikeOff = (profile: CompanyProfile) => profile.company_status_detail !== undefined;
const isUndisturbed = (profile: CompanyProfile) =>
  profile.company_status === 'active' && !isProposedForStrikeOff(profile);

const move: Change = {
  canHappen: isOpen,
  happen: (profile, scene) => ({
    registered_office_address: inventAddress(scene, profile.jurisdiction),
  }),
};

const rename: Change = {
  canHappen: isUndisturbed,
  happen: (profile, scene) => {
    const names = profile.previous_company_names ?? [];
    const previous: PreviousName = {
      ceased_on: scene.today,
      effective_from: names[0]?.ceased_on ?? profile.date_of_creation,
      name: profile.company_name,
    };
    // Four names are as many as the document can hold and stay of the usual size.
    const previous_company_names = [previous, ...names].slice(0, 4);
    return { company_name: inventName(scene, profile.subtype ?? profile.type), previous_company_names };
  },
};

const fileTheAccounts: Change = {
  canHappen: ({ accounts }, { today }) => (accounts.next_made_up_to ?? today) < today,
  happen: ({ accounts }, { random }) => ({ accounts: fileAccounts(random, accounts) }),
};

const confirmStatement: Change = {
  canHappen: ({ confirmation_statement }, { today }) =>
    (confirmation_statement.next_made_up_to ?? today) < today,
  happen: ({ confirmation_statement: { next_made_up_to: due } }) =>
    due === undefined ? {} : { confirmation_statement: awaitStatement(due, due) },
};

const proposeStrikeOff: Change = {
  canHappen: isUndisturbed,
  happen: ({ accounts, confirmation_statement }) => ({
    company_status_detail: 'active-proposal-to-strike-off',
    accounts: markOverdue(accounts, true),
    confirmation_statement: { ...confirmation_statement, overdue: true },
  }),
};

const withdrawStrikeOff: Change = {
  canHappen: isProposedForStrikeOff,
  happen: ({ accounts, confirmation_statement }) => ({
    company_status_detail: undefined,
    accounts: markOverdue(accounts, false),
    confirmation_statement: { ...confirmation_statement, overdue: undefined },
  }),
};

const drawTrouble = createLottery<Trouble>([
  [70, 'liquidation'],
  [10, 'administration'],
  [8, 'receivership'],
  [8, 'voluntary-arrangement'],
  [4, 'insolvency-proceedings'],
]);

const getIntoTrouble: Change = {
  canHappen: isUndisturbed,
  happen: ({ links }, { random }) => ({
    company_status: drawTrouble(random),
    has_insolvency_history: true,
    links: { ...links, insolvency: `${links.self}/insolvency` },
  }),
};

const dissolve: Change = {
  canHappen: (profile) => isOpen(profile) && !isUndisturbed(profile),
  happen: ({ accounts, confirmation_statement: { last_made_up_to } }, { today }) => ({
    accounts: closeAccounts(accounts),
    can_file: false,
    company_status: 'dissolved',
    company_status_detail: undefined,
    confirmation_statement: {
      last_made_up_to,
      next_due: undefined,
      next_made_up_to: undefined,
      overdue: undefined,
    },
    date_of_cessation: today,
  }),
};

const restore: Change = {
  canHappen: (profile) => !isOpen(profile),
  happen: ({ date_of_creation: createdOn }, { random, today }) => ({
    accounts: accountsFiledBy(random, createdOn, today),
    can_file: true,
    company_status: 'active',
    confirmation_statement: statementMadeBy(createdOn, today),
    date_of_cessation: undefined,
  }),
};

/** A new etag over the same content, as when something the profile does not show was filed. */
export const NOTHING_VISIBLE: Change = { canHappen: () => true, happen: () => ({}) };

/** How often each is tried; what can't happen to the company at hand gives way to another draw. */
export const CHANGES: readonly (readonly [weight: number, change: Change])[] = [
  [26, move],
  [25, fileTheAccounts],
  [25, confirmStatement],
  [3, rename],
  [6, proposeStrikeOff],
  [25, withdrawStrikeOff],
  [2, getIntoTrouble],
  [20, dissolve],
  [8, restore],
  [6, NOTHING_VISIBLE],
];
