/** The faults of the mix that lie between nodes: links cut, held, and stormed. Clients are never cut off, so that stale sides are asked too. */
import type { EndpointId } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import { MS } from '../machine/time.ts'
import type { Arena } from './arena.ts'
import type { Endpoint } from './endpoint.ts'
import type { NetworkProfile } from './network.ts'
import type { FaultName } from './scenario.ts'

export interface LinkFaultsOptions {
  readonly arena: Arena
  readonly random: Random
  /** How the network is when it is well. */
  readonly profile: NetworkProfile
  count(fault: FaultName, text: string): void
  /** Undoes after a drawn time, unless chaos is over by then. */
  later(undo: () => void): void
}

export class LinkFaults {
  readonly #house: LinkFaultsOptions

  constructor(house: LinkFaultsOptions) {
    this.#house = house
  }

  /** Those that were ever started. */
  get #nodes(): readonly Endpoint[] {
    return this.#house.arena.nodes.filter((node) => node.incarnation > 0)
  }

  /** Two or three sides; clients reach all of them, so that stale sides are asked too. */
  partition(): void {
    const ids = this.#house.random.shuffle(this.#nodes.map((node) => node.id))
    const sides = this.#house.random.chance(0.8) ? 2 : 3
    const side = new Map(ids.map((id, i) => [id, i < sides ? i : this.#house.random.between(0, sides - 1)]))
    this.#cutLinks(
      'partition',
      ids.flatMap((a) => ids.filter((b) => a !== b && side.get(a) !== side.get(b)).map((b) => [a, b] as const)),
    )
  }

  isolate(): void {
    const ids = this.#nodes.map((node) => node.id)
    const leader = this.#house.arena.leader()
    const victim = leader !== null && this.#house.random.chance(0.6) ? leader.id : this.#house.random.pick(ids)
    const way = this.#house.random.pick(['both', 'in', 'out'] as const)
    const others = ids.filter((id) => id !== victim)
    const out = way === 'in' ? [] : others.map((id) => [victim, id] as const)
    const into = way === 'out' ? [] : others.map((id) => [id, victim] as const)
    this.#cutLinks('isolate', [...out, ...into])
  }

  oneWay(): void {
    const { random, arena } = this.#house
    this.#cutLinks('one-way', this.#randomLinks(random.between(1, arena.nodes.length)))
  }

  cutPair(): void {
    this.#cutLinks(
      'cut-pair',
      this.#randomLinks(1).flatMap(([a, b]) => [[a, b] as const, [b, a] as const]),
    )
  }

  hold(): void {
    const links = this.#randomLinks(this.#house.random.between(1, 3))
    if (links.length === 0) return
    this.#house.count('hold', `hold ${links.map(([a, b]) => `${a}>${b}`).join(' ')}`)
    for (const [a, b] of links) this.#house.arena.network.hold(a, b)
    this.#house.later(() => this.#house.arena.releaseHeld())
  }

  storm(): void {
    const bad: NetworkProfile = {
      loss: this.#house.random.pick([0.1, 0.3, 0.5]),
      duplicate: 0.3,
      corrupt: 0.02,
      minDelayUs: MS,
      jitterUs: this.#house.random.pick([20, 80, 200]) * MS,
      late: 0.05,
      lateUs: 500 * MS,
      lateCopies: 0.2,
    }
    this.#house.count('storm', `storm loss ${bad.loss} jitter ${bad.jitterUs / MS}ms`)
    this.#house.arena.network.shape(bad)
    this.#house.later(() => this.#house.arena.network.shape(this.#house.profile))
  }

  #randomLinks(count: number): (readonly [EndpointId, EndpointId])[] {
    const ids = this.#nodes.map((node) => node.id)
    const all = ids.flatMap((a) => ids.filter((b) => a !== b).map((b) => [a, b] as const))
    return this.#house.random.shuffle(all).slice(0, count)
  }

  #cutLinks(fault: FaultName, links: readonly (readonly [EndpointId, EndpointId])[]): void {
    if (links.length === 0) return
    this.#house.count(fault, `${fault} ${links.map(([a, b]) => `${a}>${b}`).join(' ')}`)
    for (const [a, b] of links) this.#house.arena.network.cut(a, b)
    this.#house.later(() => {
      for (const [a, b] of links) this.#house.arena.network.join(a, b)
      this.#house.arena.say(`${fault} over`)
    })
  }
}
