/**
 * A write, coordinated here (§4.5): the event is minted on this node's own copy, the whole copy goes to all N, and the client hears of
 * it when W have it. Whoever falls silent meanwhile gets a stand-in (§4.6).
 */
import type { EndpointId } from '../../../machine/contract.ts'
import type { ClientAnswer } from '../client-protocol.ts'
import type { House } from '../house.ts'
import { bytesOf, MOST_COPY_BYTES, sizeOf } from '../items.ts'
import { copyHere, keep, type Replicate } from '../replica.ts'
import { siblingsOf } from '../siblings.ts'
import { shown } from '../text.ts'
import { has, lastOf } from '../versions/causality.ts'
import type { Causality, Copy, Version } from '../versions.ts'
import type { Plan, Target } from './plan.ts'
import { MOST_SUBSTITUTES, pursue } from './pursue.ts'
import { tallyOf } from './tally.ts'
import type { Request } from './terms.ts'

export type Put = Extract<Request, { type: 'put' }>

export function coordinatePut(house: House, request: Put, plan: Plan, done: (answer: ClientAnswer) => void): void {
  const { key, op, value, context } = request
  const home = plan.targets.find(({ node }) => node === house.id)?.home ?? null
  if (home !== null && !house.hints.accepts(home)) {
    // An event that its maker does not keep could be taken for replaced when the write is repeated here.
    done({ type: 'refused', code: 'not-here', why: `${house.id} keeps no more hints for ${home}`, maybe: false })
    return
  }
  const base = copyHere(house, key) ?? house.versioning.empty
  const actor = house.copies.actorFor(key, base)
  if (context !== null && isForeign(house, context, base, actor)) {
    done({
      type: 'refused',
      code: 'malformed',
      why: `the context is not one of ${shown(key, 24)}: it holds events that ${house.id} has not made`,
      maybe: false,
    })
    return
  }
  const replaced = replacedSince(house, key, op, base)
  const write = { context, value, op, actor, wallMs: house.wallMs }
  if (replaced !== null) {
    // A late repetition of a write that was replaced since: minted again it would bring back what others overwrote on purpose.
    const { context: holds } = house.versioning.write({ ...base, versions: [...base.versions, replaced] }, write)
    new PutRun(house, request, plan, base, holds, done).begin()
    return
  }
  const written = house.versioning.write(base, write)
  const why = tooMany(house, key, base, written.copy)
  if (why !== null) {
    done({ type: 'refused', code: 'siblings', why, maybe: false })
    return
  }
  const made = written.copy.versions.find((version) => version.op === op && version.dot.actor === actor)
  if (made !== undefined) house.copies.minted(key, made)
  new PutRun(house, request, plan, house.copies.settled(key, written.copy), written.context, done).begin()
}

/** Why no client may make this of the key; null if it may. To make fewer, or less, is always allowed. */
function tooMany({ options }: House, key: string, base: Copy, written: Copy): string | null {
  const siblings = siblingsOf(written)
  if (siblings > options.siblingLimit && siblings > siblingsOf(base)) {
    return `${shown(key, 24)} would have ${siblings} siblings, the limit is ${options.siblingLimit}`
  }
  // Roughly first: that is never too little, and nearly always enough.
  if (siblings < 2 || sizeOf(key, written) <= MOST_COPY_BYTES) return null
  const bytes = bytesOf(key, written)
  if (bytes <= MOST_COPY_BYTES || bytes <= bytesOf(key, base)) return null
  return `${shown(key, 24)} and its ${siblings} siblings would take ${Math.ceil(bytes / 1024)} kB, the limit is ${MOST_COPY_BYTES / 1024}`
}

/** What the write made when it came first, if that is known here and gone: the base has seen its event, and keeps it no more. */
function replacedSince(house: House, key: string, op: string, base: Copy): Version | null {
  if (base.versions.length === 0 || base.versions.some((version) => version.op === op)) return null
  const made = house.copies.madeBefore(key, op)
  // The last writer's copies have seen nothing: whatever is there now won over it.
  return made !== null && (house.options.versions === 'lww' || has(base.seen, made.dot)) ? made : null
}

