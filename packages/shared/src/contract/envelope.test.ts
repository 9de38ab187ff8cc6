import { describe, expect, it } from '@jest/globals';
import { glance, parseLine } from './envelope.ts';
import { companyNumberOf } from './resource-uri.ts';

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
      raw: line,
      deviations: [],
    });
  });

  it('replaces what can not be held, wherever it stands, and says where', () => {
    const line = event(
      {
        resource_uri: '/company/09876543/x\0y',
        resource_kind: 'a\ud800',
        data: { 'na\0me': 'A\0', list: [{ size: 1 }] },
      },
      { 'k\0': 1 },
    ).replace('"size":1', '"size":1e9999');
    expect(read(line)).toMatchObject({
      resourceUri: '/company/09876543/x\ufffdy',
      resourceKind: 'a\ufffd',
      data: { 'na\ufffdme': 'A\ufffd', list: [{ size: '1e9999' }] },
      raw: line,
      deviations: [
        { kind: 'unstorable', path: '$.resource_kind', value: 'half a surrogate pair' },
        { kind: 'unstorable', path: '$.resource_uri', value: 'U+0000' },
        { kind: 'unstorable', path: 'na\ufffdme', value: 'U+0000' },
        { kind: 'unstorable', path: 'list[].size', value: 'a number that is too long' },
        { kind: 'unstorable', path: '$.event.k\ufffd', value: 'U+0000' },
      ],
    });
  });

  it('reads a line that begins with a byte order mark without it, and says so', () => {
    const line = `\ufeff${event()}`;
    const mark = { kind: 'unstorable', path: '$', value: 'a byte order mark' };
    expect(read(line)).toMatchObject({ line: event(), raw: line, deviations: [mark] });
    expect(glance(line)).toEqual({ kind: 'event', timepoint: 22769811 });
    expect(glance(`\ufeff{ "event" : { "timepoint" : 8 } }`)).toEqual({ kind: 'event', timepoint: 8 });
    expect(refuse(`\ufeff${line}`).reason).toBe('unreadable');
  });

  it.each([[undefined], [null], ['']])(
    'takes an event of the type %p for one that changed, and says so',
    (type) => {
      const missing = { kind: 'missing-field', path: '$.event.type', value: null };
      expect(read(event({}, { type }))).toMatchObject({ type: 'changed', deviations: [missing] });
      expect(refuse(event({ data: null }, { type })).path).toBe('data');
    },
  );

  it('accepts a timepoint that is a string of digits', () => {
    expect(read(event({}, { timepoint: '22769811' })).timepoint).toBe(22769811);
  });

  it('normalises a URI without its leading slash', () => {
    expect(read(event({ resource_uri: 'company/09876543/exemptions' })).resourceUri).toBe(
      '/company/09876543/exemptions',
    );
  });

  it.each([
    ['company/sc123456/exemptions', '/company/SC123456/exemptions'],
    ['/company/sc123456', '/company/SC123456'],
    ['/company/ip10067r/filing-history/MzAwaBc', '/company/IP10067R/filing-history/MzAwaBc'],
    ['/company/abc', '/company/abc'],
    ['/company/toolongnumber/charges/a', '/company/toolongnumber/charges/a'],
    ['/disqualified-officers/natural/aBcDeFgH', '/disqualified-officers/natural/aBcDeFgH'],
    ['/x/company/sc123456', '/x/company/sc123456'],
  ])('writes %s as %s, in an event and in a letter', (uri, normal) => {
    expect(read(event({ resource_uri: uri })).resourceUri).toBe(normal);
    expect(refuse(event({ resource_uri: uri, data: null })).resourceUri).toBe(normal);
    expect(read(event({ resource_uri: normal })).resourceUri).toBe(normal);
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
    ['an empty string', '', null],
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
    ['a type that is no word', event({}, { type: 0 }), 'envelope', 22769811],
    ['a position that is no object', event({ event: 'changed' }), 'envelope', null],
    ['no timepoint', event({}, { timepoint: undefined }), 'envelope', null],
    ['a fraction for a timepoint', event({}, { timepoint: 1.5 }), 'envelope', null],
    ['a negative timepoint', event({}, { timepoint: -1 }), 'envelope', null],
    ['a changed event without a document', event({ data: null }), 'envelope', 22769811],
    ['a changed event whose document is a list', event({ data: [] }), 'envelope', 22769811],
  ])('refuses %s and says which timepoint it had', (_title, line, reason, timepoint) => {
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

  it("distinguishes the publisher's error line from a broken event", () => {
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
