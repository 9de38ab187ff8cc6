import { createLottery, type Random } from '../../random.ts';
import type { ListedAccounts, ListedCompany } from './listed-company.ts';
import type { PaddingCalendar } from './padding-calendar.ts';

/** The last and the next filings of companies of the padding. */
export interface PaddingDuties {
  accounts(random: Random, created: number): ListedAccounts;
  annualReturn(created: number): ListedCompany['annual_return'];
  confirmationStatement(created: number): ListedCompany['confirmation_statement'];
}

const YEAR_DAYS = 365;
const MONTHS_PER_DAY = 12 / 365.25;
/** The months from the end of a year until its accounts are due. */
const FILING_MONTHS = 9;

const drawAccountType = createLottery<string | undefined>([
  [30, 'micro-entity'],
  [15, 'dormant'],
  [25, 'total-exemption-full'],
  [4, 'unaudited-abridged'],
  [2, 'full'],
  [1, 'group'],
  [1, 'audit-exemption-subsidiary'],
  // The file often has no category.
  [22, undefined],
]);

/** Creates the filings. Days of creation are numbers of the calendar. */
export function createPaddingDuties({
  day,
  monthEnd,
  today,
  month,
  lastReturns,
}: PaddingCalendar): PaddingDuties {
  /** The last anniversary, in years of 365 days. Invented companies need no leap years. */
  const lastOf = (created: number, upTo: number) =>
    created + Math.floor((upTo - created) / YEAR_DAYS) * YEAR_DAYS;
  const yearly = (created: number, last: number, days: number) => {
    const next_due = day(Math.max(last, created) + YEAR_DAYS + days);
    return last > created ? { last_made_up_to: day(last), next_due } : { next_due };
  };

  return {
    accounts(random, created) {
      const firstEnd = Math.floor(created * MONTHS_PER_DAY) + 12;
      const years = Math.max(-1, Math.floor((month - FILING_MONTHS - firstEnd) / 12));
      const lastEnd = firstEnd + 12 * years;
      const reference = monthEnd(firstEnd);
      return {
        accounting_reference_date: { day: reference.slice(8), month: reference.slice(5, 7) },
        last_accounts:
          years < 0 ? { type: 'null' } : { made_up_to: monthEnd(lastEnd), type: drawAccountType(random) },
        next_due: monthEnd(lastEnd + 12 + FILING_MONTHS),
      };
    },
    annualReturn: (created) => yearly(created, lastOf(created, lastReturns), 28),
    confirmationStatement: (created) => yearly(created, lastOf(created, today), 14),
  };
}
