import { chance, pick, type Random } from '../random.ts';
import { addDays, addMonths, type Day, endOfMonth, yearsBetween } from './calendar.ts';
import type { AccountingPeriod, Accounts, ConfirmationStatement, LastAccounts } from './profile.ts';

const ACCOUNT_TYPES = [
  'micro-entity',
  'dormant',
  'total-exemption-full',
  'unaudited-abridged',
  'small',
  'full',
  'group',
] as const;

// The publisher's form for a company that has filed no accounts: the type is the string "null".
const NONE_FILED: LastAccounts = {
  made_up_to: undefined,
  period_end_on: undefined,
  period_start_on: undefined,
  type: 'null',
};

/** Makes the accounts of a company that has filed every period that ended by `day`. */
export function accountsFiledBy(random: Random, createdOn: Day, day: Day): Accounts {
  const firstEnd = endOfMonth(addMonths(createdOn, 12));
  const unfiled = awaiting(
    {
      accounting_reference_date: referenceDate(random, firstEnd),
      last_accounts: NONE_FILED,
      next_accounts: undefined,
      next_due: undefined,
      next_made_up_to: undefined,
      overdue: undefined,
    },
    period(createdOn, firstEnd, addMonths(createdOn, 21)),
  );
  const years = yearsBetween(firstEnd, day);
  if (years < 0) return unfiled;
  return fileAccounts(random, awaiting(unfiled, periodUpTo(endOfMonth(addMonths(firstEnd, 12 * years)))));
}

/** Files the accounts of the open period and opens the next one. */
export function fileAccounts(random: Random, accounts: Accounts): Accounts {
  const filed = accounts.next_accounts;
  if (filed === undefined) return accounts;
  const last: LastAccounts = {
    made_up_to: filed.period_end_on,
    period_end_on: filed.period_end_on,
    period_start_on: filed.period_start_on,
    type: pick(random, ACCOUNT_TYPES),
  };
  const next = periodUpTo(endOfMonth(addMonths(filed.period_end_on, 12)));
  return awaiting({ ...accounts, last_accounts: last }, next);
}

/** Closes the accounts of a dissolved company: nothing is due any more. */
export function closeAccounts(accounts: Accounts): Accounts {
  return {
    ...accounts,
    next_accounts: undefined,
    next_due: undefined,
    next_made_up_to: undefined,
    overdue: undefined,
  };
}

/** Marks the next accounts as overdue, or as not overdue. */
export function markOverdue(accounts: Accounts, isOverdue: boolean): Accounts {
  const overdue: true | undefined = isOverdue ? true : undefined;
  const next = accounts.next_accounts && { ...accounts.next_accounts, overdue };
  return { ...accounts, next_accounts: next, overdue };
}

/** Makes the state after a statement made up to `last`. Without one, the first statement is due after `from`. */
export function awaitStatement(from: Day, last: Day | undefined): ConfirmationStatement {
  const next = addDays(addMonths(from, 12), last === undefined ? -1 : 0);
  return { last_made_up_to: last, next_due: addDays(next, 14), next_made_up_to: next, overdue: undefined };
}

/** Makes the state of a company that has filed every statement that was due by `day`. */
export function statementMadeBy(createdOn: Day, day: Day): ConfirmationStatement {
  const years = yearsBetween(createdOn, day);
  if (years < 1) return awaitStatement(createdOn, undefined);
  const last = addMonths(createdOn, 12 * years);
  return awaitStatement(last, last);
}

function awaiting(accounts: Accounts, next: AccountingPeriod): Accounts {
  return {
    ...accounts,
    next_accounts: next,
    next_due: next.due_on,
    next_made_up_to: next.period_end_on,
    overdue: undefined,
  };
}

function periodUpTo(end: Day): AccountingPeriod {
  return period(addDays(endOfMonth(addMonths(end, -12)), 1), end, endOfMonth(addMonths(end, 9)));
}

function period(start: Day, end: Day, dueOn: Day): AccountingPeriod {
  return { due_on: dueOn, overdue: undefined, period_end_on: end, period_start_on: start };
}

/** Makes the reference date. Its day is text, and sometimes a number. */
function referenceDate(random: Random, end: Day): Accounts['accounting_reference_date'] {
  const day = end.slice(8);
  return { day: chance(random, 0.05) ? Number(day) : day, month: end.slice(5, 7) };
}
