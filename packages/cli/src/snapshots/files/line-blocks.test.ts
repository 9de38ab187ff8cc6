import { describe, expect, it } from '@jest/globals';
import { lineBlocks } from './line-blocks.ts';
import { collect, inChunks } from './test-chunks.ts';

const blocks = async (text: string, size: number, maxLineBytes?: number) =>
  (await collect(lineBlocks(inChunks(text, size), { ...(maxLineBytes && { maxLineBytes }) }))).map((block) =>
    block.toString(),
  );

describe('Timepoint, cutting files into lines,', () => {
  it.each([1, 2, 3, 5, 100])('gives whole lines of chunks of %d bytes', async (size) => {
    const text = 'é\n\nab\r\ncdefg\nh';
    const cut = await blocks(text, size);
    expect(cut.join('')).toBe(text);
    expect(cut.slice(0, -1).every((block) => block.endsWith('\n'))).toBe(true);
  });

  it.each([1, 3, 100])('keeps at most the longest line of chunks of %d bytes', async (size) => {
    expect((await blocks('0123456789\nab\n0123456789', size, 4)).join('')).toBe('01234\nab\n01234');
  });
});
