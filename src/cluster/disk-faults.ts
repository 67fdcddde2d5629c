/** What can befall a node's files from outside: a power cut, a flipped bit, a wipe. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { EnvironmentFailure, messageOf } from '../host/failure.ts'
import type { EndpointId, Stream } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import { decodeMark, readBatch } from '../node/log-format.ts'
import { markPath, streamPath } from './stream-files.ts'

const STREAMS: readonly Stream[] = ['log', 'bulk']

/** A stream's file as a fault finds it. Lengths and offsets in bytes. */
export interface Extent {
  readonly size: number
  /** What the last completed sync covered. */
  readonly mark: number
  /** Where each whole batch ends, ascending. */
  readonly ends: readonly number[]
}

export interface PowerLoss {
  readonly node: EndpointId
  /** Of both streams: what was written, and what of it is gone. */
  readonly writtenBytes: number
  readonly lostBytes: number
}

/** The disk holds nothing yet that a fault could touch. */
export class NothingSynced extends Error {
  static override readonly name = 'NothingSynced'
  readonly code = 'nothing-synced'
}

/**
 * How much of a log survives a power cut: a seeded length between what was synced and what was written. Whole batches only,
 * unless `torn`: then, if anything unsynced is there, the cut goes through the middle of a batch.
 */
export function keptLength({ size, mark, ends }: Extent, torn: boolean, random: Random): number {
  const floor = Math.min(mark, size)
  const whole = [floor, ...ends.filter((end) => end > floor && end <= size)]
  const from = random.pick(whole)
  if (!torn) return from
  const next = ends.find((end) => end > from) ?? size
  if (next - from >= 2) return random.between(from + 1, next - 1)
  return size - floor >= 2 ? random.between(floor + 1, size - 1) : floor
}

/** Cuts the streams of a node that is dead. */
export function cutPower(node: EndpointId, dataDir: string, torn: boolean, random: Random): PowerLoss {
  let writtenBytes = 0
  let lostBytes = 0
  for (const stream of STREAMS) {
    const extent = extentOf(dataDir, stream)
    if (extent === null) continue
    const kept = keptLength(extent, torn, random)
    truncateSync(streamPath(dataDir, stream), kept)
    writtenBytes += extent.size
    lostBytes += extent.size - kept
  }
  return { node, writtenBytes, lostBytes }
}

/** Flips one bit of the log's synced part. Throws NothingSynced when there is none. */
export function flipBit(node: EndpointId, dataDir: string, random: Random): void {
  const extent = extentOf(dataDir, 'log')
  const reach = extent === null ? 0 : Math.min(extent.mark, extent.size)
  if (reach === 0) throw new NothingSynced(`${node} has nothing on its disk yet`)
  const fd = openSync(streamPath(dataDir, 'log'), 'r+')
  try {
    const offset = random.between(0, reach - 1)
    const byte = Buffer.alloc(1)
    readSync(fd, byte, 0, 1, offset)
    byte.writeUInt8(byte.readUInt8() ^ (1 << random.between(0, 7)))
    writeSync(fd, byte, 0, 1, offset)
  } finally {
    closeSync(fd)
  }
}

/** A new disk: the folder is there and holds nothing. */
export function emptyFolder(dataDir: string): void {
  try {
    rmSync(dataDir, { recursive: true, force: true })
    mkdirSync(dataDir, { recursive: true })
  } catch (error) {
    throw new EnvironmentFailure(`cannot empty ${dataDir}: ${messageOf(error)}`, error)
  }
}

function extentOf(dataDir: string, stream: Stream): Extent | null {
  const file = streamPath(dataDir, stream)
  if (!existsSync(file)) return null
  const bytes = readFileSync(file)
  const markFile = markPath(dataDir, stream)
  const mark = existsSync(markFile) ? (decodeMark(readFileSync(markFile), crc32) ?? 0) : 0
  const ends: number[] = []
  for (let batch = readBatch(bytes, 0, crc32); batch.ok; batch = readBatch(bytes, batch.end, crc32)) ends.push(batch.end)
  return { size: bytes.length, mark, ends }
}
