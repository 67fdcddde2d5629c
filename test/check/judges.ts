import { Deadline } from '../../src/check/deadline.ts'
import { type KvOperation, type KvSemantics, LAB_KV, stepsByKey } from '../../src/check/kv-steps.ts'
import { dropUnnoticed } from '../../src/check/prune.ts'
import { search } from '../../src/check/search.ts'
import { linesOf } from '../../src/check/words.ts'
import { zones } from '../../src/check/zones.ts'
import { pairOperations } from '../../src/history/operations.ts'
import type { HistoryEvent } from '../../src/history/types.ts'
import { seeded } from '../../src/machine/random.ts'
import { exhaustive } from './exhaustive.ts'
import { randomHistory } from './random-history.ts'

const MIXES = [
  ['get', 'put'],
  ['get', 'put', 'cas'],
  ['get', 'cas', 'cas', 'put'],
  ['get', 'get', 'put', 'del', 'cas'],
  ['get', 'add', 'put'],
  ['get', 'append', 'put', 'del'],
  ['get', 'put', 'cas', 'add', 'append', 'del', 'mul'],
] as const

export interface FuzzCounts {
  valid: number
  invalid: number
  byZones: number
}

/**
 * Zones, the search with and without pruning, and the exhaustive search must say the same of random small histories, and the
 * operations that zones name must be a violation on their own. Throws with the history where they do not.
 */
export function compareJudges(count: number, seed: string): FuzzCounts {
  const random = seeded(seed)
  const counts = { valid: 0, invalid: 0, byZones: 0 }
  for (let round = 0; round < count; round++) {
    const history = randomHistory(random, {
      operations: random.between(2, 9),
      clients: random.between(2, 5),
      mix: random.pick(MIXES),
      values: random.chance(0.4) ? 'unique' : random.between(1, 3),
      unknown: random.pick([0, 0.15, 0.4]),
      spoilt: random.pick([0, 0.15, 0.3, 0.6]),
    })
    const semantics: KvSemantics = { ...LAB_KV, refusedCas: random.pick(['was', 'mismatch', 'none']), answers: random.chance(0.7) }
    const complaint = compareOne(history, semantics, counts)
    if (complaint !== null)
      throw new Error(`round ${round} of seed ${seed}: ${complaint}\n${history.map((event) => JSON.stringify(event)).join('\n')}`)
  }
  return counts
}

function compareOne(history: readonly HistoryEvent[], semantics: KvSemantics, counts: FuzzCounts): string | null {
  const all = steps(history, semantics)
  const pruned = dropUnnoticed(all)
  const truth = exhaustive(all, null)
  if (truth) counts.valid += 1
  else counts.invalid += 1
  for (const [name, some] of [['search', all] as const, ['search after pruning', pruned] as const]) {
    const { verdict } = search(some, null, new Deadline({ timeMs: 60_000, configurations: 1_000_000 }))
    if (verdict !== (truth ? 'valid' : 'invalid')) return `${name} says ${verdict}, the truth is ${truth}`
  }
  const violation = zones(pruned, null)
  if (violation === undefined) return null
  counts.byZones += 1
  if ((violation === null) !== truth) return `zones says ${violation?.why ?? 'valid'}, the truth is ${truth}`
  if (violation !== null && exhaustive(steps(linesOf(violation.witness), semantics), null))
    return `the witness alone is no violation: ${violation.why}`
  return null
}

function steps(history: readonly HistoryEvent[], semantics: KvSemantics): KvOperation[] {
  return stepsByKey(pairOperations(history), semantics).get('x') ?? []
}
