import type { ResourceTruth } from '../../truth/fold.ts';
import type { Day } from '../../world/calendar.ts';
import { BAD_BYTES_MARK, encodeBadly } from '../bad-bytes.ts';
import type { Contents, Piece, ReadTruth, SnapshotResource } from '../contents.ts';
import { faultsOfRow, type SnapshotFault } from '../faults.ts';
import {
  CONTROLLER_STREAMS,
  type ControllerPadding,
  type ControllerStream,
  PERIOD_LINES,
} from './controller-padding.ts';
import { type ControllerCounts, totalsOf } from './totals.ts';

export interface ControllerContentsOptions {
  readonly readTruth: ReadTruth;
  readonly padding: ControllerPadding;
  readonly day: Day;
  /** The least number of lines, without the totals. Controllers that no stream publishes fill the file. */
  readonly rows: number;
  readonly faults: ReadonlySet<SnapshotFault>;
}

/** Opens the file of controllers: those of the world by URI, then the padding, then the totals. */
export async function openControllerContents(options: ControllerContentsOptions): Promise<Contents> {
  const { readTruth, padding, day, faults } = options;
  const own: SnapshotResource[] = [];
  for (const stream of CONTROLLER_STREAMS) own.push(...currentResources(stream, await readTruth(stream)));
  own.sort((a, b) => (a.resource_uri < b.resource_uri ? -1 : 1));
  const rows = Math.max(own.length, options.rows);
  const resource = (index: number) => own[index] ?? padding.resource(index - own.length);
  return {
    rows,
    resource,
    *write({ from, to, isLast }) {
      for (let index = from; index < to; index += 1) yield writeLine(resource(index), faults, index);
      if (!isLast) return;
      const counts = countStreams(own, padding, rows - own.length);
      yield `${JSON.stringify({ data: totalsOf(counts, day, faults.has('wrong-totals')) })}\n`;
    },
  };
}

function currentResources(stream: ControllerStream, resources: readonly ResourceTruth[]): SnapshotResource[] {
  return resources.flatMap(({ resource_uri, deleted, data }) =>
    deleted || data === null ? [] : [{ resource_uri, stream, data }],
  );
}

function writeLine(
  { resource_uri, data }: SnapshotResource,
  faults: ReadonlySet<SnapshotFault>,
  index: number,
): Piece {
  const line = `${JSON.stringify({ company_number: resource_uri.split('/')[2], data })}\n`;
  const wrong = faultsOfRow(faults, index);
  if (wrong.includes('duplicate-row')) return line + line;
  if (wrong.includes('bad-json')) return `${line.slice(0, line.length / 2)}\n`;
  if (wrong.includes('bad-bytes')) return encodeBadly(line.replace('"etag":"', `$&${BAD_BYTES_MARK}`));
  return line;
}

function countStreams(
  own: readonly SnapshotResource[],
  padding: ControllerPadding,
  padded: number,
): ControllerCounts {
  const ownCount = (stream: ControllerStream) => own.filter((resource) => resource.stream === stream).length;
  const inFirst = (stream: ControllerStream, lines: number) => {
    let count = 0;
    for (let index = 0; index < lines; index += 1) if (padding.streamOf(index) === stream) count += 1;
    return count;
  };
  const padCount = (stream: ControllerStream) =>
    Math.floor(padded / PERIOD_LINES) * inFirst(stream, PERIOD_LINES) +
    inFirst(stream, padded % PERIOD_LINES);
  const count = (stream: ControllerStream) => ownCount(stream) + padCount(stream);
  return {
    'persons-with-significant-control': count('persons-with-significant-control'),
    'persons-with-significant-control-statements': count('persons-with-significant-control-statements'),
    'company-exemptions': count('company-exemptions'),
  };
}
