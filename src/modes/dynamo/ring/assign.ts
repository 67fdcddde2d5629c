/**
 * Strategy 3 (§6.2): Q equal partitions, Q/S tokens a node. Who owns which follows from replaying the history: founders are dealt
 * theirs at random, one who joins steals, one who leaves spreads what it had. Random draws come from the change's own name, so every
 * node draws alike, and a later change moves nothing that it need not.
 */
import { assert } from '../../../machine/assert.ts'
import type { EndpointId } from '../../../machine/contract.ts'
import { type Random, seeded } from '../../../machine/random.ts'
import { inOrder } from './history.ts'
import type { Change } from './ring.ts'

/** The owner of each partition; empty if nobody is left. Every node's count is within one of Q/S. */
export function assignPartitions(history: readonly Change[], partitions: number): readonly EndpointId[] {
  const table = new Table(partitions)
  const changes = inOrder(history)
  const founders = [...new Set(changes.filter(isFounding).map(({ node }) => node))]
  table.found(founders)
  for (const change of changes.filter((one) => !isFounding(one))) {
    if (change.kind === 'join') table.join(change)
    else table.leave(change)
  }
  return table.owners
}

function isFounding({ kind, at }: Change): boolean {
  return kind === 'join' && at === 0
}

class Table {
  readonly #partitions: number
  /** What each member owns, in no order that means anything. */
  readonly #owned = new Map<EndpointId, number[]>()

  constructor(partitions: number) {
    this.#partitions = partitions
  }

  get owners(): readonly EndpointId[] {
    const owners: EndpointId[] = []
    for (const [node, owned] of this.#owned) for (const partition of owned) owners[partition] = node
    return owners
  }

  found(founders: readonly EndpointId[]): void {
    if (founders.length === 0) return
    const random = seeded(`founders/${founders.join()}/${this.#partitions}`)
    const dealt = random.shuffle(Array.from({ length: this.#partitions }, (_, partition) => partition))
    const order = random.shuffle(founders)
    for (const node of order) this.#owned.set(node, [])
    dealt.forEach((partition, i) => {
      this.#of(order[i % order.length] ?? '').push(partition)
    })
  }

  join({ node, at }: Change): void {
    if (this.#owned.has(node)) return
    if (this.#owned.size === 0) {
      this.found([node])
      return
    }
    const random = seeded(`join/${node}/${at}`)
    const stolen: number[] = []
    const share = Math.floor(this.#partitions / (this.#owned.size + 1))
    while (stolen.length < share) stolen.push(take(this.#of(this.#pick(random, (a, b) => a > b)), random))
    this.#owned.set(node, stolen)
  }

  leave({ node, at }: Change): void {
    const left = this.#owned.get(node)
    if (left === undefined) return
    this.#owned.delete(node)
    if (this.#owned.size === 0) return
    const random = seeded(`leave/${node}/${at}`)
    for (const partition of random.shuffle([...left].sort((a, b) => a - b))) this.#of(this.#pick(random, (a, b) => a < b)).push(partition)
  }

  /** One of those that own most, or least. */
  #pick(random: Random, better: (a: number, b: number) => boolean): EndpointId {
    let best: EndpointId[] = []
    let count = -1
    for (const [node, owned] of this.#owned) {
      if (count === -1 || better(owned.length, count)) [best, count] = [[node], owned.length]
      else if (owned.length === count) best.push(node)
    }
    return random.pick(best)
  }

  #of(node: EndpointId): number[] {
    const owned = this.#owned.get(node)
    assert(owned !== undefined, 'partitions are dealt to members only')
    return owned
  }
}

function take(owned: number[], random: Random): number {
  const [partition] = owned.splice(random.between(0, owned.length - 1), 1)
  assert(partition !== undefined, 'partitions are stolen from one that has some')
  return partition
}
