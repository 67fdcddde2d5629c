/**
 * Before a newcomer fetches partitions one by one it asks a node that kept them about the roots of all, in one message: most are empty
 * or equal, and have arrived with the answer.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { House } from './house.ts'
import { PartitionNames } from './partition-names.ts'
import { readList, readText } from './shape.ts'
import { MOST_ROOTS } from './sync-server.ts'

const PATIENCE_US = 600_000
/** Another map there: gossip is on its way. */
const AGAIN_US = 200_000
/** Who did not answer is not asked for anything for so long. */
const GONE_US = 5_000_000

export class Survey {
  readonly #house: House
  readonly #names: PartitionNames
  readonly #arrived: (name: string) => void
  readonly #states = new Map<EndpointId, 'asking' | 'over'>()
  readonly #gone = new Map<EndpointId, number>()

  constructor(house: House, arrived: (name: string) => void) {
    this.#house = house
    this.#names = new PartitionNames(house)
    this.#arrived = arrived
  }

  /** The map changed: all is to be asked anew. */
  clear(): void {
    this.#states.clear()
    this.#gone.clear()
  }

  isOver(peer: EndpointId): boolean {
    return this.#states.get(peer) === 'over'
  }

  gone(peer: EndpointId): void {
    this.#gone.set(peer, this.#house.nowUs + GONE_US)
  }

  isGone(peer: EndpointId): boolean {
    return (this.#gone.get(peer) ?? 0) > this.#house.nowUs
  }

  /** About these partitions; `done` runs when it is worth looking again. */
  ask(peer: EndpointId, names: readonly string[], done: () => void): void {
    if (this.#states.has(peer)) return
    const { membership, copies } = this.#house
    const map = membership.ring.digest
    const roots = names.slice(0, MOST_ROOTS).flatMap((name): readonly (readonly [string, string])[] => {
      const partition = this.#names.find(name)
      return partition === null ? [] : [[name, copies.tree(partition).root]]
    })
    this.#states.set(peer, 'asking')
    this.#house.ask(peer, { type: 'sync-roots', map, roots }, PATIENCE_US, (answer) => {
      if (membership.ring.digest !== map) return
      const [differ, partial] = [readList(answer?.differ, readName, MOST_ROOTS), readList(answer?.partial, readName, MOST_ROOTS)]
      if (differ === undefined || partial === undefined) {
        this.#failed(peer, answer === null, done)
        return
      }
      this.#states.set(peer, 'over')
      const open = new Set([...differ, ...partial])
      for (const [name, root] of roots) if (!open.has(name) && this.#isStill(name, root)) this.#arrived(name)
      done()
    })
  }

  #isStill(name: string, root: string): boolean {
    const partition = this.#names.find(name)
    return partition !== null && this.#house.copies.tree(partition).root === root
  }

  #failed(peer: EndpointId, silent: boolean, done: () => void): void {
    if (silent) this.gone(peer)
    else this.#house.membership.compare(peer)
    this.#house.after(silent ? 0 : AGAIN_US, () => {
      this.#states.delete(peer)
      done()
    })
  }
}

function readName(raw: unknown): string | undefined {
  return readText(raw)
}
