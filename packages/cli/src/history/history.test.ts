import { describe, expect, it } from '@jest/globals';
import type { CompanyEvent } from '@timepoint/database/events/read-company-events';
import fc from 'fast-check';
import { describeHistory } from './history.ts';

const event = (timepoint: number, changes: Partial<CompanyEvent> = {}): CompanyEvent => ({
  stream: 'companies',
  timepoint,
  resource_uri: '/company/09876543',
  type: 'changed',
  published_at: new Date(timepoint * 1_000),
  received_at: new Date(timepoint * 1_000 + 400),
  data: { company_status: 'active' },
  ...changes,
});
const status = (company_status: string) => ({ data: { company_status } });
const deleted = { type: 'deleted', data: null } as const;
const historyOf = (events: readonly CompanyEvent[]) =>
  describeHistory(events).map(({ timepoint, what, changes }) => [timepoint, what, changes]);

describe('Timepoint, describing the history of a company,', () => {
  it('describes every change of A, B and A again', () => {
    expect(historyOf([event(1, status('A')), event(2, status('B')), event(3, status('A'))])).toEqual([
      [1, 'first seen', []],
      [2, 'changed', [{ path: 'company_status', from: 'A', to: 'B' }]],
      [3, 'changed', [{ path: 'company_status', from: 'B', to: 'A' }]],
    ]);
  });

  it('does not count a new etag as a change', () => {
    expect(historyOf([event(1, { data: { etag: 'x' } }), event(2, { data: { etag: 'y' } })])).toEqual([
      [1, 'first seen', []],
      [2, 'published again without a change', []],
    ]);
  });

  it('compares a re-created resource with its last document before the delete', () => {
    expect(
      historyOf([event(1, status('A')), event(2, deleted), event(3, deleted), event(4, status('B'))]),
    ).toEqual([
      [1, 'first seen', []],
      [2, 'deleted', []],
      [3, 'deleted', []],
      [4, 're-created', [{ path: 'company_status', from: 'A', to: 'B' }]],
    ]);
  });

  it('describes no differences of a resource that was deleted before it was known', () => {
    expect(historyOf([event(1, deleted), event(2, status('A')), event(3, status('B'))])).toEqual([
      [1, 'deleted', []],
      [2, 're-created', []],
      [3, 'changed', [{ path: 'company_status', from: 'A', to: 'B' }]],
    ]);
  });

  it('ignores the data of a delete, which may be a stub', () => {
    const stub = event(2, { type: 'deleted', data: { links: {} } });
    expect(historyOf([event(1, status('A')), stub, event(3, status('A'))])).toEqual([
      [1, 'first seen', []],
      [2, 'deleted', []],
      [3, 're-created', []],
    ]);
  });

  it('separates resources with the same URI in two streams', () => {
    expect(historyOf([event(1), event(2, { stream: 'filings' })])).toEqual([
      [1, 'first seen', []],
      [2, 'first seen', []],
    ]);
  });

  it('describes events the same in whatever order they were read', () => {
    const drawn = fc.record({
      stream: fc.constantFrom('companies', 'officers'),
      resource_uri: fc.constantFrom('/company/1', '/company/2'),
      type: fc.constantFrom<CompanyEvent['type']>('changed', 'deleted'),
      data: fc.record({ value: fc.integer({ min: 0, max: 2 }) }),
    });
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (written, order) => {
        const events = written.map((changes, index) => event(index, changes));
        const shuffled = events
          .map((one) => ({ one, key: order.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(describeHistory(shuffled)).toEqual(describeHistory(events));
      }),
    );
  });
});