/** Nobody else makes events under this node's name, so a context that holds later ones was not handed out for this key. */
function isForeign(house: House, context: Causality, base: Copy, actor: string): boolean {
  if (house.options.versions !== 'dotted' || house.bug === 'no-incarnation') return false
  return lastOf(context, actor) > lastOf(base.seen, actor)
}

class PutRun {
  readonly #house: House
  readonly #request: Put
  readonly #plan: Plan
  readonly #copy: Copy
  readonly #context: Causality
  readonly #done: (answer: ClientAnswer) => void
  readonly #acknowledged: Target[] = []
  readonly #spare: EndpointId[]
  /** Targets that have neither acknowledged nor been given up. */
  #open: number
  #told = false

  constructor(house: House, request: Put, plan: Plan, copy: Copy, context: Causality, done: (answer: ClientAnswer) => void) {
    this.#house = house
    this.#request = request
    this.#plan = plan
    this.#copy = copy
    this.#context = context
    this.#done = done
    this.#spare = [...plan.spare]
    this.#open = plan.targets.length
  }

  begin(): void {
    const { targets } = this.#plan
    const durable = this.#durableOne()
    for (const target of targets) {
      if (target.node === this.#house.id) this.#keepHere(target, target === durable)
      else this.#send(target, target === durable, 0)
    }
  }

  /** With `durability=one` a replica other than this node, if there is one, syncs before it acknowledges (§6.1). */
  #durableOne(): Target | null {
    const { id, options, random } = this.#house
    if (options.durability !== 'one') return null
    const { targets } = this.#plan
    const others = targets.filter(({ node }) => node !== id)
    return others.length > 0 ? random.pick(others) : (targets[0] ?? null)
  }

  #keepHere(target: Target, durable: boolean): void {
    const kept = keep(this.#house, this.#request.key, this.#copy, target.home, 'write', durable)
    if (kept === null) this.#lost()
    else if (kept.position === null) this.#ack(target)
    else this.#house.whenDurable(kept.position, () => this.#ack(target), kept.stream)
  }

  #send(target: Target, durable: boolean, substitutes: number): void {
    const { key } = this.#request
    const body: Replicate = { type: 'replicate', key, copy: this.#copy, home: target.home, durable, cause: 'replicate' }
    pursue(this.#house, target.node, { ...body }, (answer) => {
      if (answer?.type === 'replicated') this.#ack(target)
      else this.#substitute(target, durable, substitutes)
    })
  }

  /** Its hint goes to the next healthy node, also after the client was answered: N copies were asked for. */
  #substitute(silent: Target, durable: boolean, substitutes: number): void {
    const next = substitutes < MOST_SUBSTITUTES ? this.#nextSpare() : null
    if (next === null) {
      this.#lost()
      return
    }
    this.#send({ node: next, home: silent.home ?? silent.node }, durable, substitutes + 1)
  }

  #nextSpare(): EndpointId | null {
    if (!this.#house.options.hintedHandoff) return null
    for (;;) {
      const next = this.#spare.shift()
      if (next === undefined) return null
      if (next !== this.#house.id && this.#house.detector.isUp(next)) return next
    }
  }

  #ack(target: Target): void {
    this.#open--
    this.#acknowledged.push(target)
    this.#settle()
  }

  #lost(): void {
    this.#open--
    this.#settle()
  }

  #settle(): void {
    if (this.#told) return
    const { terms } = this.#request
    const counting = terms.strict ? this.#acknowledged.filter(({ home }) => home === null) : this.#acknowledged
    if (counting.length < terms.w && this.#open > 0) return
    this.#told = true
    const tally = tallyOf(this.#house, counting)
    if (counting.length >= terms.w) {
      this.#done({ type: 'done', ...tally, context: this.#context, versions: null })
      return
    }
    const missing = this.#plan.homes.filter((home) => !this.#acknowledged.some(({ node }) => node === home))
    this.#done({ type: 'unmet', ...tally, needed: terms.w, missing, maybe: true })
  }
}
