import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Only this much of the end of a log is read, in bytes. */
const TAIL_BYTES = 64 * 1024;

/** The last lines of a log file after the byte `from`. Empty when the file does not exist. */
export function lastLines(file: string, count: number, from = 0): string[] {
  try {
    return readTail(file, from).split('\n').filter(Boolean).slice(-count);
  } catch {
    return [];
  }
}

function readTail(file: string, from: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(from, size - TAIL_BYTES);
    const buffer = Buffer.alloc(Math.max(size - start, 0));
    readSync(descriptor, buffer, 0, buffer.length, start);
    return buffer.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}
