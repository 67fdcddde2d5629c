/**
 * What a stream's bytes are worth after a crash. Only one batch is ever on its way to the disk, so only the last can be
 * torn, and only above the mark: the synced length, which the host writes before anything that depends on it leaves.
 * Anything else that does not read is damage, and a node that cut its log there could lose what it promised (Alagappan et
 * al., "Protocol-Aware Recovery", FAST '18).
 */
import type { Stream } from '../machine/contract.ts'
import type { Crc32 } from './envelope.ts'
import { decodeMark, findBatch, readBatch } from './log-format.ts'
import type { RecoveredStream, StoredStream } from './types.ts'

/** The node must not serve: a record it may have promised is unreadable. */
export class DamagedStream extends Error {
  static override readonly name = 'DamagedStream'
  readonly code = 'damaged'
  readonly stream: Stream
  /** Where the unreadable batch begins, bytes from the start of the stream. */
  readonly offset: number
  readonly reason: string

  constructor(stream: Stream, offset: number, reason: string) {
    super(`${stream} is damaged at byte ${offset}: ${reason}`)
    this.stream = stream
    this.offset = offset
    this.reason = reason
  }
}

/** Throws DamagedStream. An unreadable mark counts as none: then the last batch is ambiguous, and is taken for torn. */
export function recoverStream(stream: Stream, stored: StoredStream, crc32: Crc32): RecoveredStream {
  const { bytes } = stored
  const mark = stored.mark === null ? null : decodeMark(stored.mark, crc32)
  const records: Uint8Array[] = []
  let offset = 0
  let lastCrc = 0
  while (offset < bytes.length) {
    const batch = readBatch(bytes, offset, crc32)
    if (!batch.ok) {
      if (mark !== null && offset < mark) throw new DamagedStream(stream, offset, `${batch.reason}, below the synced length ${mark}`)
      const next = findBatch(bytes, offset + 1, crc32)
      if (next !== null) throw new DamagedStream(stream, offset, `${batch.reason}, but an intact batch follows at byte ${next}`)
      break
    }
    // Both batches are whole, so no torn write explains a broken chain.
    if (batch.previousCrc !== lastCrc) throw new DamagedStream(stream, offset, 'the batch does not follow the one before it')
    for (const record of batch.records) records.push(record)
    offset = batch.end
    lastCrc = batch.crc
  }
  if (mark !== null && offset < mark) throw new DamagedStream(stream, offset, `the stream ends below the synced length ${mark}`)
  return { records, length: offset, lastCrc, tornBytes: bytes.length - offset }
}
