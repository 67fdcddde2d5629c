/**
 * Partitions on the move after the map has changed (§4.9, §6.2). A new home is `arriving` until a session with a node that kept the
 * partition before has ended equal; who is no home any more hands its copies to every current home, and drops them only when all of
 * them have confirmed what it has: the source deletes last.
 */
import type { EndpointId } from '../../machine/contract.ts'
import { type Arrivals, arrivalsAfter, arrivalsAfterLoss, readArrivals, showArrivals } from './arrivals.ts'
import type { House, StoredRecord, Transfers } from './house.ts'
import { fitting, type Item } from './items.ts'
import { serveNodes } from './nodes-only.ts'
import { PartitionNames } from './partition-names.ts'
import type { Part } from './parts.ts'
import { Survey } from './survey.ts'
import { type SessionEnd, type SessionGoal, startSession } from './sync-session.ts'

/** Sessions that this node drives at a time. */
const MOST_SESSIONS = 4
const LOOK_US = 500_000
/** A session that failed is tried again after about this. */
const AGAIN_US = 250_000
/** When nobody who kept a partition has answered for so long, its other homes will do. */
const LONELY_US = 3_000_000
/** When all who kept it have left and been silent for so long, and it has no other home, it is given up. */
const ORPHANED_US = 10_000_000
/** What has arrived is written down a little later, many at a time: forgetting it costs a session. */
const PERSIST_US = 100_000

export function createTransfers(house: House): Transfers & Part {
  return new PartitionTransfers(house)
}

/** How the search for somebody who has a partition goes. */
interface Search {
  /** Whose turn it is among those that may have it. */
  turn: number
  /** Since when nobody who kept it was of use. */
  readonly sinceUs: number
}

export class PartitionTransfers implements Transfers, Part {
  readonly #house: House
  readonly #names: PartitionNames
  #arriving: Map<string, readonly EndpointId[]> = new Map()
  readonly #searches = new Map<string, Search>()
  /** By partition and home: the root of our tree when that home had all of it. Void with another map. */
  readonly #confirmed = new Map<string, string>()
  readonly #running = new Set<string>()
  readonly #notBefore = new Map<string, number>()
  readonly #survey: Survey
  #sessions = 0
  #hasMap = false
  #isLooking = false
  #isUnwritten = false

  constructor(house: House) {
    this.#house = house
    this.#names = new PartitionNames(house)
    this.#survey = new Survey(house, (name) => this.#arrived(name))
    // A leaver asks: only when all know that it left, and nobody needs it, does it go.
    serveNodes(house, 'goodbye', (from, _body, answer) => {
      const known = !house.membership.ring.members.includes(from)
      answer({ type: 'goodbye', known, waits: this.#waitsFor(from) }, house.membership.position)
    })
  }

  recover(record: StoredRecord): void {
    if (record.kind !== 'map') return
    this.#arriving = new Map(readArrivals(record.arriving) ?? [])
    this.#hasMap = true
  }

  begin(lostDisk: boolean): void {
    const { membership, id } = this.#house
    // What it has acknowledged is gone: until it has it again, its answers count towards no read. A map written since knows what came.
    const isEmpty = lostDisk && !this.#hasMap
    if (isEmpty && membership.ring.members.length > 0) {
      this.#arriving = new Map(arrivalsAfterLoss(id, membership.ring))
      membership.persist()
    }
    membership.onChange((before, now) => {
      // One that joined later has lost the map as well, and hears from others what it is a home of.
      const isNews = isEmpty && before.members.length === 0
      this.#arriving = new Map(isNews ? arrivalsAfterLoss(id, now) : arrivalsAfter(id, before, now, this.#arriving))
      this.#searches.clear()
      this.#confirmed.clear()
      this.#notBefore.clear()
      this.#survey.clear()
      this.#soon()
    })
    this.#wait()
  }

  arriving(partition: number): readonly EndpointId[] | null {
    return this.#arriving.get(this.#house.membership.ring.nameOf(partition)) ?? null
  }

  get incoming(): number {
    return this.#wanted().length
  }

  get outgoing(): number {
    return this.#displaced().reduce((sum, partition) => sum + this.#house.copies.keysIn(partition).length, 0)
  }

  get record(): unknown {
    return showArrivals(this.#arriving as Arrivals)
  }

  // -- what there is to do

  /** Partitions of this node's own that have to come. */
  #wanted(): readonly number[] {
    const { membership, id } = this.#house
    return [...this.#arriving.keys()].flatMap((name) => {
      const partition = this.#names.find(name)
      return partition !== null && membership.ring.homes(partition).includes(id) ? [partition] : []
    })
  }

  /** Partitions of which this node keeps copies without being a home of them. */
  #displaced(): readonly number[] {
    const { membership, copies, id } = this.#house
    return copies.partitions().filter((partition) => !membership.ring.homes(partition).includes(id))
  }

