/** What the pure half of a node asks of its host, whether a real process or the simulator. */
import type { EndpointId, MachineEvent, OperationResult, Stream } from '../machine/contract.ts'

export interface Datagram {
  readonly to: EndpointId
  /** At most 8 KiB: an envelope that holds several messages, or one fragment of a large one. */
  readonly bytes: Uint8Array
}

/**
 * One batch to append and sync. The host writes `bytes` at `offset`, syncs (as the sync mode says), writes `mark` over the
 * stream's side file, and only then tells the core `stored`. The core never has two of one stream in flight.
 */
export interface DiskWrite {
  readonly stream: Stream
  readonly offset: number
  readonly bytes: Uint8Array
  /** The position of the last record in the batch. */
  readonly upTo: number
  /** 24 bytes for the side file: the synced length twice and a CRC. */
  readonly mark: Uint8Array
}

/** What one turn wants done. The host sends and starts the writes in any order: gated messages are held back by the core. */
export interface Turn {
  readonly datagrams: readonly Datagram[]
  readonly writes: readonly DiskWrite[]
  readonly events: readonly MachineEvent[]
  readonly results: readonly OperationResult[]
  /** Absolute, in `nowUs` time; Infinity for never. */
  readonly deadlineUs: number
}

/** A stream's bytes as a host finds them at start. `mark` is null when there is no side file. */
export interface StoredStream {
  readonly bytes: Uint8Array
  readonly mark: Uint8Array | null
}

/** What an endpoint without a disk recovers. */
export const NOTHING_STORED: StoredStream = { bytes: new Uint8Array(0), mark: null }

/** What recovery makes of a stream. */
export interface RecoveredStream {
  readonly records: readonly Uint8Array[]
  /** Bytes to keep; a torn tail beyond is cut by the host. */
  readonly length: number
  /** CRC of the last good batch, which the next batch repeats. */
  readonly lastCrc: number
  /** Bytes of torn tail dropped, for an event. */
  readonly tornBytes: number
}
