import { describe, expect, it } from '@jest/globals';
import { isLoopbackHost, isSameOrigin } from './request-origin.ts';

describe('Timepoint, asked by a browser,', () => {
  it.each(['localhost', 'localhost:8080', 'LOCALHOST', '127.0.0.1:8080', '127.1.2.3', '[::1]:8080'])(
    'takes the host %s for this machine',
    (host) => expect(isLoopbackHost(host)).toBe(true),
  );

  it.each([
    undefined,
    '',
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '192.0.2.1',
    'a b',
  ])('takes the host %s for another', (host) => expect(isLoopbackHost(host)).toBe(false));

  it('knows its own pages by what the browser says', () => {
    const host = 'board.example:8080';
    expect(isSameOrigin({ host, 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(isSameOrigin({ host, origin: 'http://board.example:8080' })).toBe(true);
    expect(isSameOrigin({ host: 'Board.example:443', origin: 'https://board.example' })).toBe(false);
    for (const site of ['cross-site', 'same-site', 'none'])
      expect(isSameOrigin({ host, 'sec-fetch-site': site, origin: 'http://board.example:8080' })).toBe(false);
    for (const origin of ['http://evil.example', 'http://board.example', 'null', ''])
      expect(isSameOrigin({ host, origin })).toBe(false);
    expect(isSameOrigin({ host })).toBe(false);
  });
});