  #wait(): void {
    this.#house.after(LOOK_US, () => {
      this.#wait()
      this.#look()
    })
  }

  #soon(): void {
    if (this.#isLooking) return
    this.#isLooking = true
    this.#house.after(0, () => {
      this.#isLooking = false
      this.#look()
    })
  }

  #look(): void {
    this.#fetchAll()
    for (const partition of this.#displaced()) this.#handOver(partition)
  }

  // -- coming

  #waitsFor(node: EndpointId): boolean {
    const { ring } = this.#house.membership
    return this.#wanted().some((partition) => this.#arriving.get(ring.nameOf(partition))?.includes(node) === true)
  }

  #fetchAll(): void {
    const { ring } = this.#house.membership
    const bySource = new Map<EndpointId, string[]>()
    for (const partition of this.#wanted()) {
      const name = ring.nameOf(partition)
      const from = this.#source(partition, name)
      if (from === null && this.#isOrphaned(partition, name)) this.#arrived(name)
      if (from === null) continue
      if (from.evenPartial || this.#survey.isOver(from.peer)) this.#fetch(name, from)
      else bySource.set(from.peer, [...(bySource.get(from.peer) ?? []), name])
    }
    for (const [peer, names] of bySource) this.#survey.ask(peer, names, () => this.#soon())
  }

  #fetch(name: string, from: Pick<SessionGoal, 'peer' | 'evenPartial'>): void {
    const goal: SessionGoal = { ...from, partition: name, cause: 'transfer', pull: true, push: false }
    this.#run(`in ${name}`, goal, (end) => {
      const search = this.#searches.get(name)
      if (end.kind === 'equal') this.#arrived(name)
      else if (end.why === 'silent') this.#survey.gone(from.peer)
      else if (search !== undefined && end.why !== 'busy' && end.why !== 'map') search.turn++
    })
  }

  /** Who kept it before and is whole; if none of them is of use for long, any other home. */
  #source(partition: number, name: string): Pick<SessionGoal, 'peer' | 'evenPartial'> | null {
    const { membership, detector, nowUs, id } = this.#house
    const search = this.#searches.get(name) ?? { turn: 0, sinceUs: nowUs }
    this.#searches.set(name, search)
    const isLonely = nowUs - search.sinceUs > LONELY_US
    const keepers = (this.#arriving.get(name) ?? []).filter((node) => detector.isUp(node) && !this.#survey.isGone(node))
    const homes = membership.ring.homes(partition).filter((node) => node !== id && detector.isUp(node))
    const candidates = isLonely ? [...new Set([...keepers, ...homes])] : keepers
    const peer = candidates[search.turn % Math.max(1, candidates.length)]
    return peer === undefined ? null : { peer, evenPartial: isLonely && search.turn >= candidates.length }
  }

  /** Nobody is left who could have it, and none of them will come back: what is here is all there is. Else it could never be read again. */
  #isOrphaned(partition: number, name: string): boolean {
    const { membership, nowUs, id } = this.#house
    const { ring } = membership
    const sinceUs = this.#searches.get(name)?.sinceUs ?? nowUs
    if (nowUs - sinceUs < ORPHANED_US || ring.homes(partition).some((home) => home !== id)) return false
    return (this.#arriving.get(name) ?? []).every((keeper) => !ring.members.includes(keeper))
  }

  #arrived(name: string): void {
    if (!this.#arriving.delete(name)) return
    this.#searches.delete(name)
    this.#house.count('partitions-arrived')
    if (this.incoming === 0) this.#house.emit('arrived')
    if (this.#isUnwritten) return
    this.#isUnwritten = true
    this.#house.after(PERSIST_US, () => {
      this.#isUnwritten = false
      this.#house.membership.persist()
    })
  }

  // -- going

  #handOver(partition: number): void {
    const { membership, copies, detector } = this.#house
    const { ring } = membership
    const name = ring.nameOf(partition)
    const homes = ring.homes(partition)
    if (homes.length === 0) return
    if (this.#house.bug === 'delete-first') {
      this.#deleteFirst(partition, homes)
      return
    }
    const { root } = copies.tree(partition)
    const open = homes.filter((home) => this.#confirmed.get(`${name} ${home}`) !== root)
    if (open.length === 0) {
      this.#drop(partition)
      return
    }
    for (const home of open.filter((one) => detector.isUp(one))) {
      const goal: SessionGoal = { peer: home, partition: name, cause: 'transfer', pull: false, push: true, evenPartial: true }
      this.#run(`out ${name} ${home}`, goal, (end) => {
        if (end.kind === 'equal' && end.skipped === 0) this.#confirmed.set(`${name} ${home}`, end.root)
      })
    }
  }

  /** Every current home has had, under this same map, all that is here now. */
  #drop(partition: number): void {
    const { membership, copies } = this.#house
    const keys = copies.keysIn(partition)
    for (const key of keys) copies.drop(key)
    this.#house.count('partitions-handed-over')
    this.#house.emit('handed-over', { partition: membership.ring.nameOf(partition), keys: keys.length })
  }

  /** The known-bad variant: deleted here, and then sent, once. */
  #deleteFirst(partition: number, homes: readonly EndpointId[]): void {
    const { membership, copies } = this.#house
    const { ring } = membership
    const items = copies.keysIn(partition).flatMap((key): readonly Item[] => {
      const copy = copies.get(key)
      return copy === null ? [] : [[key, copy]]
    })
    this.#drop(partition)
    const body = {
      session: `t${++this.#sessions}`,
      partition: ring.nameOf(partition),
      map: ring.digest,
      items: fitting(items),
      cause: 'transfer',
    }
    for (const home of homes) this.#house.tell(home, { ...body, type: 'sync-give' })
  }

  // -- sessions

  /** Not twice at a time, not too many, and not at once after a failure. */
  #run(name: string, goal: SessionGoal, done: (end: SessionEnd) => void): void {
    const { nowUs, random, membership } = this.#house
    if (this.#running.has(name) || this.#running.size >= MOST_SESSIONS || nowUs < (this.#notBefore.get(name) ?? 0)) return
    this.#running.add(name)
    const map = membership.ring.digest
    startSession(this.#house, this.#names, `t${++this.#sessions}`, goal, (end) => {
      this.#running.delete(name)
      // Another map: what was found out is about the one before.
      if (membership.ring.digest === map) done(end)
      if (end.kind === 'equal') this.#soon()
      else {
        const delayUs = AGAIN_US * (0.5 + random.next())
        this.#notBefore.set(name, this.#house.nowUs + delayUs)
        this.#house.after(delayUs, () => this.#soon())
      }
    })
  }
}
