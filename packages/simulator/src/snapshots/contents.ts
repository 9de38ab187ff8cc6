import type { StreamName } from '@timepoint/shared/contract/streams';
import type { ResourceTruth } from '../truth/fold.ts';

/** What a file holds, row by row. */
export interface Contents {
  /** Rows of all parts together. */
  readonly rows: number;
  /** The resource that a row tells of, by the index of the row. */
  resource(index: number): SnapshotResource;
  /** Writes the rows of a part, and what stands before and after them. */
  write(share: Share): Generator<Piece>;
}

/** A resource as a perfect reader of the API would hold it. */
export interface SnapshotResource {
  readonly resource_uri: string;
  readonly stream: StreamName;
  readonly data: object;
}

/** The rows of a part: from one up to, but not with, another. */
export interface Share {
  readonly from: number;
  readonly to: number;
  readonly isLast: boolean;
}

/** Text of a file, or bytes that no text has. */
export type Piece = string | Buffer;

/** What a perfect reader of a stream would hold at the moment of the file; nothing of a stream that is not told. */
export type ReadTruth = (stream: StreamName) => Promise<readonly ResourceTruth[]>;

/** The rows of a part when all are dealt out evenly, in order. */
export function shareOf(rows: number, { part, parts }: { part: number; parts: number }): Share {
  const end = (ofPart: number) => Math.floor((rows * ofPart) / parts);
  return { from: end(part - 1), to: end(part), isLast: part === parts };
}
