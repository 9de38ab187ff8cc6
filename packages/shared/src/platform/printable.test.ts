import { describe, expect, it } from '@jest/globals';
import { makeJsonPrintable, oneLine, printable, printableJson } from './printable.ts';

const point = (code: number) => String.fromCodePoint(code);
/** Every character except unassigned ones and those of private use, and lone surrogates. */
const ALL = Array.from({ length: 0xe0080 }, (_, code) => point(code)).join('');
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('Timepoint, printing text of others,', () => {
  it('prints no character that a terminal obeys, nor one that hides or reorders', () => {
    expect(oneLine(ALL)).not.toMatch(UNSAFE);
    expect(printable(ALL).replace(/[\n\t]/g, '')).not.toMatch(UNSAFE);
    expect(printableJson({ [ALL]: ALL }, 2).replace(/\n/g, '')).not.toMatch(UNSAFE);
    expect(JSON.parse(makeJsonPrintable(JSON.stringify(ALL))).replace(/[\n\t]/g, '')).not.toMatch(UNSAFE);
  });

  it('shows what was there', () => {
    expect(oneLine(`a${point(0x1b)}[2J\n${point(0x202e)}b${point(0x9b)}${point(0xe0041)}`)).toBe(
      'a\\u001b[2J\\n\\u202eb\\u009b\\udb40\\udc41',
    );
    expect(printable('a\n\tb\r')).toBe('a\n\tb\\r');
    expect(oneLine('Łódź £5 – “é” 公司 😀')).toBe('Łódź £5 – “é” 公司 😀');
  });

  it('keeps JSON exact', () => {
    expect(JSON.parse(printableJson([ALL]))).toEqual([ALL]);
    expect(JSON.parse(makeJsonPrintable(JSON.stringify('a\\u001b\n\u001b\\')))).toBe('a\\u001b\n\\u001b\\');
  });
});
