import { describe, expect, test } from 'vitest'
import { NOTHING } from '../../../../src/modes/dynamo/versions/causality.ts'
import type { Causality, Clock, Copy, Version } from '../../../../src/modes/dynamo/versions.ts'
import { make, Replicas } from './replicas.ts'

const clocks = ({ versions }: Copy): Clock[] => versions.map(({ clock }) => clock)

describe('F1: the evolution of Figure 3', () => {
  test('classic: the clocks are those of the paper', () => {
    const replicas = new Replicas(make('classic'))
    const d1 = replicas.put('Sx', 'D1', null)
    const d2 = replicas.put('Sx', 'D2', d1.context)
    expect(clocks(replicas.at('Sx'))).toEqual([{ Sx: 2 }])
    replicas.send('Sx', 'Sy')
    replicas.send('Sx', 'Sz')
    replicas.put('Sy', 'D3', d2.context)
    replicas.put('Sz', 'D4', d2.context)
    expect(clocks(replicas.at('Sy'))).toEqual([{ Sx: 2, Sy: 1 }])
    expect(clocks(replicas.at('Sz'))).toEqual([{ Sx: 2, Sz: 1 }])
    const both = replicas.read('Sy', 'Sz')
    expect(both.values).toEqual(['D3', 'D4'])
    expect(both.context).toEqual({ clock: { Sx: 2, Sy: 1, Sz: 1 }, dots: [] })
    replicas.send('Sy', 'Sx')
    replicas.send('Sz', 'Sx')
    replicas.put('Sx', 'D5', both.context)
    expect(clocks(replicas.at('Sx'))).toEqual([{ Sx: 3, Sy: 1, Sz: 1 }])
    expect(replicas.read('Sx', 'Sy', 'Sz').values).toEqual(['D5'])
  })

  test.each(['dotted', 'merged'] as const)('%s: the same events, and the same siblings', (kind) => {
    const replicas = new Replicas(make(kind))
    const d1 = replicas.put('n1', 'D1', null)
    const d2 = replicas.put('n1', 'D2', d1.context)
    replicas.send('n1', 'n2')
    replicas.send('n1', 'n3')
    replicas.put('n2', 'D3', d2.context)
    replicas.put('n3', 'D4', d2.context)
    const both = replicas.read('n2', 'n3')
    expect(both.values).toEqual(['D3', 'D4'])
    expect(both.context).toEqual({ clock: { n1: 2, n2: 1, n3: 1 }, dots: [] })
    replicas.send('n2', 'n1')
    replicas.send('n3', 'n1')
    replicas.put('n1', 'D5', both.context)
    expect(replicas.at('n1').seen).toEqual({ clock: { n1: 3, n2: 1, n3: 1 }, dots: [] })
    expect(replicas.read('n1', 'n2', 'n3').values).toEqual(['D5'])
  })
})

/** Two clients write in turn, each with what its own last write left it. */
function alternate(replicas: Replicas, puts: number): string[] {
  const contexts: (Causality | null)[] = [null, null]
  return Array.from({ length: puts }, (_, i) => {
    const { context, op } = replicas.put('n1', `v${i}`, contexts[i % 2] ?? null)
    contexts[i % 2] = context
    return op
  })
}

describe('F20: a hundred alternate puts of two clients', () => {
  test('dotted: two siblings, the last of each', () => {
    const replicas = new Replicas(make('dotted'))
    const ops = alternate(replicas, 100)
    expect(replicas.read('n1').ops).toEqual(ops.slice(-2))
  })

  test('merged: a sibling for nearly every put', () => {
    const replicas = new Replicas(make('merged'))
    alternate(replicas, 100)
    expect(replicas.read('n1').values.length).toBeGreaterThan(95)
  })

  test('classic: one, so that a client loses what it was told is kept', () => {
    const replicas = new Replicas(make('classic'))
    const ops = alternate(replicas, 100)
    expect(replicas.read('n1').ops).toEqual(ops.slice(-1))
  })
})

describe('F21: two puts with one context through one coordinator', () => {
  const twice = (kind: 'dotted' | 'classic' | 'merged' | 'lww'): (string | null)[] => {
    const replicas = new Replicas(make(kind))
    const { context } = replicas.put('n1', 'old', null)
    replicas.put('n1', 'a', context)
    replicas.put('n1', 'b', context)
    return replicas.read('n1').values
  }

  test('dotted keeps both', () => expect(twice('dotted')).toEqual(['a', 'b']))
  test('merged keeps both', () => expect(twice('merged')).toEqual(['a', 'b']))
  test('classic loses one that was acknowledged', () => expect(twice('classic')).toEqual(['b']))
  test('lww loses one', () => expect(twice('lww')).toEqual(['b']))
})

test('F22: six blind puts are six siblings, wherever they are made', () => {
  const replicas = new Replicas(make('dotted'))
  for (let i = 0; i < 6; i++) replicas.put(`n${(i % 2) + 1}`, `v${i}`, null)
  expect(replicas.read('n1', 'n2').values).toHaveLength(6)
  const { context } = replicas.read('n1', 'n2')
  replicas.put('n2', 'all', context)
  expect(replicas.read('n1', 'n2').values).toEqual(['all'])
})

