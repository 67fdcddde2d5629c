import { describe, expect, it } from 'vitest'
import { seeded } from '../../src/machine/random.ts'
import { DeadlineQueue } from '../../src/net/deadline-queue.ts'
import { FLIGHT_DATAGRAMS, HOLD_DATAGRAMS, Link, type Passage, RATE_QUEUE_BYTES, REORDER_WAIT_MS } from '../../src/net/link.ts'
import { type LinkRules, OPEN_LINK } from '../../src/net/types.ts'

function linkWith(rules: Partial<LinkRules>, seed: string | number = 1): Link {
  const link = new Link('n1', 'n2', seeded(seed))
  link.setRules({ ...OPEN_LINK, ...rules }, 0)
  return link
}

const datagram = (label: number, length = 4): Uint8Array => {
  const bytes = new Uint8Array(length)
  new DataView(bytes.buffer).setUint32(0, label)
  return bytes
}
const label = (passage: Passage): number => new DataView(passage.bytes.buffer, passage.bytes.byteOffset).getUint32(0)
const fates = (passages: readonly Passage[]): string[] => passages.map((passage) => passage.fate)

/** Sends `count` datagrams `everyMs` apart and lets each leave when it is due, as a relay does: what passed, in order, with the time. */
function run(link: Link, count: number, everyMs = 0): { passed: { label: number; atMs: number }[] } {
  const queue = new DeadlineQueue<{ passage: Passage }>()
  const passed: { label: number; atMs: number }[] = []
  const take = (out: readonly Passage[], atMs: number): void => {
    for (const passage of out) {
      if (passage.fate === 'travels') queue.push(passage.releaseAtMs, { passage })
      if (passage.fate === 'passed') passed.push({ label: label(passage), atMs })
    }
  }
  const pump = (untilMs: number): void => {
    for (;;) {
      const atMs = Math.min(queue.nextMs, link.laggardUntilMs)
      if (atMs > untilMs) return
      const due = link.laggardUntilMs === atMs ? undefined : queue.popDue(atMs)
      take(due === undefined ? link.expire(atMs) : link.leave(due.passage, atMs), atMs)
    }
  }
  for (let i = 0; i < count; i++) {
    pump(i * everyMs)
    take(link.admit(datagram(i), i * everyMs), i * everyMs)
  }
  pump(Number.MAX_VALUE)
  return { passed }
}

describe('an open link', () => {
  it('passes every datagram at once, unchanged and in order', () => {
    const { passed } = run(linkWith({}), 100, 1)
    expect(passed).toEqual(Array.from({ length: 100 }, (_, i) => ({ label: i, atMs: i })))
  })

  it('passes an empty datagram even while every datagram is corrupted', () => {
    const link = linkWith({ corrupt: 1 })
    const [passage] = link.admit(new Uint8Array(0), 0)
    expect(passage?.bytes).toHaveLength(0)
    expect(link.counters().corrupted).toBe(0)
  })
})

describe('cut', () => {
  it('drops on arrival', () => {
    const link = linkWith({ cut: true })
    expect(fates(link.admit(datagram(1), 0))).toEqual(['cut'])
    expect(link.counters().dropped).toEqual({ cut: 1 })
  })

  it('drops again at release what was in flight when the cut came', () => {
    const link = linkWith({ delayMs: 50 })
    const [passage] = link.admit(datagram(1), 0)
    link.setRules({ ...OPEN_LINK, cut: true }, 10)
    expect(passage && fates(link.leave(passage, 50))).toEqual(['cut'])
  })

  it('lets through what was in flight when the cut came and was healed in time', () => {
    const link = linkWith({ delayMs: 50 })
    const [passage] = link.admit(datagram(1), 0)
    link.setRules({ ...OPEN_LINK, cut: true }, 10)
    link.setRules(OPEN_LINK, 20)
    expect(passage && fates(link.leave(passage, 50))).toEqual(['passed'])
  })
})

