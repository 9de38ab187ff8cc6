import {
  findFileSchemaDrift,
  type SchemaDrift,
} from '@timepoint/shared/contract/documents/find-schema-drift';
import type { Deviation } from '@timepoint/shared/contract/envelope';
import { storableText } from '@timepoint/shared/contract/storable-json';
import type { StreamName } from '@timepoint/shared/contract/streams';

/** A resource as a file tells of it. */
export interface SnapshotRow {
  /** The line of the file on which it begins. The header of a CSV file is line 1. */
  readonly line: number;
  /** The register table that it belongs to. */
  readonly stream: StreamName;
  /** With a leading slash. */
  readonly resourceUri: string;
  /** As the stream says it; `''` for a kind that the stream has no word for. */
  readonly resourceKind: string;
  /** Upper case, with the zeros at its front. */
  readonly companyNumber: string;
  /** The document in the shape of the API, as JSON that a jsonb column takes. */
  readonly json: string;
  /** How it differs from what is documented, when it does. */
  readonly drift?: readonly SchemaDrift[];
  /** The line, when something of it was replaced; a byte that is no UTF-8 is a lone surrogate. */
  readonly raw?: string;
}

/** A line of a file that is no row. */
export interface SnapshotReject {
  readonly line: number;
  /** What is wrong, with the column or field and its value. */
  readonly reason: string;
  /** The beginning of the line, as a text column takes it. */
  readonly raw: string;
}

/** How many there are, by the file's own account. */
export interface SnapshotTotals {
  readonly controllers: number;
  readonly statements: number;
  readonly exemptions: number;
}

/** Consecutive lines of a file. Where pieces are cut depends on nothing but the lines. */
export interface SnapshotPiece {
  readonly rows: readonly SnapshotRow[];
  readonly rejects: readonly SnapshotReject[];
  readonly totals?: SnapshotTotals;
}

/** What is to be noted of a row beside itself: how its document differs, and the line when something was replaced. */
export function noteOf(
  stream: StreamName,
  document: unknown,
  { deviations, raw }: { deviations: readonly Deviation[]; raw: string },
): Pick<SnapshotRow, 'drift' | 'raw'> {
  const drift = findFileSchemaDrift(stream, document, deviations);
  return { ...(drift.length > 0 && { drift }), ...(deviations.length > 0 && { raw }) };
}

/** So many rows and rejects make a piece: less than a megabyte, and a few milliseconds of work. */
const PIECE_SIZE = 1_000;
/** Of a rejected line this much is kept as evidence, in characters: all of nearly any line. */
const RAW_CHARACTERS = 2_000;

/** Gathers what lines turned out to be until there is enough for a piece. */
export class PieceBuilder {
  #rows: SnapshotRow[] = [];
  #rejects: SnapshotReject[] = [];
  #totals: SnapshotTotals | null = null;

  /** Whether the piece is big enough to be handed on. */
  get isFull(): boolean {
    return this.#rows.length + this.#rejects.length >= PIECE_SIZE;
  }

  get isEmpty(): boolean {
    return this.#rows.length + this.#rejects.length === 0 && this.#totals === null;
  }

  addRow(row: SnapshotRow): void {
    this.#rows.push(row);
  }

  /** Takes a line of which `raw` is the text, in which bytes that are not UTF-8 may stand as lone surrogates. */
  addReject(line: number, reason: string, raw: string): void {
    const evidence = storableText(raw.slice(0, RAW_CHARACTERS));
    this.#rejects.push({ line, reason, raw: evidence.replace(/\r?\n$/, '') });
  }

  setTotals(totals: SnapshotTotals): void {
    this.#totals = totals;
  }

  /** Hands out what was gathered, and starts anew. */
  take(): SnapshotPiece {
    const piece = { rows: this.#rows, rejects: this.#rejects };
    const totals = this.#totals;
    this.#rows = [];
    this.#rejects = [];
    this.#totals = null;
    return totals === null ? piece : { ...piece, totals };
  }
}
