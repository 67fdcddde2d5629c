import type { HistoryEvent } from '../../src/history/types.ts'
import { compute } from '../../src/machine/decimal.ts'
import type { Random } from '../../src/machine/random.ts'

export interface RandomHistoryOptions {
  readonly operations: number
  readonly clients: number
  /** Operations to draw from, as often as they are listed. */
  readonly mix: readonly string[]
  /** Written values: never twice the same, or one of so many. */
  readonly values: 'unique' | number
  /** Chance that an outcome is unknown, that an unknown one took effect, that an answer is spoilt. */
  readonly unknown: number
  readonly spoilt: number
  readonly key?: string
}

interface Pending {
  readonly process: number
  readonly f: string
  readonly asked: unknown
  applied: boolean
  answer: unknown
  refused: string | null | undefined
}

/** A history of one key as an atomic store would make it; then, perhaps, an answer is spoilt. */
export function randomHistory(random: Random, options: RandomHistoryOptions): HistoryEvent[] {
  const { key = 'x' } = options
  const events: HistoryEvent[] = []
  const clients: (Pending | null)[] = new Array(options.clients).fill(null)
  const processes = clients.map((_, at) => at)
  let nextProcess = options.clients
  let begun = 0
  let value: string | null = null
  let fresh = 0
  const wild: Pending[] = []
  const known: (string | null)[] = [null]
  const draw = (): string => {
    const made = options.values === 'unique' ? String(++fresh) : String(random.between(1, options.values))
    known.push(made)
    return made
  }
  const line = (process: number, type: HistoryEvent['type'], f: string, of: unknown, more: Partial<HistoryEvent> = {}) =>
    events.push({ process, type, f, key, value: of, time: (events.length + 1) * 1e6, ...more })
  const apply = (pending: Pending) => {
    pending.applied = true
    value = effect(pending, value)
  }
  while (begun < options.operations || clients.some((pending) => pending !== null)) {
    const at = random.between(0, options.clients - 1)
    const pending = clients[at] ?? null
    const process = processes[at] ?? 0
    const open = wild.find(({ applied }) => !applied)
    if (open !== undefined && random.chance(0.1)) apply(open)
    if (pending === null) {
      if (begun >= options.operations) continue
      begun += 1
      const f = random.pick(options.mix)
      const asked = ask(f, random, draw, known)
      clients[at] = { process, f, asked, applied: false, answer: undefined, refused: undefined }
      line(process, 'invoke', f, asked)
    } else if (!pending.applied) {
      if (random.chance(options.unknown)) {
        wild.push(pending)
        if (random.chance(0.8)) line(process, 'info', pending.f, pending.asked)
        clients[at] = null
        processes[at] = nextProcess++
      } else apply(pending)
    } else {
      clients[at] = null
      if (random.chance(options.spoilt)) spoil(pending, random.pick(known))
      if (pending.refused !== undefined) line(process, 'fail', pending.f, pending.asked, { error: 'differs', was: pending.refused })
      else if (pending.answer === 'not-a-number!') line(process, 'fail', pending.f, pending.asked, { error: 'not-a-number' })
      else line(process, 'ok', pending.f, pending.answer)
    }
  }
  return events
}

function ask(f: string, random: Random, draw: () => string, known: readonly (string | null)[]): unknown {
  switch (f) {
    case 'get':
    case 'del':
      return null
    case 'cas':
      return [random.pick(known), draw()]
    case 'mul':
      return random.pick(['2', '0.5', '1.1'])
    default:
      return draw()
  }
}

function effect(pending: Pending, value: string | null): string | null {
  const { f, asked } = pending
  switch (f) {
    case 'get':
      pending.answer = value
      return value
    case 'put':
      pending.answer = asked
      return String(asked)
    case 'del':
      pending.answer = null
      return null
    case 'cas': {
      const [from, to] = asked as [string | null, string]
      pending.answer = asked
      if (from === value) return to
      pending.refused = value
      return value
    }
    case 'append':
      pending.answer = (value ?? '') + String(asked)
      return String(pending.answer)
    default: {
      const made = compute(value ?? '0', f === 'add' ? 'add' : 'mul', String(asked))
      pending.answer = made ?? 'not-a-number!'
      return made ?? value
    }
  }
}

function spoil(pending: Pending, other: string | null): void {
  if (pending.refused !== undefined) pending.refused = other
  else if (pending.f === 'get') pending.answer = other
  else if (pending.f === 'add' || pending.f === 'append') pending.answer = other ?? '7'
}
