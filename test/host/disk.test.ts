import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NodeDisk } from '../../src/host/disk.ts'
import { type DiskFault, SOUND_DISK, type SyncMode } from '../../src/host/ipc.ts'
import type { Stream } from '../../src/machine/contract.ts'
import { DiskStream } from '../../src/node/disk-stream.ts'
import { decodeMark, encodeMark } from '../../src/node/log-format.ts'
import { crc32, text } from '../node/support.ts'
import { until } from './toy.ts'

const FRESH = { records: [], length: 0, lastCrc: 0, tornBytes: 0 }

let dataDir = ''
let open: NodeDisk[] = []
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'splitbrain-disk-'))
})
afterEach(() => {
  vi.useRealTimers()
  for (const disk of open) disk.stop()
  open = []
  rmSync(dataDir, { recursive: true, force: true })
})

/** A disk with nothing on it, and the two streams that a core would write to it. */
function makeDisk(sync: SyncMode, fault: DiskFault = SOUND_DISK) {
  const stored: string[] = []
  const failures: string[] = []
  const streams: Record<Stream, DiskStream> = { log: new DiskStream('log', FRESH, crc32), bulk: new DiskStream('bulk', FRESH, crc32) }
  const disk = new NodeDisk({
    dataDir,
    sync,
    fault,
    onStored: (stream, upTo) => {
      stored.push(`${stream} ${upTo}`)
      streams[stream].stored(upTo)
    },
    onFailure: (failure) => failures.push(failure.message),
  })
  open.push(disk)
  disk.read()
  disk.settle({ log: 0, bulk: 0 }, { log: encodeMark(0, crc32), bulk: encodeMark(0, crc32) })
  const write = (stream: Stream, record: string): void => {
    streams[stream].append(text(record))
    const batch = streams[stream].next()
    if (batch !== null) disk.begin(batch)
  }
  return { disk, stored, failures, write }
}

function mark(stream: Stream): number | null {
  return decodeMark(readFileSync(join(dataDir, `${stream}.mark`)), crc32)
}

function size(stream: Stream): number {
  return readFileSync(join(dataDir, stream)).length
}

describe('a disk', () => {
  it('in never mode answers at the write; the mark follows at the next lazy sync', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { disk, stored, write } = makeDisk('never')
    write('log', 'one')
    write('log', 'two')
    expect(stored).toEqual(['log 1', 'log 2'])
    vi.advanceTimersByTime(4_999)
    expect({ mark: mark('log'), syncs: disk.syncs }).toEqual({ mark: 0, syncs: 0 })
    vi.advanceTimersByTime(1)
    await until('the mark', () => mark('log') === size('log'))
    vi.advanceTimersByTime(20_000)
    expect(disk.syncs).toBe(1)
  })

  it('keeps a slow bulk stream from delaying the log', async () => {
    const { disk, stored, write } = makeDisk('always', { ...SOUND_DISK, slowMs: 400 })
    write('bulk', 'a snapshot')
    disk.bend(SOUND_DISK)
    write('log', 'a vote')
    await until('both', () => stored.length === 2)
    expect(stored[0]).toBe('log 1')
  })

  it('in batch mode starts the syncs of a stream apart, so that what comes meanwhile shares one', async () => {
    const { disk, stored, write } = makeDisk('batch', { ...SOUND_DISK, slowMs: 0 })
    const started = performance.now()
    for (let n = 1; n <= 4; n++) {
      write('log', `record ${n}`)
      await until('it', () => stored.length === n)
    }
    expect(performance.now() - started).toBeGreaterThanOrEqual(25)
    expect(disk.syncs).toBe(4)
  })

  it('never tries a failed sync again, and stores nothing after it', async () => {
    const { disk, stored, failures, write } = makeDisk('always', { ...SOUND_DISK, fail: true })
    write('log', 'one')
    await until('the failure', () => failures.length === 1)
    disk.bend(SOUND_DISK)
    write('bulk', 'two')
    expect({ stored, failures, mark: mark('log'), bulk: size('bulk') }).toEqual({
      stored: [],
      failures: [expect.stringContaining('EIO')],
      mark: 0,
      bulk: 0,
    })
  })

  it('refuses what does not fit, before a byte of it is written', async () => {
    const { failures, stored, write } = makeDisk('never', { ...SOUND_DISK, full: true })
    write('log', 'one')
    await until('the failure', () => failures.length === 1)
    expect(failures[0]).toContain('ENOSPC')
    expect({ stored, size: size('log') }).toEqual({ stored: [], size: 0 })
  })
})
