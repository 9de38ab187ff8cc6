import { PassThrough } from 'node:stream';
import { describe, expect, it, jest } from '@jest/globals';
import type { ImportProgress } from './import-snapshot.ts';
import { showProgress } from './show-progress.ts';

const reading: ImportProgress = {
  stage: 'reading',
  stagedRows: 500,
  mergedRows: 100,
  rejects: 2,
  isStuck: false,
};
const merging: ImportProgress = {
  ...reading,
  stage: 'merging',
  stagedRows: 1_000,
  mergedRows: 750,
  isStuck: true,
};

function open(isTTY: boolean, totalBytes: number | null) {
  const stream = new PassThrough({ encoding: 'utf8' });
  const terminal = {
    isTTY,
    columns: 400,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  };
  const output = Object.assign(stream, terminal) as unknown as NodeJS.WriteStream;
  const view = showProgress(output, { totalBytes, readBytes: () => 40 });
  return { view, printed: () => String(stream.read() ?? '') };
}

describe('Timepoint, showing the progress of an import,', () => {
  it('draws a bar on a terminal: by bytes of the file, then by rows, with the time that is left', () => {
    const { view, printed } = open(true, 100);
    view.show(reading);
    expect(printed()).toMatch(/reading \|█{16}░{24}\| 40% · 500 rows · 0 rows\/s/);
    view.show({ ...merging, isStuck: false, mergedRows: 500 });
    view.show(merging);
    const text = printed();
    expect(text).toMatch(
      /merging \|█{30}░{10}\| 75% · 750 rows · \d+ rows\/s · .* left · Nothing is being merged/,
    );
    view.close();
    // At the end the bar is gone: its line is erased.
    expect(printed()).toContain('\u001b[2K');
  });

  it('draws no share on a terminal when the size is unknown', () => {
    const { view, printed } = open(true, null);
    view.show(reading);
    expect(printed()).toMatch(/reading \|░{40}\| 500 rows · 0 rows\/s\n/);
    view.close();
  });

  it('writes a line every five seconds elsewhere, without a percentage when the size is unknown', () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    try {
      const { view, printed } = open(false, null);
      view.show(reading);
      expect(printed()).toBe('');
      jest.advanceTimersByTime(5_000);
      view.show(reading);
      expect(printed()).toMatch(/^reading: 500 rows, \d+ rows\/s, 2 rejects\n$/);
      jest.advanceTimersByTime(5_000);
      view.show(merging);
      view.close();
      expect(printed()).toMatch(/^merging: 75 %, 750 rows, .*no worker runs/);
    } finally {
      jest.useRealTimers();
    }
  });
});