/** Eleven nodes write in turn, each over the last; the last one's copy, and the first version. */
function eleven(cap: number): { first: Copy; last: Copy; replicas: Replicas } {
  const replicas = new Replicas(make('classic', { cap }))
  let held = replicas.put('n1', 'v1', null).context
  const first = replicas.at('n1')
  for (let i = 2; i <= 11; i++) {
    for (let to = 2; to <= 11; to++) replicas.send(`n${i - 1}`, `n${to}`)
    held = replicas.put(`n${i}`, `v${i}`, held).context
    held = replicas.read(`n${i}`).context
  }
  return { first, last: replicas.at('n11'), replicas }
}

describe('F23: eleven coordinators and a clock of ten', () => {
  test('a stale replica of the first version makes one false sibling, and nothing is lost', () => {
    const { first, last, replicas } = eleven(10)
    expect(Object.keys(clocks(last)[0] ?? {})).toHaveLength(10)
    expect(replicas.read('n10', 'n11').values).toEqual(['v11'])
    const merged = replicas.versioning.merge(last, first)
    expect(merged.versions.map(({ value }) => value)).toEqual(['v1', 'v11'])
  })

  test('without the cap there is none', () => {
    const { first, last, replicas } = eleven(11)
    expect(Object.keys(clocks(last)[0] ?? {})).toHaveLength(11)
    expect(replicas.versioning.merge(last, first)).toEqual(last)
  })

  test('ten coordinators fit into ten entries', () => {
    const replicas = new Replicas(make('classic', { cap: 10 }))
    let held: Causality | null = null
    for (let i = 1; i <= 10; i++) {
      replicas.send(`n${i - 1}`, `n${i}`)
      held = replicas.put(`n${i}`, `v${i}`, held).context
    }
    expect(clocks(replicas.at('n10'))).toEqual([Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`n${i + 1}`, 1]))])
  })

  test.each(['classic', 'merged'] as const)('%s: an actor that was cut never counts again from one', (kind) => {
    const replicas = new Replicas(make(kind, { cap: 2 }))
    const used = new Set<string>()
    for (let i = 0; i < 40; i++) {
      const node = `n${(i * 3) % 7}`
      for (let other = 0; other < 7; other++) if (i % 4 > 0) replicas.send(`n${other}`, node)
      const { op } = replicas.put(node, `v${i}`, i % 3 === 0 ? null : replicas.read(node).context)
      const { dot, clock } = replicas.at(node).versions.find((version) => version.op === op) as Version
      expect(used.has(`${dot.actor}:${dot.n}`)).toBe(false)
      used.add(`${dot.actor}:${dot.n}`)
      if (kind === 'classic') expect(clock[dot.actor]).toBe(dot.n)
      expect(Object.keys(replicas.at(node).seen.clock).length).toBeLessThanOrEqual(2)
    }
  })
})

describe('a clock that is cut may not forget the event it stands for', () => {
  /** Room for two; a third node coordinates twice for clients that did not see each other; one of them writes elsewhere. */
  const valuesAfter = (kind: 'classic' | 'merged', bug: string): (string | null)[] => {
    const replicas = new Replicas(make(kind, { cap: 2, bug }))
    let held = replicas.put('n1', 'v1', null).context
    replicas.send('n1', 'n2')
    held = replicas.put('n2', 'v2', held).context
    replicas.send('n2', 'n3')
    const mine = replicas.put('n3', 'mine', held)
    replicas.put('n3', 'theirs', held)
    replicas.send('n3', 'n1')
    replicas.put('n1', 'mine again', mine.context)
    return replicas.read('n1').values
  }

  test('merged: bug=prune-own-dot loses an acknowledged write, and only the bug does', () => {
    expect(valuesAfter('merged', 'none')).toContain('theirs')
    expect(valuesAfter('merged', 'prune-own-dot')).not.toContain('theirs')
  })

  test('classic: bug=prune-own-dot cuts the very entry, and nothing descends from the version any more', () => {
    const clockOf = (bug: string): Clock => {
      const replicas = new Replicas(make('classic', { cap: 2, bug }))
      replicas.put('n3', 'v', { clock: { n1: 1, n2: 1 }, dots: [] })
      return clocks(replicas.at('n3'))[0] ?? {}
    }
    expect(Object.hasOwn(clockOf('none'), 'n3')).toBe(true)
    expect(clockOf('prune-own-dot')).toEqual({ n1: 1, n2: 1 })
  })
})

