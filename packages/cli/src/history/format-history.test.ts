import { describe, expect, it } from '@jest/globals';
import { formatHistory, type History } from './format-history.ts';
import type { HistoryEvent } from './history.ts';

const event = (changes: Partial<HistoryEvent> = {}): HistoryEvent => ({
  stream: 'companies',
  timepoint: 104,
  resource_uri: '/company/09876543',
  published_at: new Date('2026-03-02T10:15:30.250Z'),
  received_at: new Date('2026-03-02T10:15:31Z'),
  what: 'changed',
  changes: [],
  ...changes,
});
const format = (changes: Partial<History>) =>
  formatHistory({
    company: { company_number: '09876543', company_name: 'PARGETER CANAL LTD' },
    beginnings: [],
    events: [],
    total: 0,
    ...changes,
  }).split('\n');

describe('Timepoint, formatting a history,', () => {
  it('shows the company and a block for each event', () => {
    const changes = [
      { path: 'company_status', from: 'active', to: 'dissolved' },
      { path: 'accounts.accounting_reference_date.day', from: 30, to: '30' },
      { path: 'sic_codes[1]', from: '62020' },
      { path: 'date_of_cessation', to: null },
    ];
    const events = [event({ what: 'first seen', timepoint: 101 }), event({ changes })];
    expect(format({ events, total: 2 })).toEqual([
      'PARGETER CANAL LTD (09876543), 2 events',
      '',
      '2026-03-02 10:15:30Z  companies  101  first seen  /company/09876543',
      '',
      '2026-03-02 10:15:30Z  companies  104  changed  /company/09876543',
      '  company_status: "active" → "dissolved"',
      '  accounts.accounting_reference_date.day: 30 → "30"',
      '  sic_codes[1]: "62020" → –',
      '  date_of_cessation: – → null',
    ]);
  });

  it('names what it does not show, and where a log begins', () => {
    const beginnings = [{ stream: 'companies', expired_up_to: 100 }];
    expect(format({ events: [event()], total: 12, beginnings }).slice(0, 2)).toEqual([
      'PARGETER CANAL LTD (09876543), 1 of 12 events',
      'the log of companies begins after timepoint 100',
    ]);
  });

  it('shows the time of reception when that of publication is not known', () => {
    expect(format({ events: [event({ published_at: null })] })[2]).toMatch(/^2026-03-02 10:15:31Z {2}/);
  });

  it('cuts long values at 80 characters and never within one', () => {
    const changes = [{ path: 'a', from: 'x'.repeat(100), to: `${'x'.repeat(77)}😀😀` }];
    expect(format({ events: [event({ changes })] })[3]).toBe(
      `  a: "${'x'.repeat(78)}… → "${'x'.repeat(77)}…`,
    );
  });

  it('keeps a name with line breaks and terminal commands on its line', () => {
    const company = { company_number: '09876543', company_name: 'A\n\u001b[2JB' };
    expect(format({ company })).toEqual(['A\\n\\u001b[2JB (09876543), 0 events']);
    const unnamed = { company_number: '09876543', company_name: null };
    expect(format({ company: unnamed })[0]).toMatch(/^a company whose name is not known \(09876543\)/);
  });
});
