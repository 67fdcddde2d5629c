/** The graph walks against the definitions, written down as plainly as they can be; and what they cost. */
import { describe, expect, test } from 'vitest'
import { closure, replaced, type VersionGraph, versionGraphs } from '../../src/check/lineage.ts'
import { lossesOf } from '../../src/check/losses.ts'
import { nothingLost } from '../../src/check/nothing-lost.ts'
import { versions } from '../../src/check/versions.ts'
import { pairOperations } from '../../src/history/operations.ts'
import type { HistoryEvent } from '../../src/history/types.ts'
import { seeded } from '../../src/machine/random.ts'
import { randomLineage } from './random-lineage.ts'

const LIMITS = { timeMs: 20_000, configurations: 1_000_000 }
const HONEST = { operations: 20, clients: 4, unknown: 0.15, blind: 0.2, forgets: 0, keeps: 0, deletes: 0.2 }

/** x came after y, by one step or many. */
function dominance({ versions: all }: VersionGraph): Map<string, Set<string>> {
  const over = new Map([...all.values()].map(({ name, over: direct }) => [name, new Set(direct)]))
  for (let grew = true; grew; ) {
    grew = false
    for (const older of over.values()) {
      const before = older.size
      for (const name of [...older]) for (const further of over.get(name) ?? []) older.add(further)
      grew ||= older.size > before
    }
  }
  return over
}

function plainly(graph: VersionGraph): { lost: string[]; undone: string[]; leftovers: string[] } {
  const after = dominance(graph)
  const last = graph.reads.at(-1)
  const all = [...graph.versions.values()]
  const shown = last?.seen ?? []
  const isAfter = (x: string, y: string) => after.get(x)?.has(y) === true
  const judged = all.filter(({ write, acknowledged }) => acknowledged && last !== undefined && write.end < last.operation.begin)
  const kept = (name: string) => shown.includes(name) || shown.some((one) => isAfter(one, name))
  const deleted = (name: string) => all.some((one) => one.deletes && isAfter(one.name, name))
  return {
    lost: judged.filter(({ name, deletes }) => !deletes && !kept(name) && !deleted(name)).map(({ name }) => name),
    undone: judged.filter(({ name, deletes }) => deletes && !kept(name) && shown.some((one) => isAfter(name, one))).map(({ name }) => name),
    leftovers: shown.filter((name) => graph.versions.get(name)?.deletes === false && shown.some((one) => isAfter(one, name))),
  }
}

function graphOf(history: readonly HistoryEvent[]): VersionGraph {
  const graph = versionGraphs(pairOperations(history)).get('x')
  if (graph === undefined) throw new Error('no operation on x')
  return graph
}

describe('random histories', () => {
  test('an honest store loses nothing and shows nothing twice', () => {
    const random = seeded('honest')
    let judged = 0
    for (let round = 0; round < 500; round++) {
      const history = randomLineage(random, HONEST)
      for (const checker of [nothingLost, versions]) {
        const { verdict, why } = checker.check(history, LIMITS)
        expect(verdict, `${why}\n${JSON.stringify(history)}`).not.toBe('invalid')
        if (verdict === 'valid') judged += 1
      }
    }
    expect(judged).toBeGreaterThan(700)
  })

  test('a store that forgets and keeps too much: the walks say what the definitions say', () => {
    const random = seeded('spoilt')
    const met = { lost: 0, undone: 0, leftovers: 0, vague: 0 }
    for (let round = 0; round < 3_000; round++) {
      const history = randomLineage(random, { ...HONEST, forgets: random.pick([0, 0.4]), keeps: random.pick([0, 0.8]) })
      const graph = graphOf(history)
      const found = lossesOf(graph, new Map())
      const truth = plainly(graph)
      const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name).sort()
      const where = JSON.stringify(history)
      expect(names(found.leftovers.map(({ version }) => version)), where).toEqual(truth.leftovers.sort())
      met.leftovers += truth.leftovers.length
      if (found.vague !== null) {
        met.vague += 1
        continue
      }
      expect(names(found.lost), where).toEqual(truth.lost.sort())
      expect(names(found.undone), where).toEqual(truth.undone.sort())
      met.lost += truth.lost.length
      met.undone += truth.undone.length
      const verdict = nothingLost.check(history, LIMITS)
      if (verdict.verdict === 'invalid') expect(nothingLost.check(verdict.witness, LIMITS).verdict, where).toBe('invalid')
    }
    for (const [kind, count] of Object.entries(met)) expect(count, kind).toBeGreaterThan(30)
  })

  test('a walk that stops early finds what a whole one does', () => {
    const random = seeded('walks')
    let found = 0
    for (let round = 0; round < 300; round++) {
      const graph = graphOf(randomLineage(random, { ...HONEST, operations: 60 }))
      const after = dominance(graph)
      const names = [...graph.versions.keys()]
      if (names.length === 0) continue
      const from = [random.pick(names), random.pick(names)]
      const wanted = [random.pick(names), random.pick(names), random.pick(names)]
      const truth = wanted.filter((name) => from.some((one) => after.get(one)?.has(name)))
      expect([...replaced(graph, from, wanted)].sort()).toEqual([...new Set(truth)].sort())
      expect(closure(graph, from)).toEqual(new Set([...from, ...from.flatMap((one) => [...(after.get(one) ?? [])])]))
      found += truth.length
    }
    expect(found).toBeGreaterThan(100)
  })
})

test('ten times the history costs about ten times the walk', () => {
  const [small = 0, large = 0] = [2_000, 20_000].map((operations) => {
    const events = randomLineage(seeded('cost'), { ...HONEST, operations, unknown: 0, blind: 0.01, clients: 8 })
    let looks = 0
    const look = (target: object, field: string | symbol): unknown => {
      looks += 1
      return Reflect.get(target, field)
    }
    const watched = events.map((event) =>
      event.lineage === undefined ? event : { ...event, lineage: new Proxy(event.lineage, { get: look }) },
    )
    expect(versions.check(watched, LIMITS).verdict).toBe('valid')
    return looks
  })
  expect(small).toBeGreaterThan(2_000)
  expect(large / small).toBeLessThan(13)
})
