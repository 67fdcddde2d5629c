/**
 * Anti-entropy (§4.7): every so often this node compares the roots of all partitions that it shares with one peer, in one message, and
 * runs a session for each that differs. Peers take turns in a shuffled order, so that each pair meets within one cycle.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { House } from './house.ts'
import { PartitionNames } from './partition-names.ts'
import type { Part } from './parts.ts'
import { readList, readText } from './shape.ts'
import { MOST_ROOTS, SyncServer } from './sync-server.ts'
import { startSession } from './sync-session.ts'

const PATIENCE_US = 2_000_000
const JITTER = 0.1
/** A busy peer is asked again after about this, so often. */
const BUSY_US = 200_000
const MOST_TRIES = 5

export function createSync(house: House): Part {
  return new AntiEntropy(house)
}

class AntiEntropy implements Part {
  readonly #house: House
  readonly #names: PartitionNames
  readonly #server: SyncServer
  /** Peers whose turn is still to come. */
  #cycle: EndpointId[] = []
  #underWay = false
  #rounds = 0
  #sessions = 0

  constructor(house: House) {
    this.#house = house
    this.#names = new PartitionNames(house)
    this.#server = new SyncServer(house)
  }

  begin(): void {
    this.#wait(this.#house.random.next())
  }

  /** Sessions that this node answers. */
  get serving(): number {
    return this.#server.serving
  }

  #wait(part: number): void {
    const { options, random } = this.#house
    this.#house.after(options.antiEntropyUs * (part + JITTER * (2 * random.next() - 1)), () => {
      this.#wait(1)
      this.#round()
    })
  }

  #round(): void {
    const { options, membership } = this.#house
    if (!options.antiEntropy || !membership.isMember || this.#underWay) return
    const next = this.#next()
    if (next === null) return
    this.#underWay = true
    this.#rounds++
    this.#house.count('merkle-rounds')
    const body = { type: 'sync-roots', map: membership.ring.digest, roots: next.roots }
    this.#house.ask(next.peer, body, PATIENCE_US, (answer) => {
      const differ = answer === null ? undefined : readList(answer.differ, (name) => readText(name), MOST_ROOTS)
      if (answer?.why === 'map') membership.compare(next.peer)
      this.#sync(next.peer, differ ?? [], MOST_TRIES)
    })
  }

  /** Whose turn it is, among those that answer and share something. */
  #next(): { readonly peer: EndpointId; readonly roots: readonly (readonly [string, string])[] } | null {
    const { membership, detector, random } = this.#house
    for (let i = 0; i < 2 * membership.peers.length; i++) {
      if (this.#cycle.length === 0) this.#cycle = random.shuffle(membership.peers)
      const peer = this.#cycle.pop()
      if (peer === undefined || !membership.peers.includes(peer) || !detector.isUp(peer)) continue
      const roots = this.#rootsSharedWith(peer)
      if (roots.length > 0) return { peer, roots }
    }
    return null
  }

  #rootsSharedWith(peer: EndpointId): readonly (readonly [string, string])[] {
    const { id, membership, copies, transfers } = this.#house
    const { ring } = membership
    const shared: number[] = []
    for (let partition = 0; partition < ring.partitions; partition++) {
      const homes = ring.homes(partition)
      if (homes.includes(id) && homes.includes(peer) && transfers.arriving(partition) === null) shared.push(partition)
    }
    // Where one message does not hold them all, each round begins elsewhere.
    const first = shared.length <= MOST_ROOTS ? 0 : (this.#rounds * MOST_ROOTS) % shared.length
    const turned = [...shared.slice(first), ...shared.slice(0, first)].slice(0, MOST_ROOTS)
    return turned.map((partition) => [ring.nameOf(partition), copies.tree(partition).root] as const)
  }

  /** One after the other. */
  #sync(peer: EndpointId, partitions: readonly string[], tries: number): void {
    const [partition, ...others] = partitions
    if (partition === undefined) {
      this.#underWay = false
      return
    }
    const id = `a${++this.#sessions}`
    startSession(this.#house, this.#names, id, { peer, partition, cause: 'merkle', pull: true, push: true, evenPartial: true }, (end) => {
      if (end.kind === 'equal') this.#sync(peer, others, MOST_TRIES)
      else if (end.why === 'busy' && tries > 1) this.#later(() => this.#sync(peer, partitions, tries - 1))
      else if (end.why === 'silent' || end.why === 'map' || end.why === 'busy') this.#underWay = false
      else this.#sync(peer, others, MOST_TRIES)
    })
  }

  #later(run: () => void): void {
    this.#house.after(BUSY_US * (0.5 + this.#house.random.next()), run)
  }
}
