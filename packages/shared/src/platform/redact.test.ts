import { describe, expect, it } from '@jest/globals';
import { redactor } from './redact.ts';

const redact = (secrets: string[], line: object) => JSON.parse(redactor(secrets)(JSON.stringify(line)));

describe('Timepoint, keeping secrets out of a line,', () => {
  it.each(['a', '"', ':', '{', '1', ',', '\\', 'e', 'in', '\n'])(
    'breaks no line for the secret %j',
    (secret) => {
      const line = { level: 'info', timepoint: 11, msg: 'a line: {1, "in"}', list: ['e', 1, null] };
      expect(redact([secret], line)).toEqual(line);
    },
  );

  it('leaves names, numbers and what says how a line is read', () => {
    const line = { level: 'info', name: 'timepoint', timepoint: 1234567890, msg: 'timepoint 1234567890' };
    expect(redact(['timepoint', '1234567890', 'info'], line)).toEqual({
      ...line,
      msg: '[redacted] [redacted]',
    });
  });

  it('takes a short one out only where it is a word', () => {
    expect(redact(['root'], { msg: 'root is rooted: postgres://root:root@host' })).toEqual({
      msg: '[redacted] is rooted: postgres://[redacted]:[redacted]@host',
    });
  });

  it('takes out one of any characters', () => {
    const printable = Array.from({ length: 95 }, (_, place) => String.fromCharCode(32 + place));
    for (const character of printable) {
      const secret = `key${character}1`;
      expect(redact([secret], { msg: `it is ${secret}.` })).toEqual({ msg: 'it is [redacted].' });
    }
  });

  it.each(['pass "word" \\ here', 'p%40ss/wörd+', 'line\nbreak-secret', '$&$1-secret', 'ab(c]d^-secret'])(
    'takes out %j however it is written',
    (secret) => {
      const basic = Buffer.from(`${secret}:`).toString('base64');
      const line = {
        msg: `x${secret}y`,
        err: { url: `http://${encodeURIComponent(secret)}@h`, header: basic },
      };
      const text = redactor([secret])(JSON.stringify(line));
      expect(JSON.parse(text)).toEqual({
        msg: 'x[redacted]y',
        err: { url: 'http://[redacted]@h', header: '[redacted]' },
      });
    },
  );
});
