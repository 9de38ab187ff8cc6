import {
  findFileSchemaDrift,
  type SchemaDrift,
} from '@timepoint/shared/contract/documents/find-schema-drift';
import type { Deviation } from '@timepoint/shared/contract/envelope';
import { storableText } from '@timepoint/shared/contract/storable-json';
import type { StreamName } from '@timepoint/shared/contract/streams';

/** A resource of a file. */
export interface SnapshotRow {
  /** The line of the file on which it begins. The header of a CSV file is line 1. */
  readonly line: number;
  /** The register table that it belongs to. */
  readonly stream: StreamName;
  /** With a leading slash. */
  readonly resourceUri: string;
  /** In the word of the stream; `''` for a kind that the stream has no word for. */
  readonly resourceKind: string;
  /** In upper case, with leading zeros. */
  readonly companyNumber: string;
  /** The document in the shape of the API, as JSON that a jsonb column takes. */
  readonly json: string;
  /** Its schema drift; absent when there is none. */
  readonly drift?: readonly SchemaDrift[];
  /** The line, when a part of it was replaced. A byte that is not UTF-8 is a lone surrogate. */
  readonly raw?: string;
}

/** A line of a file that is not a valid row. */
export interface SnapshotReject {
  readonly line: number;
  /** The fault, with the column or field and its value. */
  readonly reason: string;
  /** The beginning of the line, as text that a text column takes. */
  readonly raw: string;
}

/** The totals that the file states. */
export interface SnapshotTotals {
  readonly controllers: number;
  readonly statements: number;
  readonly exemptions: number;
}

/** Consecutive lines of a file. Where pieces end depends only on the lines. */
export interface SnapshotPiece {
  readonly rows: readonly SnapshotRow[];
  readonly rejects: readonly SnapshotReject[];
  readonly totals?: SnapshotTotals;
}

/** What a row has beside its document: its schema drift, and the line when a part of it was replaced. */
export function noteOf(
  stream: StreamName,
  document: unknown,
  { deviations, raw }: { deviations: readonly Deviation[]; raw: string },
): Pick<SnapshotRow, 'drift' | 'raw'> {
  const drift = findFileSchemaDrift(stream, document, deviations);
  return { ...(drift.length > 0 && { drift }), ...(deviations.length > 0 && { raw }) };
}

/** The number of rows and rejects in a piece: less than a megabyte, and a few milliseconds of work. */
const PIECE_SIZE = 1_000;
/** How much of a rejected line is kept, in characters: nearly every line is shorter. */
const RAW_CHARACTERS = 2_000;

/** Collects rows and rejects until there are enough for a piece. */
export class PieceBuilder {
  #rows: SnapshotRow[] = [];
  #rejects: SnapshotReject[] = [];
  #totals: SnapshotTotals | null = null;

  /** Whether the piece has its full size. */
  get isFull(): boolean {
    return this.#rows.length + this.#rejects.length >= PIECE_SIZE;
  }

  get isEmpty(): boolean {
    return this.#rows.length + this.#rejects.length === 0 && this.#totals === null;
  }

  addRow(row: SnapshotRow): void {
    this.#rows.push(row);
  }

  /** Adds a rejected line. In `raw`, its text, bytes that are not UTF-8 may be lone surrogates. */
  addReject(line: number, reason: string, raw: string): void {
    const evidence = storableText(raw.slice(0, RAW_CHARACTERS));
    this.#rejects.push({ line, reason, raw: evidence.replace(/\r?\n$/, '') });
  }

  setTotals(totals: SnapshotTotals): void {
    this.#totals = totals;
  }

  /** Returns the piece, and begins the next one. */
  take(): SnapshotPiece {
    const piece = { rows: this.#rows, rejects: this.#rejects };
    const totals = this.#totals;
    this.#rows = [];
    this.#rejects = [];
    this.#totals = null;
    return totals === null ? piece : { ...piece, totals };
  }
}