describe('V4: equal clocks of different writes replace nothing', () => {
  const version = (value: string, dot = { actor: 'n1', n: 1 }): Version => ({ dot, clock: { n1: 1 }, value, op: `c1.${value}`, wallMs: 0 })
  const copyOf = (one: Version): Copy => ({ seen: { clock: { [one.dot.actor]: one.dot.n }, dots: [] }, versions: [one] })

  test.each(['dotted', 'classic', 'merged'] as const)('%s keeps both, and with bug=equal-dominates one', (kind) => {
    const [a, b] = [copyOf(version('1')), copyOf(version('2'))]
    expect(
      make(kind)
        .merge(a, b)
        .versions.map(({ value }) => value),
    ).toEqual(['1', '2'])
    expect(
      make(kind, { bug: 'equal-dominates' })
        .merge(b, a)
        .versions.map(({ value }) => value),
    ).toEqual(['2'])
  })

  test('bug=equal-dominates: two sides that each write a fresh key once lose one of the two', () => {
    for (const [bug, left] of [['none', 2] as const, ['equal-dominates', 1] as const]) {
      const replicas = new Replicas(make('dotted', { bug }))
      replicas.put('n1', 'left', null)
      replicas.put('n4', 'right', null)
      expect(replicas.read('n1', 'n4').values).toHaveLength(left)
    }
  })
})

describe('F19: the last writer wins by a clock', () => {
  test('a write of a clock an hour ahead hides what comes after it; with dots the later one wins', () => {
    const values = (kind: 'lww' | 'dotted'): (string | null)[] => {
      const replicas = new Replicas(make(kind))
      const { context } = replicas.put('n2', 'v1', null, 3_600_000)
      replicas.send('n2', 'n1')
      replicas.put('n1', 'v2', context, 10)
      return replicas.read('n1', 'n2').values
    }
    expect(values('lww')).toEqual(['v1'])
    expect(values('dotted')).toEqual(['v2'])
  })

  test('at one time the same write wins on every replica', () => {
    const replicas = new Replicas(make('lww'))
    replicas.put('n1', 'a', null, 5)
    replicas.put('n2', 'b', null, 5)
    expect(replicas.read('n1', 'n2').values).toEqual(replicas.read('n2', 'n1').values)
    expect(replicas.read('n1').context).toEqual(NOTHING)
  })
})

describe('a node that forgot (V6)', () => {
  /** F24: a node that minted twice loses its copy, and takes a write that knows nothing. */
  const valuesUnder = (actor: string): (string | null)[] => {
    const replicas = new Replicas(make('dotted'))
    const first = replicas.put('n1', 'a', null)
    replicas.put('n1', 'b', first.context)
    replicas.send('n1', 'n2')
    const written = replicas.versioning.write(replicas.versioning.empty, { context: null, value: 'jon', op: 'c9.1', actor, wallMs: 9 })
    replicas.copies.set('n1', written.copy)
    return replicas.read('n1', 'n2').values
  }

  test('F24: under its old name its write looks like one long replaced; under a new one it stays', () => {
    expect(valuesUnder('n1')).not.toContain('jon')
    expect(valuesUnder('n1.2')).toEqual(['b', 'jon'])
  })
})

describe('a retry that another coordinator minted again', () => {
  const minted = (): Replicas => {
    const replicas = new Replicas(make('dotted'))
    const write = { context: null, value: 'a', op: 'c1.7', wallMs: 1 }
    for (const actor of ['n1', 'n2'])
      replicas.copies.set(actor, replicas.versioning.write(replicas.versioning.empty, { ...write, actor }).copy)
    return replicas
  }
  /** What a client holds whose answer came from n1: it does not know of the other event. */
  const OWN: Causality = { clock: { n1: 1 }, dots: [] }

  test('is one write with two events, and a context that was read replaces both', () => {
    const replicas = minted()
    const read = replicas.read('n1', 'n2')
    expect(read.ops).toEqual(['c1.7', 'c1.7'])
    replicas.put('n1', 'b', read.context)
    expect(replicas.read('n1', 'n2').values).toEqual(['b'])
  })

  test('makes the order of merges matter for a while: what one order keeps goes when the copies meet again', () => {
    const replicas = minted()
    const [made, twin] = [replicas.at('n1'), replicas.at('n2')]
    replicas.put('n1', 'b', OWN)
    const { merge, digest } = replicas.versioning
    const replaced = replicas.at('n1')
    const [left, right] = [merge(merge(made, replaced), twin), merge(made, merge(replaced, twin))]
    expect([left, right].map(({ versions }) => versions.map(({ value }) => value))).toEqual([['b', 'a'], ['b']])
    expect(digest(merge(left, right))).toBe(digest(right))
  })

  test('goes with its twin where both are kept', () => {
    const replicas = minted()
    replicas.send('n2', 'n1')
    replicas.put('n1', 'b', OWN)
    expect(replicas.read('n1', 'n2').values).toEqual(['b'])
  })

  test('goes with its twin where they meet too late', () => {
    const replicas = minted()
    replicas.send('n1', 'n3')
    replicas.send('n2', 'n3')
    replicas.put('n1', 'b', OWN)
    replicas.send('n1', 'n3')
    expect(replicas.read('n3').values).toEqual(['b'])
    replicas.send('n3', 'n2')
    replicas.send('n2', 'n1')
    for (const node of ['n1', 'n2', 'n3']) expect(replicas.read(node).values).toEqual(['b'])
  })
})
