import { describe, expect, test } from 'vitest'
import { EventHeap } from '../../src/machine/heap.ts'
import { seeded } from '../../src/machine/random.ts'
import { BentClock } from '../../src/sim/clock.ts'
import { SimDisk } from '../../src/sim/disk.ts'
import { CALM, SimNetwork } from '../../src/sim/network.ts'
import { ImpureCall, withPureGlobals } from '../../src/sim/purity.ts'

describe('the event heap', () => {
  test('runs in order of time, and at a tie in order of scheduling', () => {
    const heap = new EventHeap()
    const random = seeded('heap')
    const times = Array.from({ length: 500 }, () => random.between(0, 40))
    const ran: [number, number][] = []
    for (const [order, at] of times.entries()) heap.push(at, () => ran.push([at, order]))
    for (let event = heap.pop(); event !== null; event = heap.pop()) event.run()
    expect(ran).toEqual(
      [...times.entries()].map(([order, at]) => [at, order]).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0)),
    )
  })
})

describe('a bent clock', () => {
  test('never goes back, whatever the drift, and a deadline comes when the clock shows it', () => {
    const clock = new BentClock(12_345, 1)
    let before = clock.localUs(0)
    for (const [at, rate] of [
      [1000, 1.25],
      [2000, 0.8],
      [900_000, 1],
      [900_100, 0.95],
    ] as const) {
      clock.drift(at, rate)
      for (let us = at; us < at + 50; us++) {
        expect(clock.localUs(us)).toBeGreaterThanOrEqual(before)
        before = clock.localUs(us)
      }
      const due = clock.trueUs(before + 777)
      expect(clock.localUs(due)).toBeGreaterThanOrEqual(before + 777)
      expect(clock.localUs(due - 1)).toBeLessThan(before + 777)
    }
  })
})

describe('the network', () => {
  const bytes = Uint8Array.of(1, 2, 3)

  test('a link cut by two faults opens only when both are over', () => {
    const network = new SimNetwork(seeded(1), CALM)
    network.cut('n1', 'n2')
    network.cut('n1', 'n2')
    network.join('n1', 'n2')
    expect(network.send(0, 'n1', 'n2', bytes)).toEqual([])
    expect(network.send(0, 'n2', 'n1', bytes)).toHaveLength(1)
    network.join('n1', 'n2')
    expect(network.send(0, 'n1', 'n2', bytes)).toHaveLength(1)
  })

  test('a held link keeps its datagrams until release', () => {
    const network = new SimNetwork(seeded(1), CALM)
    network.hold('n1', 'n2')
    expect(network.send(0, 'n1', 'n2', bytes)).toEqual([])
    expect(network.release()).toEqual([{ from: 'n1', to: 'n2', bytes }])
    expect(network.release()).toEqual([])
  })

  test('jitter reorders, loss loses, duplication doubles', () => {
    const network = new SimNetwork(seeded(1), { ...CALM, loss: 0.2, duplicate: 0.2, jitterUs: 10_000 })
    const arrivals = Array.from({ length: 1000 }, (_, i) => network.send(i * 100, 'n1', 'n2', bytes))
    const lost = arrivals.filter((copies) => copies.length === 0).length
    const doubled = arrivals.filter((copies) => copies.length === 2).length
    expect(lost).toBeGreaterThan(150)
    expect(lost).toBeLessThan(250)
    expect(doubled).toBeGreaterThan(100)
    const times = arrivals.flatMap((copies) => copies[0]?.atUs ?? [])
    expect(times.some((at, i) => i > 0 && at < (times[i - 1] ?? 0))).toBe(true)
  })
})

describe('a disk', () => {
  const write = (offset: number, length: number) => ({
    stream: 'log' as const,
    offset,
    bytes: new Uint8Array(length).fill(7),
    upTo: 1,
    mark: Uint8Array.of(offset + length),
  })

  test('a power cut keeps all that was synced, and of the rest sometimes nothing, sometimes all, sometimes a torn part', () => {
    const kept = new Set<string>()
    for (let seed = 0; seed < 200; seed++) {
      const disk = new SimDisk(seeded(seed))
      disk.begin(write(0, 100))
      disk.complete('log')
      disk.begin(write(100, 50))
      disk.powerCut()
      const length = disk.read().log.bytes.length
      expect(length).toBeGreaterThanOrEqual(100)
      kept.add(length === 100 ? 'none' : length === 150 ? 'all' : 'torn')
    }
    expect([...kept].sort()).toEqual(['all', 'none', 'torn'])
  })

  test('a kill keeps the page cache: what was written stays, only the write under way is in doubt', () => {
    const disk = new SimDisk(seeded(3))
    disk.begin(write(0, 100))
    disk.complete('log')
    disk.kill()
    expect(disk.read().log.bytes.length).toBe(100)
    expect(disk.read().log.mark).toEqual(Uint8Array.of(100))
  })

  test('recovery may not drop what was synced', () => {
    const disk = new SimDisk(seeded(3))
    disk.begin(write(0, 100))
    disk.complete('log')
    disk.kill()
    expect(() => disk.recovered({ log: 99, bulk: 0 }, { log: Uint8Array.of(99), bulk: Uint8Array.of(0) })).toThrow(/synced/)
  })
})

describe('purity', () => {
  test.each([
    ['Date.now', () => Date.now()],
    ['new Date', () => new Date()],
    ['Math.random', () => Math.random()],
    ['performance.now', () => performance.now()],
    ['setTimeout', () => setTimeout(() => undefined, 1)],
    ['queueMicrotask', () => queueMicrotask(() => undefined)],
    ['crypto.randomUUID', () => crypto.randomUUID()],
    ['process.hrtime', () => process.hrtime()],
  ])('%s throws inside and works again after', (_name, call) => {
    expect(() => withPureGlobals(call)).toThrow(ImpureCall)
    const timer = call()
    expect(timer === undefined || timer !== null).toBe(true)
  })

  test('an instance of Date is still known as one', () => {
    const date = new Date(0)
    expect(withPureGlobals(() => date instanceof Date)).toBe(true)
  })
})
