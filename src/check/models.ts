import type { HistoryEvent } from '../history/types.ts'
import { bank } from './bank.ts'
import { counter } from './counter.ts'
import type { KvSemantics } from './kv-steps.ts'
import { checkLinearizable, linearizable } from './linearizable.ts'
import { nothingLost } from './nothing-lost.ts'
import { queue } from './queue.ts'
import { sessions } from './sessions.ts'
import { set } from './set.ts'
import { setFull } from './set-full.ts'
import type { Checker, CheckLimits, Verdict } from './types.ts'
import { versions } from './versions.ts'

const FREE = 'free'
const HELD = 'held'

/** What a history file may be checked against: `splitbrain check HISTORY.jsonl --model NAME`. */
export const models: ReadonlyMap<string, Checker> = new Map(
  [
    { ...linearizable, name: 'kv', help: "linearizable, as the lab's own store: get put del cas add mul append; absent at first" },
    model('kv-strings', 'linearizable get put append on text; "" at first, appends answer nothing', {
      initial: '',
      answers: false,
      refusedCas: 'none',
    }),
    model('register', 'linearizable read write, one value; null at first', { initial: null, answers: false, refusedCas: 'none' }),
    model('cas-register', 'as register with cas; a failed cas says nothing', { initial: null, answers: false, refusedCas: 'none' }),
    model('cas-register-strict', 'as cas-register, but a failed cas met another value', {
      initial: null,
      answers: false,
      refusedCas: 'mismatch',
    }),
    {
      name: 'mutex',
      help: 'linearizable acquire release; free at first',
      check: (history: readonly HistoryEvent[], limits: CheckLimits): Verdict =>
        checkLinearizable(history.map(lockAsCas), limits, { initial: FREE, answers: false, refusedCas: 'none' }),
    },
    nothingLost,
    versions,
    sessions,
    set,
    setFull,
    counter,
    queue,
    bank,
  ].map((checker) => [checker.name, checker]),
)

function model(name: string, help: string, semantics: KvSemantics): Checker {
  return { name, help, check: (history, limits) => checkLinearizable(history, limits, semantics) }
}

/** A lock is a register that is swapped from free to held and back. */
function lockAsCas(event: HistoryEvent): HistoryEvent {
  if (event.f === 'acquire') return { ...event, f: 'cas', value: [FREE, HELD] }
  if (event.f === 'release') return { ...event, f: 'cas', value: [HELD, FREE] }
  return event
}
