import { describe, expect, it } from '@jest/globals';
import { STREAMS } from '@timepoint/shared/contract/streams';
import { problemsStatement } from './find-row-problems.ts';
import { FOLD, FOLD_DIFFERING } from './fold-log.ts';

const squeeze = (text: string) => text.replace(/\s+/g, ' ').trim();

describe('Timepoint, folding the log,', () => {
  it.each(STREAMS)('verifies $name by the fold from which its table is rebuilt', (stream) => {
    const fold = squeeze(FOLD).replace(/^insert into rebuilt \(.*?\) /, '');
    expect(fold).toMatch(/^select newest\.resource_uri/);
    expect(squeeze(problemsStatement(stream))).toContain(`expected as ( ${fold} )`);
  });

  it('folds some resources as it folds all', () => {
    const condition = ' and resource_uri in (select resource_uri from differing)';
    expect(squeeze(FOLD_DIFFERING)).toContain(condition);
    expect(squeeze(FOLD_DIFFERING).replace(condition, '')).toBe(squeeze(FOLD));
  });
});
