import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/machine/random.ts'
import { add, at, byActor, covers, has, NOTHING, normal, raise, union } from '../../../../src/modes/dynamo/versions/causality.ts'
import type { Causality, Copy, Versioning } from '../../../../src/modes/dynamo/versions.ts'
import { KINDS, make, Replicas } from './replicas.ts'

const actors = ['n1', 'n2', 'n10', '__proto__'] as const
const dot = fc.record({ actor: fc.constantFrom(...actors), n: fc.integer({ min: 1, max: 6 }) })
const events = fc.array(dot, { maxLength: 14 })
const setOf = (dots: readonly { actor: string; n: number }[]): Causality => dots.reduce(add, NOTHING)

describe('sets of events', () => {
  test('one way to write each: any order and any grouping make equal data', () => {
    fc.assert(
      fc.property(events, events, (a, b) => {
        const together = setOf([...a, ...b])
        expect(union(setOf(a), setOf(b))).toEqual(together)
        expect(union(setOf(b), setOf(a))).toEqual(together)
        expect(normal(new Map(), [...b, ...a])).toEqual(together)
        expect(union(together, together)).toEqual(together)
      }),
    )
  })

  test('what is in it is what was put in, whatever an actor is called', () => {
    fc.assert(
      fc.property(events, dot, (put, asked) => {
        const inside = put.some(({ actor, n }) => actor === asked.actor && n === asked.n)
        expect(has(setOf(put), asked)).toBe(inside)
      }),
    )
  })

  test('a set covers another exactly when every event of it is inside', () => {
    fc.assert(
      fc.property(events, events, (a, b) => {
        const [left, right] = [setOf(a), setOf(b)]
        expect(covers(left, right)).toBe(b.every((event) => has(left, event)))
      }),
    )
  })

  test('dots join the clock once the gap before them closes', () => {
    const gap = setOf([
      { actor: 'n1', n: 3 },
      { actor: 'n1', n: 1 },
    ])
    expect(gap).toEqual({ clock: { n1: 1 }, dots: [{ actor: 'n1', n: 3 }] })
    expect(add(gap, { actor: 'n1', n: 2 })).toEqual({ clock: { n1: 3 }, dots: [] })
    expect(raise(gap, { actor: 'n1', n: 2 })).toEqual({ clock: { n1: 3 }, dots: [] })
  })

  test('names of what every object has are no events', () => {
    expect(at({}, 'constructor')).toBe(0)
    expect(at(setOf([{ actor: '__proto__', n: 1 }]).clock, '__proto__')).toBe(1)
    expect(['n10', 'n2', 'n1'].sort(byActor)).toEqual(['n1', 'n2', 'n10'])
  })
})

/** Copies that honest replicas can have: writes with contexts once read, and copies sent around. */
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('put', 'put', 'send'),
    from: fc.integer({ min: 1, max: 4 }),
    to: fc.integer({ min: 1, max: 4 }),
    client: fc.integer({ min: 0, max: 2 }),
    context: fc.constantFrom('read', 'own', 'none'),
  }),
  { maxLength: 24 },
)
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never

interface Run {
  readonly replicas: Replicas
  /** Each write with those that its context held, in the order they were made. */
  readonly writes: ReadonlyMap<string, ReadonlySet<string>>
}

function run(versioning: Versioning, list: readonly Step[]): Run {
  const replicas = new Replicas(versioning)
  const writes = new Map<string, Set<string>>()
  const clients = [0, 1, 2].map(() => ({ context: null as Causality | null, knows: new Set<string>() }))
  for (const step of list) {
    const node = `n${step.from}`
    if (step.kind === 'send') {
      replicas.send(node, `n${step.to}`)
      continue
    }
    const client = clients[step.client] as (typeof clients)[number]
    if (step.context === 'none') {
      client.context = null
      client.knows = new Set()
    } else if (step.context === 'read') {
      const read = replicas.read(node)
      client.context = read.context
      client.knows = pasts(writes, read.ops)
    }
    const { context, op } = replicas.put(node, `v${writes.size}`, client.context)
    writes.set(op, client.knows)
    client.context = context
    client.knows = new Set([...client.knows, op])
  }
  return { replicas, writes }
}

