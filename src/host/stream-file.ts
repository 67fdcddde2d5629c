/** One stream on a real disk: its file, and the side file with the synced length. */
import { closeSync, fdatasync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Stream } from '../machine/contract.ts'
import type { StoredStream } from '../node/types.ts'

export class StreamFile {
  readonly stream: Stream
  /** Neither file was there before. */
  readonly created: boolean
  readonly #file: number
  readonly #mark: number
  #bytes = 0

  constructor(dataDir: string, stream: Stream) {
    this.stream = stream
    const file = openOrCreate(join(dataDir, stream))
    const mark = openOrCreate(join(dataDir, `${stream}.mark`))
    this.#file = file.fd
    this.#mark = mark.fd
    this.created = file.created || mark.created
  }

  /** Length of the file. */
  get bytes(): number {
    return this.#bytes
  }

  read(): StoredStream {
    const bytes = readAll(this.#file)
    const mark = readAll(this.#mark)
    this.#bytes = bytes.length
    return { bytes, mark: mark.length === 0 ? null : mark }
  }

  /**
   * Makes what recovery kept truly durable before anybody acts on it: it may have been in the page cache only, written and
   * never synced by the life before.
   */
  settle(keep: number, mark: Uint8Array): void {
    if (keep < this.#bytes) ftruncateSync(this.#file, keep)
    this.#bytes = keep
    if (keep > 0) fdatasyncSync(this.#file)
    this.mark(mark)
  }

  /** Into the page cache, in one go: batches are bounded. */
  append(bytes: Uint8Array, offset: number): void {
    writeAll(this.#file, bytes, offset)
    this.#bytes = offset + bytes.length
  }

  /** In the thread pool, so that a slow disk delays no heartbeat. */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => fdatasync(this.#file, (error) => (error === null ? resolve() : reject(error))))
  }

  mark(mark: Uint8Array): void {
    writeAll(this.#mark, mark, 0)
  }

  close(): void {
    closeSync(this.#file)
    closeSync(this.#mark)
  }
}

function openOrCreate(path: string): { readonly fd: number; readonly created: boolean } {
  try {
    return { fd: openSync(path, 'r+'), created: false }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    return { fd: openSync(path, 'wx+'), created: true }
  }
}

function readAll(fd: number): Uint8Array {
  const bytes = new Uint8Array(fstatSync(fd).size)
  let at = 0
  while (at < bytes.length) {
    const count = readSync(fd, bytes, at, bytes.length - at, at)
    if (count === 0) break
    at += count
  }
  return bytes.subarray(0, at)
}

function writeAll(fd: number, bytes: Uint8Array, offset: number): void {
  let at = 0
  while (at < bytes.length) at += writeSync(fd, bytes, at, bytes.length - at, offset + at)
}
