import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Feed } from '../feed.ts';
import type { Moment, Moments } from '../moments.ts';
import { createWords } from '../world/words.ts';
import { openCompanyContents } from './companies/company-contents.ts';
import { createPadding } from './companies/padding.ts';
import type { Contents, ReadTruth } from './contents.ts';
import { openControllerContents } from './controllers/controller-contents.ts';
import { createControllerPadding } from './controllers/controller-padding.ts';
import type { SnapshotFile } from './snapshot-file.ts';
import type { SnapshotQuery } from './snapshot-query.ts';

export interface SnapshotsOptions {
  readonly seed: number;
  readonly feeds: readonly Feed[];
  readonly moments: Moments;
}

/** Opens the contents of snapshot files. Undefined means that the stream companies has no such timepoint. */
export type OpenSnapshot = (file: SnapshotFile, query: SnapshotQuery) => Promise<Contents | undefined>;

/** Creates the function that opens the snapshot files of the world of a seed. */
export function createSnapshots({ seed, feeds, moments }: SnapshotsOptions): OpenSnapshot {
  const words = createWords(seed);
  const truths = new Map(feeds.map(({ stream, truth }) => [stream.name, truth]));
  const readTruthAt =
    (moment: Moment): ReadTruth =>
    async (stream: StreamName) =>
      (await truths.get(stream)?.resources(moment.get(stream))) ?? [];

  return async (file, query) => {
    const moment = await findMoment(moments, file, query);
    if (moment === undefined) return undefined;
    const options = { ...query, readTruth: readTruthAt(moment), day: file.day };
    switch (file.product) {
      case 'companies':
        return openCompanyContents({ ...options, padding: createPadding(seed, words) });
      case 'controllers':
        return openControllerContents({ ...options, padding: createControllerPadding(seed, words) });
    }
  };
}

async function findMoment(
  moments: Moments,
  { day }: SnapshotFile,
  { at }: SnapshotQuery,
): Promise<Moment | undefined> {
  if (at === undefined) return moments.beforeDay(day);
  return at === 'newest' ? moments.newest() : moments.afterCompany(at);
}