describe('loss', () => {
  it('drops its share, the same datagrams for the same seed', () => {
    const lost = (seed: number): number[] => {
      const link = linkWith({ loss: 0.2 }, seed)
      return Array.from({ length: 10_000 }, (_, i) => i).filter((i) => link.admit(datagram(i), 0)[0]?.fate === 'loss')
    }
    expect(lost(1).length).toBeGreaterThan(1_880)
    expect(lost(1).length).toBeLessThan(2_120)
    expect(lost(1)).toEqual(lost(1))
    expect(lost(1)).not.toEqual(lost(2))
  })

  it('of one drops everything', () => {
    expect(run(linkWith({ loss: 1 }), 1_000).passed).toEqual([])
  })
})

describe('corrupt', () => {
  it('flips one, two or three bits, each about as often, and never touches the original', () => {
    const link = linkWith({ corrupt: 1 })
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 3_000; i++) {
      const original = datagram(i, 4 + (i % 40))
      const before = Uint8Array.from(original)
      const [passage] = link.admit(original, 0)
      expect(original).toEqual(before)
      let flipped = 0
      before.forEach((byte, at) => {
        for (let bits = byte ^ (passage?.bytes[at] ?? 0); bits > 0; bits >>= 1) flipped += bits & 1
      })
      counts[flipped] = (counts[flipped] ?? 0) + 1
    }
    expect(counts[0]).toBe(0)
    expect(counts.length).toBe(4)
    for (const count of counts.slice(1)) expect(count).toBeGreaterThan(850)
    expect(link.counters().corrupted).toBe(3_000)
  })

  it('changes even a datagram of one byte', () => {
    const link = linkWith({ corrupt: 1 })
    for (let i = 0; i < 200; i++) expect(link.admit(Uint8Array.of(0), 0)[0]?.bytes[0]).not.toBe(0)
  })
})

describe('duplicate', () => {
  it('lets its share pass twice', () => {
    const link = linkWith({ duplicate: 0.1 })
    const { passed } = run(link, 10_000)
    expect(passed.length).toBe(10_000 + link.counters().duplicated)
    expect(link.counters().duplicated).toBeGreaterThan(880)
    expect(link.counters().duplicated).toBeLessThan(1_120)
  })

  it('gives each copy a delay of its own', () => {
    const link = linkWith({ duplicate: 1, delayMs: 50, jitterMs: 50 })
    const apart = Array.from({ length: 200 }, (_, i) => link.admit(datagram(i), 0)).filter(([a, b]) => a?.releaseAtMs !== b?.releaseAtMs)
    expect(apart.length).toBeGreaterThan(150)
  })

  it('comes after corrupt: both copies are damaged alike', () => {
    const [a, b] = linkWith({ duplicate: 1, corrupt: 1 }).admit(datagram(7), 0)
    expect(a?.bytes).toEqual(b?.bytes)
    expect(a && label(a)).not.toBe(7)
  })
})

