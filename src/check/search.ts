import { type Configuration, hasBit, SeenConfigurations, sameWords, setBit, WORD_BITS, withBit, withoutBit } from './configurations.ts'
import type { Deadline } from './deadline.ts'
import type { KvOperation, Value } from './kv-steps.ts'
import { type Action, layOut, type Problem } from './problem.ts'
import { IMPOSSIBLE } from './values.ts'

/** Where the search could not get past: the answer that fits nowhere, and what the key could have held there. */
export interface Stuck {
  readonly operation: KvOperation
  readonly possible: readonly { readonly value: Value; readonly writer: KvOperation | null }[]
}

export type SearchResult =
  | { readonly verdict: 'valid' }
  | { readonly verdict: 'invalid'; readonly stuck: Stuck }
  | { readonly verdict: 'unknown'; readonly why: string; readonly reached: number; readonly returns: number }

const CLOCK_EVERY = 256
const MAX_POSSIBLE = 5

/**
 * Is there an order of these operations of one key, each between its invoke and its return, in which every answer is right?
 *
 * Depth first over reduced configurations: an operation takes effect only when a return demands it, so a configuration needs
 * one bit for each operation pending now and nothing for the past. Reads take effect as soon as they fit, which never does
 * harm. A plain write takes effect only if its own return demands it or somebody pending wants its value; in between it may
 * be overwritten unseen (`hidden`) by any other plain write, and then it may vanish at its return. Wing and Gong 1993, Lowe
 * 2017 for the memo; the reduction is checked against an exhaustive search.
 */
export function search(operations: readonly KvOperation[], initial: Value, deadline: Deadline): SearchResult {
  const problem = layOut(operations, initial)
  // Long runs of unknown operations with nobody looking are rarely what happened, and there are very many: short ones first.
  for (const longest of [1, 3]) {
    const attempt = new Search(problem, deadline, longest)
    const result = attempt.run()
    if (result.verdict !== 'invalid' || !attempt.cut) return result
  }
  return new Search(problem, deadline, Number.POSITIVE_INFINITY).run()
}

class Search {
  readonly #problem: Problem
  readonly #deadline: Deadline
  readonly #longest: number
  #cut = false
  readonly #seen = new SeenConfigurations()
  readonly #stack: Configuration[] = []
  #furthest = 0
  #possible = new Map<number, number>()

  /** `longest`: how many unknown updates may follow each other with nobody looking. */
  constructor(problem: Problem, deadline: Deadline, longest: number) {
    this.#problem = problem
    this.#deadline = deadline
    this.#longest = longest
  }

  /** True if `longest` kept it from looking everywhere. */
  get cut(): boolean {
    return this.#cut
  }

  run(): SearchResult {
    const words: number[] = new Array(Math.ceil(this.#problem.slots / WORD_BITS)).fill(0)
    const used: number[] = new Array(this.#problem.opens.length).fill(0)
    this.#push({ at: 0, state: this.#problem.initial, done: words, hidden: words, used, promise: 0, writer: -1 })
    const total = this.#problem.returns.length
    for (let steps = 1; ; steps++) {
      const next = this.#stack.pop()
      if (next === undefined) return { verdict: 'invalid', stuck: this.#stuck() }
      if (next.at === total) return { verdict: 'valid' }
      if (steps % CLOCK_EVERY === 0) {
        const why = this.#deadline.exceeded(this.#seen.held + this.#stack.length)
        if (why !== null) return { verdict: 'unknown', why, reached: this.#furthest, returns: total }
        this.#seen.forgetBefore(this.#stack[0]?.at ?? next.at)
      }
      this.#expand(next)
    }
  }

  #push(configuration: Configuration): void {
    const settled = this.#observe(configuration)
    if (settled.at < this.#problem.returns.length && !this.#seen.add(settled)) return
    this.#note(settled)
    this.#stack.push(settled)
  }

  /** Whoever is pending and fits what the key holds now has its answer: waiting could only lose the chance. */
  #observe(configuration: Configuration): Configuration {
    const { at, state } = configuration
    let done: number[] | null = null
    for (const action of this.#pending(at)) {
      if (action.kind !== 'observe' || hasBit(done ?? configuration.done, action.slot)) continue
      if (action.apply(state) === IMPOSSIBLE) continue
      done ??= configuration.done.slice()
      setBit(done, action.slot)
    }
    return done === null ? configuration : { ...configuration, done, promise: 0 }
  }

  #expand(configuration: Configuration): void {
    const { at, done, hidden } = configuration
    const returning = this.#action(at)
    if (hasBit(done, returning.slot)) {
      this.#advance(configuration, returning)
      return
    }
    const mayVanish = hasBit(hidden, returning.slot)
    // Whoever could notice it has returned: nothing is gained by letting it take effect in sight.
    if (mayVanish && this.#problem.noticedUntil(returning.apply(configuration.state)) < at) {
      this.#advance(configuration, returning)
      return
    }
    const free = configuration.promise === 0
    this.#expandOpens(configuration)
    this.#expandPending(configuration, returning)
    if (free || returning.kind !== 'overwrite') this.#apply(configuration, returning, at)
    // Pushed last, tried first.
    if (free && mayVanish) this.#advance(configuration, returning)
  }

  /** The returning operation is over; its bit is free for the next. */
  #advance(configuration: Configuration, returning: Action): void {
    this.#push({
      ...configuration,
      at: configuration.at + 1,
      done: withoutBit(configuration.done, returning.slot),
      hidden: withoutBit(configuration.hidden, returning.slot),
    })
  }