/** These writes and all that they, or what they replaced, replaced. */
function pasts(writes: Run['writes'], ops: readonly string[]): Set<string> {
  return new Set(ops.flatMap((op) => [op, ...(writes.get(op) ?? [])]))
}

describe.each(KINDS)('%s: replicas', (kind) => {
  const versioning = make(kind)

  test('V8: merge is associative, commutative and idempotent, and its digest knows no order', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { replicas } = run(versioning, list)
        const [a, b, c] = ['n1', 'n2', 'n3'].map((node) => replicas.at(node)) as [Copy, Copy, Copy]
        const { merge, digest } = versioning
        expect(merge(a, b)).toEqual(merge(b, a))
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))
        expect(merge(a, a)).toEqual(a)
        expect(digest(merge(a, merge(b, c)))).toBe(digest(merge(merge(c, a), b)))
        if (digest(a) === digest(b)) expect(a).toEqual(b)
      }),
    )
  })

  test('replicas that all hear of each other end with equal digests', () => {
    fc.assert(
      fc.property(steps, fc.integer(), (list, seed) => {
        const { replicas } = run(versioning, list)
        const nodes = ['n1', 'n2', 'n3', 'n4']
        const pairs = nodes.flatMap((a) => nodes.map((b) => [a, b] as const))
        for (let round = 0; round < 2; round++) for (const [a, b] of seeded(seed).shuffle(pairs)) replicas.send(a, b)
        expect(new Set(nodes.map((node) => versioning.digest(replicas.at(node)))).size).toBe(1)
      }),
      { numRuns: 60 },
    )
  })

  test('a write that is here already is not made again', () => {
    const write = { context: null, value: 'a', op: 'c1.1', actor: 'n1', wallMs: 1 }
    const once = versioning.write(versioning.empty, write)
    expect(versioning.write(once.copy, write)).toEqual(once)
  })
})

describe.each(['dotted', 'merged'] as const)('%s: no write replaces what its context did not hold', (kind) => {
  test('for any run, every write is there or was replaced by one that held it', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { replicas, writes } = run(make(kind), list)
        const { ops } = replicas.read('n1', 'n2', 'n3', 'n4')
        const replaced = new Set([...writes.values()].flatMap((knew) => [...knew]))
        for (const op of writes.keys()) if (!replaced.has(op)) expect(ops).toContain(op)
      }),
      { numRuns: 300 },
    )
  })
})

test('dotted: siblings are never more than the writes that nobody has seen', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const { replicas, writes } = run(make('dotted'), list)
      const replaced = new Set([...writes.values()].flatMap((knew) => [...knew]))
      const { ops } = replicas.read('n1', 'n2', 'n3', 'n4')
      expect(ops.filter((op) => replaced.has(op))).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('dotted: what a client holds after its write covers no sibling that it has not seen', () => {
  const replicas = new Replicas(make('dotted'))
  const first = replicas.put('n1', 'a', null)
  replicas.put('n1', 'b', null)
  const third = replicas.put('n1', 'c', first.context)
  expect(replicas.read('n1').values).toEqual(['b', 'c'])
  replicas.put('n1', 'd', third.context)
  expect(replicas.read('n1').values).toEqual(['b', 'd'])
})

test('a context carries at most eight dots beyond its clock, and those of all that was read', () => {
  const versioning = make('dotted')
  const replicas = new Replicas(versioning)
  let own: Causality | null = null
  for (let i = 0; i < 40; i++) {
    replicas.put('n1', `other ${i}`, null)
    own = replicas.put('n1', `own ${i}`, own).context
    expect(own.dots.length).toBeLessThanOrEqual(8)
  }
  expect(own?.dots.at(-1)).toEqual({ actor: 'n1', n: 80 })
  const scattered: Causality = { clock: {}, dots: Array.from({ length: 30 }, (_, i) => ({ actor: 'n2', n: 2 * (i + 1) })) }
  const versions = scattered.dots.slice(0, 12).map((one, i) => ({ dot: one, clock: {}, value: `${i}`, op: `c1.${i}`, wallMs: i }))
  const context = versioning.contextOf({ seen: scattered, versions })
  expect(context.dots).toEqual(scattered.dots.slice(0, 12))
})
