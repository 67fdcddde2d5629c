/**
 * This node's map (§4.8.1): a history that grows by explicit joins and leaves and by what others know, never because somebody is
 * silent. Each change is a record before anyone hears of it.
 */
import type { EndpointId } from '../../machine/contract.ts'
import { Gossip } from './gossip.ts'
import type { House, Membership, StoredRecord } from './house.ts'
import { serveChanges } from './map-changes.ts'
import { foundersOf, MOST_CHANGES, nextTime, readChanges, union } from './map-history.ts'
import type { Part } from './parts.ts'
import { buildRing, type WholeRing } from './ring/build.ts'
import { digestOf, membersOf, removedFrom } from './ring/history.ts'
import type { Change } from './ring/ring.ts'

export function createMembership(house: House, founders: readonly EndpointId[]): Membership & Part {
  const map = new NodeMap(house, founders)
  const gossip = new Gossip(house, map, founders)
  map.compareWith = (peer) => gossip.with(peer)
  serveChanges(house, map, gossip)
  return map
}

/** What gossip and the requests that change the map work on. */
export class NodeMap implements Membership, Part {
  readonly #house: House
  readonly #listeners: ((before: WholeRing, now: WholeRing) => void)[] = []
  readonly #starts: (() => void)[] = []
  #history: readonly Change[]
  #ring: WholeRing | null = null
  #digest: string | null = null
  #peers: readonly EndpointId[] | null = null
  #removed: ReadonlySet<EndpointId> | null = null
  #position = 0
  #emptied = 0
  /** Its own join is recorded, and no member knows of it yet. */
  joining = false
  compareWith: (peer: EndpointId) => void = () => {}

  constructor(house: House, founders: readonly EndpointId[]) {
    this.#house = house
    this.#history = foundersOf(house.id, founders, house.options.founders)
  }

  recover(record: StoredRecord): void {
    if (record.kind !== 'map') return
    const history = readChanges(record.history)
    if (history !== null) this.#become(history)
  }

  begin(): void {
    // A crash may have come between the map and the last of what it made this node forget.
    if (this.isRemoved(this.#house.id)) this.#forgetAll()
    for (const start of this.#starts) start()
  }

  /** Runs when this life begins. */
  onBegin(start: () => void): void {
    this.#starts.push(start)
  }

  get history(): readonly Change[] {
    return this.#history
  }

  /** Equal for equal histories. */
  get digest(): string {
    this.#digest ??= digestOf(this.#history)
    return this.#digest
  }

  /** The log's position of the newest map: nobody hears of it before that is durable. */
  get position(): number {
    return this.#position
  }

  get ring(): WholeRing {
    this.#ring ??= this.#ringOf(this.#history)
    return this.#ring
  }

  get peers(): readonly EndpointId[] {
    this.#peers ??= this.ring.members.filter((node) => node !== this.#house.id)
    return this.#peers
  }

  get isMember(): boolean {
    return !this.joining && this.ring.members.includes(this.#house.id)
  }

  isRemoved(node: EndpointId): boolean {
    this.#removed ??= removedFrom(this.#history)
    return this.#removed.has(node)
  }

  /** The position in the bulk stream before which a node that was removed may not come back. */
  get emptied(): number {
    return this.#emptied
  }

  onChange(run: (before: WholeRing, now: WholeRing) => void): void {
    this.#listeners.push(run)
  }

  compare(peer: EndpointId): void {
    this.compareWith(peer)
  }

  persist(): number {
    this.#position = this.#house.store({ kind: 'map', history: this.#history, arriving: this.#house.transfers.record })
    return this.#position
  }

  /** What another node knows. False: it is no map for this node, or more than anyone keeps; nothing changed. */
  learn(changes: readonly Change[]): boolean {
    // Who never joined has no map, until others say that it is a member (it was, and lost its disk).
    if (this.#history.length === 0 && !membersOf(changes).includes(this.#house.id)) return false
    return this.#adopt(union(this.#history, changes))
  }

  /** Records a change of this node's own. Null: the history is full. */
  change(kind: Change['kind'], node: EndpointId): number | null {
    const change: Change = { kind, node, at: nextTime(this.#history), by: this.#house.id }
    return this.#adopt(union(this.#history, [change])) ? this.#position : null
  }

  /** A newcomer takes over what its seed knows, and its own join, in one record. Null: the history is full. */
  joinWith(known: readonly Change[]): number | null {
    const before = this.#history
    const all = union(before, known)
    if (all.length >= MOST_CHANGES) return null
    this.#become(all)
    this.joining = true
    return this.change('join', this.#house.id)
  }

  #adopt(history: readonly Change[]): boolean {
    if (history.length > MOST_CHANGES) {
      this.#house.drop('history-full')
      return false
    }
    if (history.length === this.#history.length) return true
    const before = this.ring
    const removals = this.#removals
    this.#become(history)
    const now = this.ring
    // Recorded before the map is: whoever knows that it was removed has nothing left.
    if (this.#removals > removals) this.#forgetAll()
    for (const run of this.#listeners) run(before, now)
    this.persist()
    this.#house.count('map-changes')
    this.#house.emit('map', { members: now.members, digest: now.digest })
    return true
  }

  /** How often others have removed this node. */
  get #removals(): number {
    const { id } = this.#house
    return this.#history.filter(({ kind, node, by }) => kind === 'leave' && node === id && by !== id).length
  }

  #forgetAll(): void {
    const { copies, hints } = this.#house
    const [kept, hinted] = [copies.size, hints.count()]
    copies.clear()
    this.#emptied = hints.clear()
    if (kept + hinted > 0) this.#house.emit('removed', { copies: kept, hints: hinted })
  }

  #become(history: readonly Change[]): void {
    this.#history = history
    this.#ring = null
    this.#digest = null
    this.#peers = null
    this.#removed = null
  }

  #ringOf(history: readonly Change[]): WholeRing {
    return buildRing(history, this.#house.options, { distinct: this.#house.bug !== 'same-node-replicas' })
  }
}
