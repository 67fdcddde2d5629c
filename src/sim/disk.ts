/**
 * A node's disk: two append-only files, each with what was written, what of it is synced, and the side file that says so.
 * A kill keeps the page cache; a power cut keeps what was synced and a random part of the rest, torn anywhere.
 */
import { assert } from '../machine/assert.ts'
import type { Stream } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import type { DiskWrite, StoredStream } from '../node/types.ts'

export const STREAMS: readonly Stream[] = ['log', 'bulk']

interface FileState {
  bytes: Uint8Array
  length: number
  synced: number
  /** The mark before the last one: what a power cut may find, since the side file itself is never synced. */
  olderMark: Uint8Array | null
  mark: Uint8Array | null
  inFlight: DiskWrite | null
}

function emptyFile(): FileState {
  return { bytes: new Uint8Array(4096), length: 0, synced: 0, olderMark: null, mark: null, inFlight: null }
}

function put(file: FileState, offset: number, bytes: Uint8Array): void {
  const end = offset + bytes.length
  if (end > file.bytes.length) {
    const grown = new Uint8Array(Math.max(end, file.bytes.length * 2))
    grown.set(file.bytes.subarray(0, file.length))
    file.bytes = grown
  }
  file.bytes.set(bytes, offset)
  file.length = Math.max(file.length, end)
}

export class SimDisk {
  readonly #random: Random
  readonly #files: Record<Stream, FileState> = { log: emptyFile(), bulk: emptyFile() }

  constructor(random: Random) {
    this.#random = random
  }

  length(stream: Stream): number {
    return this.#files[stream].length
  }

  synced(stream: Stream): number {
    return this.#files[stream].synced
  }

  /** The write is on its way; nobody may count on any of it yet. */
  begin(write: DiskWrite): void {
    const file = this.#files[write.stream]
    assert(file.inFlight === null, 'one write of a stream in flight')
    assert(write.offset === file.length, 'a write appends at the end of what is written')
    file.inFlight = write
  }

  /** The write in flight is written and synced, and the side file says so. */
  complete(stream: Stream): DiskWrite {
    const file = this.#files[stream]
    const write = file.inFlight
    assert(write !== null, 'a completion has its write')
    put(file, write.offset, write.bytes)
    file.synced = file.length
    file.olderMark = file.mark
    file.mark = write.mark
    file.inFlight = null
    return write
  }

  /** SIGKILL: written bytes survive; the write in flight reached the page cache whole, in part, or not at all. */
  kill(): void {
    for (const stream of STREAMS) {
      const file = this.#files[stream]
      const write = file.inFlight
      file.inFlight = null
      if (write === null) continue
      const luck = this.#random.next()
      const kept = luck < 0.5 ? write.bytes.length : luck < 0.75 ? 0 : this.#random.between(0, write.bytes.length)
      put(file, write.offset, write.bytes.subarray(0, kept))
    }
  }

  /** Loses what was not synced, but for a random length of it, which may end inside a record or hold garbage. Returns bytes lost. */
  powerCut(): number {
    this.kill()
    let lost = 0
    for (const stream of STREAMS) {
      const file = this.#files[stream]
      const luck = this.#random.next()
      const kept = luck < 0.4 ? file.synced : luck < 0.6 ? file.length : this.#random.between(file.synced, file.length)
      lost += file.length - kept
      file.length = kept
      file.bytes.fill(0, kept)
      if (kept > file.synced && this.#random.chance(0.3)) {
        const at = this.#random.between(file.synced, kept - 1)
        file.bytes[at] = (file.bytes[at] ?? 0) ^ this.#random.between(1, 255)
      }
      if (this.#random.chance(0.1)) file.mark = file.olderMark
    }
    return lost
  }

  /** The disk is gone: a new, empty one. */
  wipe(): void {
    for (const stream of STREAMS) this.#files[stream] = emptyFile()
  }

  /** What a starting host finds. */
  read(): Record<Stream, StoredStream> {
    const view = (stream: Stream): StoredStream => {
      const file = this.#files[stream]
      return { bytes: file.bytes.slice(0, file.length), mark: file.mark }
    }
    return { log: view('log'), bulk: view('bulk') }
  }

  /** Recovery cuts a torn tail, syncs what it keeps and marks it: a node may answer for recovered records at once. */
  recovered(keep: Readonly<Record<Stream, number>>, marks: Readonly<Record<Stream, Uint8Array>>): void {
    for (const stream of STREAMS) {
      const file = this.#files[stream]
      assert(keep[stream] <= file.length, 'recovery keeps no more than there is')
      assert(keep[stream] >= file.synced, 'recovery keeps everything that was synced')
      file.length = keep[stream]
      file.bytes.fill(0, file.length)
      file.synced = file.length
      file.olderMark = file.mark
      file.mark = marks[stream]
    }
  }
}
