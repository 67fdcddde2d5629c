import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { cutPower, flipBit, keptLength, NothingSynced } from '../../src/cluster/disk-faults.ts'
import { markPath, streamPath } from '../../src/cluster/stream-files.ts'
import { seeded } from '../../src/machine/random.ts'
import { encodeBatch, encodeMark } from '../../src/node/log-format.ts'
import { DamagedStream, recoverStream } from '../../src/node/recovery.ts'
import { scratchDir } from './toy.ts'

const SEEDS = Array.from({ length: 200 }, (_, i) => i)

describe('how much survives a power cut', () => {
  const extent = { size: 400, mark: 100, ends: [50, 100, 180, 300, 400] }

  test('never less than was synced, and only whole batches', () => {
    const kept = new Set(SEEDS.map((seed) => keptLength(extent, false, seeded(seed))))
    expect([...kept].sort((a, b) => a - b)).toEqual([100, 180, 300, 400])
  })

  test('torn cuts inside a batch, above the mark', () => {
    for (const seed of SEEDS) {
      const kept = keptLength(extent, true, seeded(seed))
      expect(kept).toBeGreaterThan(100)
      expect(kept).toBeLessThan(400)
      expect(extent.ends).not.toContain(kept)
    }
  })

  test('a batch still being written can be torn too', () => {
    const half = { size: 250, mark: 100, ends: [50, 100] }
    const kept = SEEDS.map((seed) => keptLength(half, true, seeded(seed)))
    expect(Math.min(...kept)).toBeGreaterThan(100)
    expect(Math.max(...kept)).toBeLessThan(250)
    expect(SEEDS.every((seed) => keptLength(half, false, seeded(seed)) === 100)).toBe(true)
  })

  test('all of it when all of it was synced', () => {
    const synced = { size: 400, mark: 400, ends: [50, 400] }
    expect(SEEDS.every((seed) => keptLength(synced, true, seeded(seed)) === 400)).toBe(true)
  })

  test('the same seed cuts at the same byte', () => {
    expect(keptLength(extent, true, seeded('a'))).toBe(keptLength(extent, true, seeded('a')))
  })
})

/** Batches of one record each; the mark stands after the first `synced` of them. */
function disk(records: readonly string[], synced: number): string {
  const dir = scratchDir()
  mkdirSync(dir, { recursive: true })
  let bytes = Buffer.alloc(0)
  let previous = 0
  let mark = 0
  for (const [i, record] of records.entries()) {
    const batch = encodeBatch([Buffer.from(record)], bytes.length, previous, crc32)
    bytes = Buffer.concat([bytes, batch.bytes])
    previous = batch.crc
    if (i < synced) mark = bytes.length
  }
  writeFileSync(streamPath(dir, 'log'), bytes)
  writeFileSync(markPath(dir, 'log'), encodeMark(mark, crc32))
  return dir
}

function recovered(dir: string): string[] {
  const stored = { bytes: readFileSync(streamPath(dir, 'log')), mark: readFileSync(markPath(dir, 'log')) }
  return recoverStream('log', stored, crc32).records.map((record) => Buffer.from(record).toString())
}

describe('on a real log', () => {
  test.each([false, true])('what was synced is recovered after a cut (torn: %s)', (torn) => {
    for (const seed of SEEDS.slice(0, 40)) {
      const dir = disk(['a', 'b', 'c', 'd'], 2)
      const before = statSync(streamPath(dir, 'log')).size
      const loss = cutPower('n1', dir, torn, seeded(seed))
      expect(recovered(dir).slice(0, 2)).toEqual(['a', 'b'])
      expect(loss).toEqual({ node: 'n1', writtenBytes: before, lostBytes: before - statSync(streamPath(dir, 'log')).size })
    }
  })

  test('some seeds lose what was not synced', () => {
    const lengths = SEEDS.slice(0, 40).map((seed) => {
      const dir = disk(['a', 'b', 'c', 'd'], 2)
      cutPower('n1', dir, false, seeded(seed))
      return recovered(dir).length
    })
    expect(new Set(lengths)).toEqual(new Set([2, 3, 4]))
  })

  test('a flipped bit is damage, whichever bit it is', () => {
    for (const seed of SEEDS.slice(0, 60)) {
      const dir = disk(['alpha', 'beta', 'gamma'], 3)
      flipBit('n1', dir, seeded(seed))
      expect(() => recovered(dir)).toThrow(DamagedStream)
    }
  })

  test('a disk that holds nothing cannot be flipped, and loses nothing', () => {
    const dir = scratchDir()
    expect(() => flipBit('n1', dir, seeded(1))).toThrow(NothingSynced)
    expect(cutPower('n1', dir, true, seeded(1))).toEqual({ node: 'n1', writtenBytes: 0, lostBytes: 0 })
  })
})