  #expandOpens(configuration: Configuration): void {
    const { at, state, used, hidden, promise } = configuration
    for (const [number, { action, from }] of this.#problem.opens.entries()) {
      const spent = used[number] ?? 0
      const next = from[spent]
      if (next === undefined || next > at) continue
      const made = action.apply(state)
      if (made === IMPOSSIBLE) continue
      // Writing again what is there already still helps, if it hides a pending write.
      const hides = action.kind === 'overwrite' ? this.#hideWrites(configuration, -1) : hidden
      if (made === state && sameWords(hides, hidden)) continue
      if (action.kind === 'overwrite' && (promise > 0 || !this.#wanted(made, configuration))) continue
      const promised = Math.max(promise, 1) + (action.kind === 'update' ? 1 : 0)
      if (promised - 1 > this.#longest) {
        this.#cut = true
        continue
      }
      const spentMore = used.slice()
      spentMore[number] = spent + 1
      this.#push({
        ...configuration,
        state: made,
        used: spentMore,
        hidden: hides,
        promise: promised,
        writer: -2 - number,
      })
    }
  }

  #expandPending(configuration: Configuration, returning: Action): void {
    const { at, state, done, promise } = configuration
    const { pending, pendingFrom } = this.#problem
    for (let i = pendingFrom[at] ?? 0; i < (pendingFrom[at + 1] ?? 0); i++) {
      const number = pending[i] ?? 0
      const action = this.#action(number)
      if (action === returning || action.kind === 'observe' || hasBit(done, action.slot)) continue
      const made = action.apply(state)
      if (made === IMPOSSIBLE) continue
      if (action.kind === 'overwrite' && (promise > 0 || !this.#wanted(made, configuration))) continue
      this.#apply(configuration, action, number)
    }
  }

  #apply(configuration: Configuration, action: Action, number: number): void {
    const made = action.apply(configuration.state)
    if (made === IMPOSSIBLE) return
    const hidden = action.kind === 'overwrite' ? this.#hideWrites(configuration, action.slot) : configuration.hidden
    this.#push({
      ...configuration,
      state: made,
      done: withBit(configuration.done, action.slot),
      hidden: withoutBit(hidden, action.slot),
      promise: action.kind === 'overwrite' && number !== configuration.at ? 1 : 0,
      writer: number,
    })
  }

  /** Is somebody waiting for the key to hold this value? */
  #wanted(value: number, configuration: Configuration): boolean {
    const { at, done, used } = configuration
    for (const action of this.#pending(at)) {
      if (action.kind !== 'overwrite' && !hasBit(done, action.slot) && action.apply(value) !== IMPOSSIBLE) return true
    }
    return this.#problem.opens.some(({ action, from }, number) => {
      const next = from[used[number] ?? 0]
      return action.kind === 'update' && next !== undefined && next <= at && action.apply(value) !== IMPOSSIBLE
    })
  }

  /** Every other pending plain write could have taken effect just before this one, unseen. */
  #hideWrites({ at, done, hidden }: Configuration, except: number): readonly number[] {
    const words = hidden.slice()
    for (const { kind, slot } of this.#pending(at)) if (kind === 'overwrite' && slot !== except && !hasBit(done, slot)) setBit(words, slot)
    return words
  }

  *#pending(at: number): Generator<Action> {
    const { pending, pendingFrom } = this.#problem
    for (let i = pendingFrom[at] ?? 0; i < (pendingFrom[at + 1] ?? 0); i++) yield this.#action(pending[i] ?? 0)
  }

  #action(number: number): Action {
    const action = this.#problem.returns[number]
    if (action === undefined) throw new RangeError(`no return has number ${number}`)
    return action
  }

  /** Remembers what the key could hold at the furthest return met so far. */
  #note({ at, state, writer }: Configuration): void {
    if (at < this.#furthest) return
    if (at > this.#furthest) {
      this.#furthest = at
      this.#possible = new Map()
    }
    if (this.#possible.size < MAX_POSSIBLE && !this.#possible.has(state)) this.#possible.set(state, writer)
  }

  #stuck(): Stuck {
    const possible = [...this.#possible].map(([state, writer]) => ({
      value: this.#problem.values.valueOf(state),
      writer: this.#writer(writer),
    }))
    return { operation: this.#action(this.#furthest).source, possible }
  }

  #writer(number: number): KvOperation | null {
    if (number === -1) return null
    if (number >= 0) return this.#action(number).source
    return this.#problem.opens[-2 - number]?.action.source ?? null
  }
}