describe('delay', () => {
  it('is whole milliseconds within delay plus and minus jitter, over the whole width', () => {
    const link = linkWith({ delayMs: 50, jitterMs: 10 })
    const delays = Array.from({ length: 5_000 }, (_, i) => (link.admit(datagram(i), 1000.5)[0]?.releaseAtMs ?? 0) - 1000.5)
    expect(new Set(delays)).toEqual(new Set(Array.from({ length: 21 }, (_, i) => 40 + i)))
  })

  it('never lets a datagram leave before it came', () => {
    const link = linkWith({ delayMs: 1, jitterMs: 100 })
    for (let i = 0; i < 1_000; i++) expect(link.admit(datagram(i), 5)[0]?.releaseAtMs).toBeGreaterThanOrEqual(5)
  })

  it('of exponential shape has its delay as the mean and as the deviation, and no whole milliseconds', () => {
    const count = 10_000
    const link = linkWith({ delayMs: 20, shape: 'exp' })
    const waits = run(link, count, 30).passed.map(({ label: at, atMs }) => atMs - 30 * at)
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / count
    const deviation = Math.sqrt(waits.reduce((sum, wait) => sum + (wait - mean) ** 2, 0) / count)
    // Five standard errors: 20 / sqrt(n) for the mean, twice that for the deviation of so skew a shape.
    expect(Math.abs(mean - 20)).toBeLessThan(1)
    expect(Math.abs(deviation - 20)).toBeLessThan(2)
    expect(waits.filter((wait) => wait > 20 * Math.LN2).length / count).toBeCloseTo(0.5, 1)
    expect(waits.filter(Number.isInteger).length).toBeLessThan(count / 100)
  })

  it('with jitter reorders, without it does not', () => {
    const order = (rules: Partial<LinkRules>): number[] => run(linkWith(rules), 200, 1).passed.map((passage) => passage.label)
    expect(order({ delayMs: 20 })).toEqual(Array.from({ length: 200 }, (_, i) => i))
    expect(order({ delayMs: 20, jitterMs: 10 })).not.toEqual(Array.from({ length: 200 }, (_, i) => i))
  })

  it('keeps a bounded number in flight and counts the rest', () => {
    const link = linkWith({ delayMs: 1000 })
    for (let i = 0; i < FLIGHT_DATAGRAMS + 10; i++) link.admit(datagram(i), 0)
    expect(link.counters().dropped).toEqual({ 'queue-full': 10 })
  })
})

describe('rate', () => {
  it('spaces datagrams by their size', () => {
    const link = linkWith({ rate: 100_000 })
    const times = Array.from({ length: 5 }, (_, i) => link.admit(datagram(i, 1_000), 0)[0]?.releaseAtMs)
    expect(times).toEqual([10, 20, 30, 40, 50])
  })

  it('queues 64 KiB and drops the tail', () => {
    const link = linkWith({ rate: 1_000_000 })
    const admitted = Array.from({ length: 100 }, (_, i) => link.admit(datagram(i, 1_024), 0)[0]?.fate)
    expect(admitted.slice(0, RATE_QUEUE_BYTES / 1_024).every((fate) => fate === 'travels')).toBe(true)
    expect(admitted.slice(RATE_QUEUE_BYTES / 1_024).every((fate) => fate === 'rate')).toBe(true)
  })

  it('lets the queue drain at its speed', () => {
    const link = linkWith({ rate: 1_000_000 })
    for (let i = 0; i < 64; i++) link.admit(datagram(i, 1_024), 0)
    expect(link.admit(datagram(64, 1_024), 1)[0]?.fate).toBe('rate')
    expect(link.admit(datagram(65, 1_024), 2)[0]?.fate).toBe('travels')
  })

  it('keeps the backlog in bytes when the speed changes', () => {
    const link = linkWith({ rate: 1_000 })
    link.admit(datagram(1, 1_000), 0)
    link.setRules({ ...OPEN_LINK, rate: 10_000 }, 0)
    expect(link.admit(datagram(2, 1_000), 0)[0]?.releaseAtMs).toBe(200)
  })

  it('comes before delay', () => {
    const link = linkWith({ rate: 100_000, delayMs: 7 })
    expect([0, 1].map((i) => link.admit(datagram(i, 1_000), 0)[0]?.releaseAtMs)).toEqual([17, 27])
  })
})

