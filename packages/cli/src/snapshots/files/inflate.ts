import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { asError } from '@timepoint/shared/platform/errors';
import type { ByteReader } from './byte-reader.ts';

const NOTHING = Buffer.alloc(0);

/**
 * Unpacks deflated bytes of unknown length: the data marks its own end, and bytes behind the end are put back. Zlib
 * works in a separate thread, one block ahead. Returns the number of packed bytes.
 * @throws what zlib throws, `Z_BUF_ERROR` when the bytes end too early.
 */
export async function* inflate(reader: ByteReader): AsyncGenerator<Buffer, number> {
  const inflater = createInflateRaw({ chunkSize: 64 * 1024 });
  const feeding = feed(reader, inflater);
  try {
    yield* inflater;
  } finally {
    inflater.destroy();
  }
  reader.putBack(await feeding);
  return inflater.bytesWritten;
}

/** Writes until zlib has found the end of the data. Returns the bytes that zlib did not use. */
async function feed(reader: ByteReader, inflater: InflateRaw): Promise<Buffer> {
  let unused: Buffer = NOTHING;
  let bytes = 0;
  try {
    while (!inflater.destroyed) {
      const chunk = await reader.read();
      if (chunk === null) {
        inflater.end();
        break;
      }
      await write(inflater, chunk);
      bytes += chunk.length;
      const surplus = bytes - inflater.bytesWritten;
      unused = surplus === 0 ? NOTHING : Buffer.concat([unused, chunk]).subarray(-surplus);
    }
  } catch (error) {
    inflater.destroy(asError(error));
  }
  return unused;
}

/** Resolves when zlib has processed the chunk, or never will, as the data ended before it. */
function write(inflater: InflateRaw, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      inflater.off('close', done);
      resolve();
    };
    inflater.once('close', done);
    inflater.write(chunk, done);
  });
}
