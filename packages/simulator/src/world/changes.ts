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
import type { GenerationContext } from './generation-context.ts';
import { inventName } from './names.ts';
import type { CompanyProfile, InsolvencyStatus, PreviousName } from './profile.ts';

/** A change of a company that its profile shows. */
export interface Change {
  readonly isPossible: (profile: CompanyProfile, context: GenerationContext) => boolean;
  /** Returns the changed members. The caller changes the etag. */
  readonly apply: (profile: CompanyProfile, context: GenerationContext) => Partial<CompanyProfile>;
}

const isOpen = (profile: CompanyProfile) => profile.company_status !== 'dissolved';
const isProposedForStrikeOff = (profile: CompanyProfile) => profile.company_status_detail !== undefined;
const isInGoodStanding = (profile: CompanyProfile) =>
  profile.company_status === 'active' && !isProposedForStrikeOff(profile);

const move: Change = {
  isPossible: isOpen,
  apply: (profile, context) => ({
    registered_office_address: inventAddress(context, profile.jurisdiction),
  }),
};

const rename: Change = {
  isPossible: isInGoodStanding,
  apply: (profile, context) => {
    const names = profile.previous_company_names ?? [];
    const previous: PreviousName = {
      ceased_on: context.today,
      effective_from: names[0]?.ceased_on ?? profile.date_of_creation,
      name: profile.company_name,
    };
    // More than four names would make the document larger than usual.
    const previous_company_names = [previous, ...names].slice(0, 4);
    return { company_name: inventName(context, profile.subtype ?? profile.type), previous_company_names };
  },
};

const fileTheAccounts: Change = {
  isPossible: ({ accounts }, { today }) => (accounts.next_made_up_to ?? today) < today,
  apply: ({ accounts }, { random }) => ({ accounts: fileAccounts(random, accounts) }),
};

const confirmStatement: Change = {
  isPossible: ({ confirmation_statement }, { today }) =>
    (confirmation_statement.next_made_up_to ?? today) < today,
  apply: ({ confirmation_statement: { next_made_up_to: due } }) =>
    due === undefined ? {} : { confirmation_statement: awaitStatement(due, due) },
};

const proposeStrikeOff: Change = {
  isPossible: isInGoodStanding,
  apply: ({ accounts, confirmation_statement }) => ({
    company_status_detail: 'active-proposal-to-strike-off',
    accounts: markOverdue(accounts, true),
    confirmation_statement: { ...confirmation_statement, overdue: true },
  }),
};

const withdrawStrikeOff: Change = {
  isPossible: isProposedForStrikeOff,
  apply: ({ accounts, confirmation_statement }) => ({
    company_status_detail: undefined,
    accounts: markOverdue(accounts, false),
    confirmation_statement: { ...confirmation_statement, overdue: undefined },
  }),
};

const drawInsolvencyStatus = createLottery<InsolvencyStatus>([
  [70, 'liquidation'],
  [10, 'administration'],
  [8, 'receivership'],
  [8, 'voluntary-arrangement'],
  [4, 'insolvency-proceedings'],
]);

const becomeInsolvent: Change = {
  isPossible: isInGoodStanding,
  apply: ({ links }, { random }) => ({
    company_status: drawInsolvencyStatus(random),
    has_insolvency_history: true,
    links: { ...links, insolvency: `${links.self}/insolvency` },
  }),
};

const dissolve: Change = {
  isPossible: (profile) => isOpen(profile) && !isInGoodStanding(profile),
  apply: ({ accounts, confirmation_statement: { last_made_up_to } }, { today }) => ({
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
  isPossible: (profile) => !isOpen(profile),
  apply: ({ date_of_creation: createdOn }, { random, today }) => ({
    accounts: accountsFiledBy(random, createdOn, today),
    can_file: true,
    company_status: 'active',
    confirmation_statement: statementMadeBy(createdOn, today),
    date_of_cessation: undefined,
  }),
};

/** Changes only the etag, as after a filing that the profile does not show. */
export const ONLY_ETAG: Change = { isPossible: () => true, apply: () => ({}) };

/** The changes with their weights. A change that is impossible for the company at hand is drawn again. */
export const CHANGES: readonly (readonly [weight: number, change: Change])[] = [
  [26, move],
  [25, fileTheAccounts],
  [25, confirmStatement],
  [3, rename],
  [6, proposeStrikeOff],
  [25, withdrawStrikeOff],
  [2, becomeInsolvent],
  [20, dissolve],
  [8, restore],
  [6, ONLY_ETAG],
];
