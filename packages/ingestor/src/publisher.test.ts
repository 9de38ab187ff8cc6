import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MAX_BATCH_BYTES } from '@timepoint/shared/contract/job';
import { shift, type Timepoint } from '@timepoint/shared/contract/timepoint';
import { until } from '@timepoint/testkit/until';
import { collectMs } from './collect-ms.ts';
import { Publisher } from './publisher.ts';

const at = (timepoint: number) => shift(0 as Timepoint, timepoint);

function open(wait: () => number) {
  const published: number[][] = [];
  const publish = async ({ after, upTo }: { after: number; upTo: number }) => {
    published.push([after, upTo]);
  };
  const publisher = new Publisher(at(100), publish, wait);
  const add = (timepoint: number, text = `line ${timepoint}`) => {
    const line = { text, bytes: Buffer.byteLength(text), undecodable: null };
    publisher.add({ upTo: at(timepoint), lines: [line] }, Date.now());
  };
  return { publisher, published, add };
}

it('Timepoint publishes nothing after the first failure, which is the ending of the connection', async () => {
  const tried: number[] = [];
  const publisher = new Publisher(at(100), async ({ upTo }) => {
    tried.push(upTo);
    throw new Error('no queue');
  });
  for (const timepoint of [101, 102]) {
    publisher.add({ upTo: at(timepoint), lines: [] }, Date.now());
    await publisher.drain();
  }
  expect(tried).toEqual([101]);
  expect(publisher.failed.reason).toEqual({ kind: 'queue-lost', message: 'no queue' });
});

describe('Timepoint, collecting events for a job,', () => {
  it('publishes at once while few jobs wait, and collects 50 to 100 ms when they pile up', () => {
    for (const few of [0, 1, 16]) expect(collectMs(few)).toBe(0);
    const waits = [17, 40, 66, 1_000_000].map(collectMs);
    expect(waits).toEqual([51, 74, 100, 100]);
  });

  it('publishes an event alone when there is no wait', async () => {
    const { published, add } = open(() => 0);
    add(101);
    await until(() => published.length === 1);
    add(102);
    await until(() => published.length === 2);
    expect(published).toEqual([
      [100, 101],
      [101, 102],
    ]);
  });

  it('puts what one chunk brought into one job, also without a wait', async () => {
    const { published, publisher, add } = open(() => 0);
    const chunk = (async function* () {
      for (let timepoint = 101; timepoint <= 140; timepoint += 1) yield timepoint;
    })();
    for await (const timepoint of chunk) add(timepoint);
    await publisher.drain();
    expect(published).toEqual([[100, 140]]);
  });

  it('puts what comes while it waits into one job', async () => {
    const { published, add } = open(() => 1_000);
    add(101);
    await new Promise(setImmediate);
    add(102);
    add(103);
    await until(() => published.length > 0);
    expect(published).toEqual([[100, 103]]);
  });

  it('ends the wait at once when nothing more comes, and waits no more then', async () => {
    const { publisher, published, add } = open(() => 3_600_000);
    add(101);
    await new Promise(setImmediate);
    add(102);
    await publisher.drain();
    expect(published).toEqual([[100, 102]]);
    add(103);
    await publisher.drain();
    expect(published).toHaveLength(2);
  });

  it('ends the wait when a batch is full, so that no more bytes are held than without it', async () => {
    const { publisher, published, add } = open(() => 3_600_000);
    const line = randomBytes(MAX_BATCH_BYTES / 8).toString('hex');
    for (let timepoint = 101; timepoint <= 140; timepoint += 1) {
      add(timepoint, line);
      if (publisher.bytes >= MAX_BATCH_BYTES) await until(() => publisher.bytes < MAX_BATCH_BYTES);
    }
    expect(published).toHaveLength(10);
    expect(publisher.bytes).toBe(0);
  });
});
