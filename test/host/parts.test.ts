import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BentClock } from '../../src/host/clock.ts'
import { DataFolderInUse, lockDataFolder } from '../../src/host/data-lock.ts'
import { parseDrops } from '../../src/host/kernel-drops.ts'
import { processState } from '../../src/host/process-identity.ts'
import { DrainRule, MAX_DRAIN_TURNS } from '../../src/node/tick.ts'

describe('a bent clock', () => {
  const source = { ms: 100, monotonicMs: () => source.ms, wallMs: () => 1_000_000 + source.ms }

  it('drifts from where it stands, and never jumps nor goes back', () => {
    const clock = new BentClock({ skewMs: 0, drift: 0 }, source)
    source.ms += 1000
    expect(clock.nowUs()).toBe(1_000_000)
    clock.bend({ skewMs: 0, drift: 0.5 })
    expect(clock.nowUs()).toBe(1_000_000)
    source.ms += 1000
    expect(clock.nowUs()).toBe(2_500_000)
    clock.bend({ skewMs: 0, drift: -5 })
    source.ms += 1000
    expect(clock.nowUs()).toBeGreaterThan(2_500_000)
    expect(clock.nowUs()).toBeLessThan(2_600_000)
  })

  it('says how long to wait in real time', () => {
    const clock = new BentClock({ skewMs: 0, drift: 1 }, source)
    expect(clock.realMsUntil(clock.nowUs() + 10_000)).toBeCloseTo(5)
    expect(clock.realMsUntil(clock.nowUs() - 10_000)).toBeCloseTo(-5)
  })

  it('jumps on the wall alone', () => {
    const clock = new BentClock({ skewMs: 60_000, drift: 0 }, source)
    expect(clock.wallMs()).toBe(source.wallMs() + 60_000)
    expect(clock.nowUs()).toBe(0)
  })
})

describe('the drain rule', () => {
  it('takes an ordinary turn at once', () => {
    expect(new DrainRule().decide(1_000_000, 1_000_000 - 50_000, true)).toBe('turn')
    expect(new DrainRule().decide(5, Number.POSITIVE_INFINITY, true)).toBe('turn')
  })

  it('reads on while a late turn brings something, then turns once', () => {
    const rule = new DrainRule()
    const late = (brought: boolean): string => rule.decide(1_000_000, 0, brought)
    expect([late(false), late(true), late(true), late(false)]).toEqual(['drain', 'drain', 'drain', 'turn'])
    expect(late(false)).toBe('drain')
  })

  it('does not read for ever', () => {
    const rule = new DrainRule()
    let turns = 0
    while (rule.decide(1_000_000, 0, true) === 'drain') turns++
    expect(turns).toBe(MAX_DRAIN_TURNS)
  })
})

describe('the lock of a data folder', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'splitbrain-lock-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('names its holder, and is refused to others while that lives', () => {
    const parent = processState(process.ppid)
    writeFileSync(join(folder, 'lock'), `${process.ppid} ${parent.alive ? (parent.start ?? 'unknown') : ''}\n`)
    expect(() => lockDataFolder(folder)).toThrow(DataFolderInUse)
    expect(readdirSync(folder)).toEqual(['lock'])
  })

  it.each([
    ['of a dead process', '999999999 1\n'],
    ['of a process whose number came back', `${process.ppid} 1\n`],
    ['that was never finished', ''],
  ])('%s is taken over', (_what, text) => {
    writeFileSync(join(folder, 'lock'), text)
    lockDataFolder(folder)
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
    expect(readdirSync(folder)).toEqual(['lock'])
  })
})

describe('what the kernel dropped', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  100: 0100007F:9C40 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1234 2 0000000000000000 17
  101: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1235 2 0000000000000000 0
`
  it('is read from the row of the socket', () => {
    expect(parseDrops(table, 40_000)).toBe(17)
    expect(parseDrops(table, 53)).toBe(0)
    expect(parseDrops(table, 54)).toBeNull()
  })
})
