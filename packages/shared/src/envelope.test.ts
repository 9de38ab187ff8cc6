import { describe, expect, it } from '@jest/globals';
import { companyNumberOf, glance, parseLine } from './envelope.ts';

const event = (changes: object = {}, position: object = {}) =>
  JSON.stringify({
    resource_kind: 'company-profile',
    resource_uri: '/company/09876543',
    resource_id: '09876543',
    data: { company_name: 'HALLAM ORCHARD LIMITED', company_status: 'active' },
    event: { timepoint: 22769811, published_at: '2021-01-22T17:03:03', type: 'changed', ...position },
    ...changes,
  });

const read = (line: string) => {
  const parsed = parseLine(line);
  if (!parsed.isEvent) throw new Error(`not an event: ${parsed.broken.detail}`);
  return parsed.event;
};

const refuse = (line: string) => {
  const parsed = parseLine(line);
  if (parsed.isEvent) throw new Error('unexpectedly an event');
  return parsed.broken;
};

describe('Timepoint, reading an envelope,', () => {
  it('understands a changed event and keeps its raw line', () => {
    const line = event();
    expect(read(line)).toEqual({
      timepoint: 22769811,
      type: 'changed',
      resourceUri: '/company/09876543',
      resourceKind: 'company-profile',
      companyNumber: '09876543',
      publishedAt: '2021-01-22T17:03:03.000000Z',
      data: { company_name: 'HALLAM ORCHARD LIMITED', company_status: 'active' },
      line,
    });
  });

  it('accepts a timepoint that is a string of digits', () => {
    expect(read(event({}, { timepoint: '22769811' })).timepoint).toBe(22769811);
  });

  it('normalises a URI without its leading slash', () => {
    expect(read(event({ resource_uri: 'company/09876543/exemptions' })).resourceUri).toBe(
      '/company/09876543/exemptions',
    );
  });

  it('accepts an empty, absent or unknown kind and a null segment', () => {
    expect(read(event({ resource_kind: '' })).resourceKind).toBe('');
    expect(read(event({ resource_kind: undefined })).resourceKind).toBe('');
    expect(read(event({ resource_kind: 'company-new' })).resourceKind).toBe('company-new');
    const uri = '/company/11946564/persons-with-significant-control/null/0m2GCXOai2Ep';
    expect(read(event({ resource_uri: uri, resource_kind: '' })).resourceUri).toBe(uri);
  });

  it('accepts a near-empty profile with nothing but links', () => {
    expect(read(event({ data: { links: { self: '/company/09876543' } } })).data).toEqual({
      links: { self: '/company/09876543' },
    });
  });

  it.each([
    ['a whole document', { company_name: 'X' }, { company_name: 'X' }],
    ['a stub of links', { links: {} }, { links: {} }],
    ['null', null, null],
    ['nothing', undefined, null],
    ['a string', 'gone', null],
  ])('accepts a delete that carries %s', (_title, data, expected) => {
    expect(read(event({ data }, { type: 'deleted' })).data).toEqual(expected);
  });

  it('keeps an event whose publication time can not be read', () => {
    expect(read(event({}, { published_at: 'yesterday' })).publishedAt).toBeNull();
    expect(read(event({}, { published_at: undefined })).publishedAt).toBeNull();
  });

  it('tolerates unknown fields at every level', () => {
    expect(read(event({ extra: 1 }, { fields_changed: ['a'], extra: [] })).timepoint).toBe(22769811);
  });

  it.each([
    ['a broken JSON', '{"resource_uri":"/company/09876543","da', 'unreadable', null],
    ['an empty object', '{}', 'envelope', null],
    ['a number', '42', 'envelope', null],
    ['a list', '[]', 'envelope', null],
    ['no URI', event({ resource_uri: undefined }), 'envelope', 22769811],
    ['an empty URI', event({ resource_uri: '' }), 'envelope', 22769811],
    ['an unknown type', event({}, { type: 'created' }), 'envelope', 22769811],
    ['no timepoint', event({}, { timepoint: undefined }), 'envelope', null],
    ['a fraction for a timepoint', event({}, { timepoint: 1.5 }), 'envelope', null],
    ['a negative timepoint', event({}, { timepoint: -1 }), 'envelope', null],
    ['a changed event without a document', event({ data: null }), 'envelope', 22769811],
    ['a changed event whose document is a list', event({ data: [] }), 'envelope', 22769811],
  ])('refuses %s and tells where it stood', (_title, line, reason, timepoint) => {
    expect(refuse(line)).toMatchObject({ reason, timepoint, line });
    expect(refuse(line).detail).not.toBe('');
  });

  it('names the field that is wrong', () => {
    expect(refuse(event({ resource_uri: undefined })).detail).toMatch(/^resource_uri: /);
    expect(refuse(event({}, { timepoint: 'x' })).detail).toBe('event.timepoint: not a whole number');
  });
});

describe('Timepoint, glancing at a line,', () => {
  it('finds the timepoint of an event, whatever else is wrong with it', () => {
    expect(glance(event())).toEqual({ kind: 'event', timepoint: 22769811 });
    expect(glance('{"event":{"timepoint":"7"}}')).toEqual({ kind: 'event', timepoint: 7 });
  });

  it('is not misled by other timepoints in the document', () => {
    const nested = { event: { timepoint: 5 } };
    expect(glance(event({ data: nested }))).toEqual({ kind: 'event', timepoint: 22769811 });
    expect(glance(event({ data: { note: '"event":{"timepoint":5}' } }))).toEqual({
      kind: 'event',
      timepoint: 22769811,
    });
    expect(glance(`{ "event" : { "timepoint" : 8 } }`)).toEqual({ kind: 'event', timepoint: 8 });
    expect(glance('{"event":{"timepoint":1.5}}')).toEqual({ kind: 'unreadable' });
  });

  it("tells the publisher's error line from a broken event", () => {
    expect(glance('{"error":"stream unavailable"}')).toEqual({
      kind: 'error',
      message: '{"error":"stream unavailable"}',
    });
    expect(glance('{"error":"x","resource_uri":"/company/1"}')).toEqual({ kind: 'unreadable' });
    expect(glance('{"resource_uri":')).toEqual({ kind: 'unreadable' });
  });
});

describe('Timepoint, taking a company number from a URI,', () => {
  it.each([
    ['/company/09876543', '09876543'],
    ['/company/sc123456/charges/abc', 'SC123456'],
    ['/company/IP10067R', 'IP10067R'],
    ['/disqualified-officers/natural/Z1cers1f', null],
    ['/company/toolongnumber', null],
  ])('reads %s as %s', (uri, companyNumber) => {
    expect(companyNumberOf(uri)).toBe(companyNumber);
  });
});
