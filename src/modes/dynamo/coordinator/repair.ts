/** Read repair (§5): whoever answered a read with less than all answers together know is sent the rest. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { House } from '../house.ts'
import { keep, type Replicate } from '../replica.ts'
import type { Copy } from '../versions.ts'
import type { Target } from './plan.ts'
import { pursue } from './pursue.ts'

/** What a replica answered. */
export interface Responder extends Target {
  /** Null: it has no copy. */
  readonly digest: string | null
}

export class RepairRun {
  readonly #house: House
  readonly #key: string
  readonly #copy: Copy
  readonly #digest: string
  readonly #sent = new Set<EndpointId>()

  constructor(house: House, key: string, copy: Copy) {
    this.#house = house
    this.#key = key
    this.#copy = copy
    this.#digest = house.versioning.digest(copy)
  }

  /** After the answer: nobody waits for it. */
  mend(responders: readonly Responder[]): void {
    for (const responder of responders) if (this.#isStale(responder)) this.#send(responder, () => {})
  }

  /** Before the answer: `done` hears who holds the copy as soon as `wanted` do, or when no more can be had. `targets`: the N. */
  block(responders: readonly Responder[], targets: readonly Target[], wanted: number, done: (holders: readonly Target[]) => void): void {
    const holders: Target[] = responders.filter((responder) => !this.#isStale(responder))
    if (holders.length >= wanted) {
      done(holders)
      return
    }
    const stale = responders.filter((responder) => this.#isStale(responder))
    // Those that have not answered yet are sent it only where those that have are too few.
    const silent = targets.filter(({ node }) => !responders.some((responder) => responder.node === node))
    const lacking = holders.length + stale.length < wanted ? [...stale, ...silent] : stale
    if (lacking.length === 0) {
      done(holders)
      return
    }
    this.#house.count('blocking-repairs')
    let open = lacking.length
    let told = false
    for (const target of lacking) {
      this.#send(target, (holds) => {
        open--
        if (holds) holders.push(target)
        if (told || (holders.length < wanted && open > 0)) return
        told = true
        done(holders)
      })
    }
  }

  /** Whether this repair sends, or sent, the node this very copy. */
  covers(node: EndpointId, copy: Copy): boolean {
    return this.#sent.has(node) && this.#house.versioning.digest(copy) === this.#digest
  }

  #isStale({ digest }: Responder): boolean {
    return digest !== this.#digest && !(digest === null && this.#isNothing)
  }

  /** Nothing was ever written, or only tombstones are left that may be reaped (T4): to lack them is no fault. */
  get #isNothing(): boolean {
    const { wallMs, options } = this.#house
    return this.#copy.versions.every((version) => version.value === null && wallMs - version.wallMs > options.graceUs / 1_000)
  }

  #send(target: Target, done: (holds: boolean) => void): void {
    this.#sent.add(target.node)
    this.#house.count('read-repairs')
    if (target.node === this.#house.id) {
      const kept = keep(this.#house, this.#key, this.#copy, target.home, 'read-repair', false)
      if (kept === null) done(false)
      else if (kept.position === null) done(true)
      else this.#house.whenDurable(kept.position, () => done(true), kept.stream)
      return
    }
    const body: Replicate = { type: 'replicate', key: this.#key, copy: this.#copy, home: target.home, durable: false, cause: 'read-repair' }
    pursue(this.#house, target.node, { ...body }, (answer) => done(answer?.type === 'replicated'))
  }
}
