/**
 * A read, coordinated here (§4.5): N are asked, R are waited for, all versions that none of the others replaced are the answer, and
 * what the read found stale is mended (§5).
 */
import type { EndpointId } from '../../../machine/contract.ts'
import type { ClientAnswer } from '../client-protocol.ts'
import type { House } from '../house.ts'
import { readHere } from '../replica.ts'
import { readCopy, readEndpoint, readList, readNull } from '../shape.ts'
import { distinct } from '../siblings.ts'
import type { Copy } from '../versions.ts'
import type { Plan, Target } from './plan.ts'
import { MOST_SUBSTITUTES, pursue } from './pursue.ts'
import { RepairRun, type Responder } from './repair.ts'
import { tallyOf } from './tally.ts'
import type { Request } from './terms.ts'

/** Nodes that kept a partition before: so many of them are asked in place of one that has not received it. */
const MOST_SOURCES = 16

export type Get = Extract<Request, { type: 'get' }>

interface Reply {
  readonly copy: Copy | null
  readonly arriving: readonly EndpointId[] | null
}

export function coordinateGet(house: House, request: Get, plan: Plan, done: (answer: ClientAnswer) => void): void {
  new GetRun(house, request, plan, done).begin()
}

class GetRun {
  readonly #house: House
  readonly #request: Get
  readonly #plan: Plan
  readonly #done: (answer: ClientAnswer) => void
  /** The homes alone where only they count. */
  readonly #targets: readonly Target[]
  readonly #responders: Responder[] = []
  /** Those whose answer counts towards R: homes that have arrived, or somebody who kept the partition before them. */
  readonly #counting: Target[] = []
  readonly #asked = new Set<EndpointId>()
  readonly #spare: EndpointId[]
  #merged: Copy
  #open = 0
  #told = false
  #repair: RepairRun | null = null

  constructor(house: House, request: Get, plan: Plan, done: (answer: ClientAnswer) => void) {
    this.#house = house
    this.#request = request
    this.#plan = plan
    this.#done = done
    this.#merged = house.versioning.empty
    this.#targets = request.terms.strict ? plan.targets.filter(({ home }) => home === null) : plan.targets
    this.#spare = request.terms.strict ? [] : [...plan.spare]
  }

  begin(): void {
    this.#open = this.#targets.length
    for (const { node } of this.#targets) this.#asked.add(node)
    for (const target of this.#targets) this.#ask(target, target, 0)
  }

  /** `slot`: for which of the N it is asked. */
  #ask(target: Target, slot: Target, substitutes: number): void {
    if (target.node === this.#house.id) {
      this.#heard(target, slot, readHere(this.#house, this.#request.key))
      return
    }
    pursue(this.#house, target.node, { type: 'read', key: this.#request.key }, (answer) => {
      const reply = answer === null ? null : readReply(answer)
      if (reply !== null) this.#heard(target, slot, reply)
      else this.#substitute(target, substitutes)
    })
  }

  #heard(target: Target, slot: Target, { copy, arriving }: Reply): void {
    const { versioning } = this.#house
    const isSource = target.node !== slot.node
    if (copy !== null) this.#merged = this.#house.copies.settled(this.#request.key, versioning.merge(this.#merged, copy))
    if (!isSource) this.#responders.push({ ...target, digest: copy === null ? null : versioning.digest(copy) })
    if (arriving === null || isSource) {
      this.#counting.push(slot)
      this.#close()
      return
    }
    // It may lack what was acknowledged before it came: who kept that counts in its place, and its own answer is part of the merge.
    const source = arriving.find((node) => !this.#asked.has(node) && (node === this.#house.id || this.#house.detector.isUp(node)))
    if (source === undefined) {
      this.#close()
      return
    }
    this.#asked.add(source)
    this.#ask({ node: source, home: null }, slot, MOST_SUBSTITUTES)
  }

  /** A source that falls silent has none. */
  #substitute(silent: Target, substitutes: number): void {
    const next = substitutes < MOST_SUBSTITUTES ? this.#nextSpare() : null
    if (next === null) {
      this.#close()
      return
    }
    const target: Target = { node: next, home: silent.home ?? silent.node }
    this.#asked.add(next)
    this.#ask(target, target, substitutes + 1)
  }

  #nextSpare(): EndpointId | null {
    for (;;) {
      const next = this.#spare.shift()
      if (next === undefined) return null
      if (this.#house.detector.isUp(next)) return next
    }
  }

  #close(): void {
    this.#open--
    if (!this.#told && this.#counting.length >= this.#request.terms.r) this.#answer()
    else if (!this.#told && this.#open === 0) this.#unmet(this.#request.terms.r, this.#counting)
    if (this.#open === 0) this.#mendTheRest()
  }

  #answer(): void {
    this.#told = true
    const { options } = this.#house
    const copy = this.#merged
    const counting = [...this.#counting]
    const tell = (): void => {
      const versions = distinct(copy.versions).map(({ op, value }) => ({ op, value }))
      this.#done({ type: 'done', ...tallyOf(this.#house, counting), context: this.#house.versioning.contextOf(copy), versions })
    }
    if (options.readRepair !== 'blocking' || copy.versions.length === 0) {
      tell()
      return
    }
    // R8: the next read must not find an older value, so a write quorum has this one before anybody hears of it.
    this.#repair = new RepairRun(this.#house, this.#request.key, copy)
    this.#repair.block(this.#responders, this.#targets, options.w, (holders) => {
      if (holders.length >= options.w) tell()
      else this.#unmet(options.w, holders)
    })
  }

  /** Nothing was changed by a read, so it certainly failed. */
  #unmet(needed: number, counting: readonly Target[]): void {
    this.#told = true
    const missing = this.#plan.homes.filter((home) => !counting.some(({ node }) => node === home))
    this.#done({ type: 'unmet', ...tallyOf(this.#house, counting), needed, missing, maybe: false })
  }

  /** All have answered or were given up: the stragglers are mended with what all of them know together. */
  #mendTheRest(): void {
    if (this.#house.options.readRepair === 'off') return
    const repair = new RepairRun(this.#house, this.#request.key, this.#merged)
    repair.mend(this.#responders.filter(({ node }) => this.#repair?.covers(node, this.#merged) !== true))
  }
}

function readReply(body: Readonly<Record<string, unknown>>): Reply | null {
  if (body.type !== 'copy') return null
  const [copy, arriving] = [readNull(body.copy, readCopy), readNull(body.arriving, (raw) => readList(raw, readEndpoint, MOST_SOURCES))]
  return copy === undefined || arriving === undefined ? null : { copy, arriving }
}
