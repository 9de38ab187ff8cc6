import { describe, expect, it } from '@jest/globals';
import { formatEvent, formatStatusChange } from './format-event.ts';

const times = { published_at: new Date('2026-03-02T10:15:30.900Z'), received_at: new Date(0) };
const event = {
  ...times,
  stream: 'companies',
  timepoint: 104,
  type: 'changed',
  company_number: '09876543',
  resource_uri: '/company/09876543',
  company_name: 'PARGETER CANAL LTD',
  company_status: 'active',
} as const;
const change = {
  ...times,
  timepoint: 104,
  company_number: '09876543',
  company_name: 'PARGETER CANAL LTD',
  from_status: 'active',
  from_status_detail: null,
  to_status: 'active',
  to_status_detail: 'active-proposal-to-strike-off',
};

describe('Timepoint, formatting an event on a line,', () => {
  it('shows a company with its name and status', () => {
    expect(formatEvent(event)).toBe(
      '2026-03-02 10:15:30Z  companies  104  changed  09876543  /company/09876543  PARGETER CANAL LTD  active',
    );
  });

  it('shows a resource without a company and without a description', () => {
    const resource_uri = '/disqualified-officers/natural/abc';
    const unknown = { company_number: null, company_name: null, company_status: null, published_at: null };
    expect(formatEvent({ ...event, ...unknown, stream: 'disqualified-officers', resource_uri })).toBe(
      `1970-01-01 00:00:00Z  disqualified-officers  104  changed  –  ${resource_uri}`,
    );
  });

  it('shows a change of status with its details', () => {
    expect(formatStatusChange(change)).toBe(
      '2026-03-02 10:15:30Z  09876543  PARGETER CANAL LTD: active → active (active-proposal-to-strike-off)',
    );
  });

  it('shows the first status that is known, and a company without a name', () => {
    expect(formatStatusChange({ ...change, company_name: null, from_status: null })).toBe(
      '2026-03-02 10:15:30Z  09876543: – → active (active-proposal-to-strike-off)',
    );
  });

  it('keeps it on one line', () => {
    expect(formatEvent({ ...event, company_name: 'A\r\nB\u2028C' })).toMatch(
      / {2}A\\r\\nB\\u2028C {2}active$/,
    );
  });
});
