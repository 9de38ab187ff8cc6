import type { StreamName } from '@timepoint/shared/contract/streams';
import type { ResourceTruth } from '../truth/fold.ts';

/** The rows of a file. */
export interface Contents {
  /** The number of rows of all parts. */
  readonly rows: number;
  /** The resource of a row, by the index of the row. */
  resource(index: number): SnapshotResource;
  /** Writes the rows of a part, with its header or totals. */
  write(share: Share): Generator<Piece>;
}

/** A resource as a perfect reader of the API would hold it. */
export interface SnapshotResource {
  readonly resource_uri: string;
  readonly stream: StreamName;
  readonly data: object;
}

/** The rows of a part: from `from` up to, but not including, `to`. */
export interface Share {
  readonly from: number;
  readonly to: number;
  readonly isLast: boolean;
}

/** Text of a file, or bytes that are no valid text. */
export type Piece = string | Buffer;

/** Reads the ground truth of a stream at the moment of the file. A stream that is not simulated has none. */
export type ReadTruth = (stream: StreamName) => Promise<readonly ResourceTruth[]>;

/** Computes the rows of a part. All parts have about the same number of rows. */
export function shareOf(rows: number, { part, parts }: { part: number; parts: number }): Share {
  const end = (ofPart: number) => Math.floor((rows * ofPart) / parts);
  return { from: end(part - 1), to: end(part), isLast: part === parts };
}
