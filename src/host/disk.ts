/** A node's disk: both streams, the sync mode, and the faults that the lab lays over them. */
import { closeSync, fsync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Stream } from '../machine/contract.ts'
import type { DiskWrite, StoredStream } from '../node/types.ts'
import { lockDataFolder } from './data-lock.ts'
import type { DiskFault, SyncMode } from './ipc.ts'
import { StreamFile } from './stream-file.ts'

/** The disk refused; the node must halt. A failed sync is never tried again: the kernel may have dropped what it could not write. */
export class DiskFailure extends Error {
  static override readonly name = 'DiskFailure'
  readonly code = 'disk'
}

export interface DiskOptions {
  readonly dataDir: string
  readonly sync: SyncMode
  readonly fault: DiskFault
  /** Everything up to this position may be counted on, as the sync mode understands it. */
  onStored(stream: Stream, upTo: number): void
  /** Once at most; nothing is stored after it. */
  onFailure(failure: DiskFailure): void
}

/** In `batch` mode syncs of one stream start at least this far apart, and what comes meanwhile shares the next. */
const BATCH_MS = 10
/** How often the mark moves in `never` mode. */
const LAZY_SYNC_MS = 5_000
const SAMPLES = 256

interface Lane {
  readonly file: StreamFile
  /** What the next lazy sync will cover; null when the mark is up to date. */
  unmarked: Uint8Array | null
  /** A lazy sync is on its way; a slow disk may take longer than their interval. */
  lazily: boolean
  syncStartedMs: number
}

export class NodeDisk {
  readonly #options: DiskOptions
  readonly #lanes: Readonly<Record<Stream, Lane>>
  readonly #samplesUs: number[] = []
  readonly #lazy: NodeJS.Timeout | null
  #fault: DiskFault
  #syncs = 0
  #failed = false
  /** The names of new files are durable only once their folder is synced. */
  #folder: Promise<void> | null

  /** Opens or creates the files. Throws DataFolderInUse when another living process has them. */
  constructor(options: DiskOptions) {
    this.#options = options
    this.#fault = options.fault
    lockDataFolder(options.dataDir)
    this.#lanes = { log: lane(options.dataDir, 'log'), bulk: lane(options.dataDir, 'bulk') }
    const created = this.#lanes.log.file.created || this.#lanes.bulk.file.created
    this.#folder = created && options.sync !== 'never' ? syncFolder(options.dataDir) : null
    this.#folder?.catch((error: unknown) => this.#fail('log', error))
    this.#lazy = options.sync === 'never' ? setInterval(() => this.#syncLazily(), LAZY_SYNC_MS) : null
  }

  read(): Readonly<Record<Stream, StoredStream>> {
    return { log: this.#lanes.log.file.read(), bulk: this.#lanes.bulk.file.read() }
  }

  /** After recovery and before the first turn. */
  settle(keep: Readonly<Record<Stream, number>>, marks: Readonly<Record<Stream, Uint8Array>>): void {
    this.#lanes.log.file.settle(keep.log, marks.log)
    this.#lanes.bulk.file.settle(keep.bulk, marks.bulk)
  }

  bend(fault: DiskFault): void {
    this.#fault = fault
  }

  /** Starts a write; the core never has two of one stream in flight. */
  begin(write: DiskWrite): void {
    if (this.#failed) return
    this.#store(write).catch((error: unknown) => this.#fail(write.stream, error))
  }

  get syncs(): number {
    return this.#syncs
  }

  get bytes(): number {
    return this.#lanes.log.file.bytes + this.#lanes.bulk.file.bytes
  }

  /** Over the newest syncs, the injected slowness included. Microseconds; 0 before the first. */
  syncP99Us(): number {
    const sorted = [...this.#samplesUs].sort((a, b) => a - b)
    return sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? 0
  }

  /** Stops the lazy syncs; what is in flight ends by itself and is not reported. */
  stop(): void {
    this.#failed = true
    if (this.#lazy !== null) clearInterval(this.#lazy)
  }

  async #store({ stream, offset, bytes, upTo, mark }: DiskWrite): Promise<void> {
    const lane = this.#lanes[stream]
    if (this.#fault.full) throw injected('ENOSPC', 'no space left on device, write')
    lane.file.append(bytes, offset)
    if (this.#options.sync === 'never') {
      lane.unmarked = mark
      this.#options.onStored(stream, upTo)
      return
    }
    const restMs = this.#options.sync === 'batch' ? lane.syncStartedMs + BATCH_MS - performance.now() : 0
    if (restMs > 0) await pause(restMs)
    await this.#sync(lane, mark)
    if (!this.#failed) this.#options.onStored(stream, upTo)
  }

  /** The mark moves after the sync and before anybody hears of it, so what was promised is never above it. */
  async #sync(lane: Lane, mark: Uint8Array): Promise<void> {
    const startMs = performance.now()
    lane.syncStartedMs = startMs
    if (this.#fault.slowMs > 0) await pause(this.#fault.slowMs)
    if (this.#fault.fail) throw injected('EIO', 'i/o error, fdatasync')
    await lane.file.sync()
    if (this.#folder !== null) {
      await this.#folder
      this.#folder = null
    }
    if (this.#failed) return
    lane.file.mark(mark)
    this.#samplesUs[this.#syncs % SAMPLES] = Math.round((performance.now() - startMs) * 1000)
    this.#syncs++
  }

  #syncLazily(): void {
    for (const stream of ['log', 'bulk'] as const) {
      const lane = this.#lanes[stream]
      const mark = lane.unmarked
      if (mark === null || lane.lazily) continue
      lane.unmarked = null
      lane.lazily = true
      this.#sync(lane, mark)
        .catch((error: unknown) => this.#fail(stream, error))
        .finally(() => {
          lane.lazily = false
        })
    }
  }

  #fail(stream: Stream, error: unknown): void {
    if (this.#failed) return
    this.stop()
    const why = error instanceof Error ? error.message : String(error)
    this.#options.onFailure(new DiskFailure(`the disk failed (${stream}): ${why}`, { cause: error }))
  }
}

function lane(dataDir: string, stream: Stream): Lane {
  return { file: new StreamFile(dataDir, stream), unmarked: null, lazily: false, syncStartedMs: Number.NEGATIVE_INFINITY }
}

function injected(code: string, what: string): Error {
  return new Error(`${code}: ${what} (injected)`)
}

async function syncFolder(dataDir: string): Promise<void> {
  const fd = openSync(dataDir, 'r')
  try {
    await new Promise<void>((resolve, reject) => fsync(fd, (error) => (error === null ? resolve() : reject(error))))
  } finally {
    closeSync(fd)
  }
}