describe('reorder', () => {
  it('lets the next datagram pass first', () => {
    const { passed } = run(linkWith({ reorder: 1 }), 6, 1)
    expect(passed.map((passage) => passage.label)).toEqual([1, 0, 3, 2, 5, 4])
  })

  it('overtakes its share', () => {
    const link = linkWith({ reorder: 0.1 })
    const { passed } = run(link, 10_000, 1)
    expect(passed.length).toBe(10_000)
    expect(link.counters().reordered).toBeGreaterThan(780)
    expect(link.counters().reordered).toBeLessThan(1_100)
  })

  it('waits 50 ms at most for the next', () => {
    const { passed } = run(linkWith({ reorder: 1 }), 2, 200)
    expect(passed).toEqual([
      { label: 0, atMs: REORDER_WAIT_MS },
      { label: 1, atMs: 200 + REORDER_WAIT_MS },
    ])
  })

  it('does not let a datagram dropped by a cut overtake, and drops the laggard too when its wait ends', () => {
    const link = linkWith({ reorder: 1 })
    expect(link.admit(datagram(0), 0)).toEqual([])
    link.setRules({ ...OPEN_LINK, delayMs: 1 }, 0)
    const [second] = link.admit(datagram(1), 0)
    link.setRules({ ...OPEN_LINK, cut: true }, 0)
    expect(second && fates(link.leave(second, 1))).toEqual(['cut'])
    expect(link.expire(49)).toEqual([])
    expect(fates(link.expire(50))).toEqual(['cut'])
  })
})

describe('hold', () => {
  it('keeps datagrams until release and then delivers them in order', () => {
    const link = linkWith({ hold: true })
    expect(run(link, 20, 1).passed).toEqual([])
    expect(link.heldNow).toBe(20)
    expect(link.release().map(label)).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(link.heldNow).toBe(0)
    expect(run(link, 3).passed).toHaveLength(3)
  })

  it('also keeps what was in flight when it began', () => {
    const link = linkWith({ delayMs: 50 })
    const [passage] = link.admit(datagram(9), 0)
    link.setRules({ ...OPEN_LINK, hold: true }, 10)
    expect(passage && link.leave(passage, 50)).toEqual([])
    expect(link.release().map(label)).toEqual([9])
  })

  it('delivers nothing into a cut', () => {
    const link = linkWith({ hold: true })
    run(link, 5)
    link.setRules({ ...OPEN_LINK, hold: true, cut: true }, 1)
    expect(fates(link.release())).toEqual(['cut', 'cut', 'cut', 'cut', 'cut'])
  })

  it('keeps a bounded number and counts what came on top', () => {
    const link = linkWith({ hold: true })
    run(link, HOLD_DATAGRAMS + 7)
    expect(link.counters()).toMatchObject({ held: HOLD_DATAGRAMS, dropped: { 'queue-full': 7 } })
    expect(label(link.release().at(-1) as Passage)).toBe(HOLD_DATAGRAMS - 1)
  })

  it('has room again after a release', () => {
    const link = linkWith({ hold: true })
    run(link, HOLD_DATAGRAMS)
    link.release()
    link.setRules({ ...OPEN_LINK, hold: true }, 0)
    run(link, 10)
    expect(link.heldNow).toBe(10)
  })
})

describe('all rules at once', () => {
  it('account for every datagram and every copy, whatever the seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      const link = linkWith({ loss: 0.1, corrupt: 0.1, duplicate: 0.2, reorder: 0.2, rate: 200_000, delayMs: 5, jitterMs: 5 }, seed)
      const { passed } = run(link, 2_000)
      const counters = link.counters()
      const dropped = Object.values(counters.dropped).reduce((sum, count) => sum + count, 0)
      expect(passed.length + dropped).toBe(2_000 + counters.duplicated)
    }
  })

  it('give the same run for the same seed', () => {
    const rules = { loss: 0.1, corrupt: 0.1, duplicate: 0.2, reorder: 0.2, delayMs: 5, jitterMs: 5 }
    expect(run(linkWith(rules, 'x'), 1_000, 0.3)).toEqual(run(linkWith(rules, 'x'), 1_000, 0.3))
  })
})

it('values that are no rules are refused loudly', () => {
  for (const rules of [{ loss: 1.1 }, { corrupt: -0.1 }, { reorder: Number.NaN }, { delayMs: Number.POSITIVE_INFINITY }, { rate: -1 }]) {
    expect(() => linkWith(rules)).toThrow(/not/)
  }
})
