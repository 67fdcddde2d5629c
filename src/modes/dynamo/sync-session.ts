/**
 * The one primitive of anti-entropy and of transfer (§4.7): two nodes' copies of one partition compared by their hash trees, and what
 * differs exchanged, each message bounded and each copy confirmed durable. This side drives; the other only answers (sync-server.ts).
 * It ends once, in `equal` or in a failure, and then nothing of it is left.
 */
import { assert } from '../../machine/assert.ts'
import type { EndpointId } from '../../machine/contract.ts'
import type { Body, House } from './house.ts'
import { fitting, type Item, MOST_ITEMS, readItems, readPlaces } from './items.ts'
import { type Children, MerkleComparison } from './merkle-compare.ts'
import type { PartitionNames } from './partition-names.ts'
import { readCount, readList, readPair, readText } from './shape.ts'
import { MOST_PATHS } from './sync-server.ts'
import { isReapable } from './tombstones.ts'
import type { Copy } from './versions.ts'

export interface SessionGoal {
  readonly peer: EndpointId
  /** The partition's name. */
  readonly partition: string
  readonly cause: 'merkle' | 'transfer'
  /** Take what the peer has, give what this node has. */
  readonly pull: boolean
  readonly push: boolean
  /** Whether a peer that has not received the partition whole will do. */
  readonly evenPartial: boolean
}

export type SessionEnd =
  /** All that differed when it was looked at has been exchanged. `root`: of this node's tree when that began; `skipped`: unreadable. */
  | { readonly kind: 'equal'; readonly root: string; readonly moved: number; readonly skipped: number }
  | { readonly kind: 'failed'; readonly why: 'silent' | 'map' | 'busy' | 'not-home' | 'partial' | 'malformed' }

/** Digests of one key on both sides; null: not there. */
interface Difference {
  readonly key: string
  readonly theirs: string | null
}

/** A question is asked again, as it is, when its answer does not come: a lost message must not cost the session. */
const PATIENCE_US = 600_000
const MOST_TRIES = 4
/** When no background work is admitted, it is asked for again after this. */
const HELD_BACK_US = 50_000

/** Starts it; `done` runs once, later. `id` names it, uniquely among this node's. */
export function startSession(house: House, names: PartitionNames, id: string, goal: SessionGoal, done: (end: SessionEnd) => void): void {
  new Session(house, names, id, goal, done).start()
}

class Session {
  readonly #house: House
  readonly #names: PartitionNames
  readonly #id: string
  readonly #goal: SessionGoal
  readonly #done: (end: SessionEnd) => void
  readonly #map: string
  #root = ''
  #moved = 0
  #skipped = 0
  #ended = false

  constructor(house: House, names: PartitionNames, id: string, goal: SessionGoal, done: (end: SessionEnd) => void) {
    this.#house = house
    this.#names = names
    this.#id = id
    this.#goal = goal
    this.#done = done
    this.#map = house.membership.ring.digest
  }

  start(): void {
    this.#house.count('sync-sessions')
    // Whoever has left the ring may be gone for good.
    const tries = this.#house.membership.peers.includes(this.#goal.peer) ? MOST_TRIES : 1
    const opened = (answer: Body, partition: number) => {
      const root = readText(answer.root)
      if (root === undefined) return this.#fail('malformed')
      if (answer.partial === true && !this.#goal.evenPartial) return this.#fail('partial')
      this.#root = this.#house.copies.tree(partition).root
      this.#descend(new MerkleComparison(this.#root, root))
    }
    this.#ask('sync-open', { push: this.#goal.push }, opened, tries)
  }

  // -- comparing

  #descend(comparison: MerkleComparison): void {
    const next = comparison.next()
    if ('differing' in next) {
      this.#house.count('merkle-hashes', comparison.hashes)
      this.#list(next.differing, [])
      return
    }
    this.#ask('sync-children', { paths: next.ask }, (answer, partition) => {
      const theirs = readList(answer.children, readTexts, MOST_PATHS)
      const tree = this.#house.copies.tree(partition)
      const mine: readonly Children[] = next.ask.map((path) => tree.children(path))
      if (theirs === undefined || !comparison.take(mine, theirs)) return this.#fail('malformed')
      this.#descend(comparison)
    })
  }

  /** The keys that differ under these leaves, some leaves at a time. */
  #list(leaves: readonly string[], found: readonly Difference[]): void {
    if (leaves.length === 0) {
      this.#exchange(found)
      return
    }
    const asked = leaves.slice(0, MOST_PATHS)
    this.#ask('sync-keys', { paths: asked }, (answer, partition) => {
      const theirs = readList(answer.leaves, readDigests, asked.length)
      if (theirs === undefined || theirs.length === 0) return this.#fail('malformed')
      const tree = this.#house.copies.tree(partition)
      const differ = theirs.flatMap((digests, i) => differences(new Map(tree.keys(asked[i] ?? '')), new Map(digests)))
      this.#house.count(
        'merkle-keys',
        theirs.reduce((sum, digests) => sum + digests.length, 0),
      )
      this.#list(leaves.slice(theirs.length), [...found, ...differ])
    })
  }

  // -- exchanging

  #exchange(differ: readonly Difference[]): void {
    if (differ.length === 0) {
      this.#end({ kind: 'equal', root: this.#root, moved: this.#moved, skipped: this.#skipped })
      return
    }
    const admitted = this.#house.admission.admit(Math.min(MOST_ITEMS, differ.length))
    if (admitted === 0) {
      this.#house.after(HELD_BACK_US, () => this.#exchange(differ))
      return
    }
    const batch = differ.slice(0, admitted)
    const keys = this.#goal.pull ? batch.filter(({ theirs }) => theirs !== null).map(({ key }) => key) : []
    this.#fetch(keys, () => {
      const items = this.#goal.push ? batch.flatMap((one) => this.#wantedThere(one)) : []
      this.#give(items, () => this.#exchange(differ.slice(admitted)))
    })
  }

  #fetch(keys: readonly string[], then: () => void): void {
    if (keys.length === 0) {
      then()
      return
    }
    this.#ask('sync-fetch', { keys }, (answer) => {
      const read = readItems(answer.items)
      const told = readCount(answer.told)
      if (read === undefined || told === undefined || told === 0 || told > keys.length) return this.#fail('malformed')
      const asked = new Set(keys)
      for (const [key, copy] of read.items) if (asked.has(key)) this.#take(key, copy)
      this.#skip(read.bad.length)
      this.#fetch(keys.slice(told), then)
    })
  }

  #take(key: string, copy: Copy): void {
    if (this.#goal.cause === 'merkle' && this.#house.copies.get(key) === null && this.#isReapable(copy)) return
    this.#house.copies.take(key, copy, this.#goal.cause, true)
    this.#moved++
  }

  #wantedThere({ key, theirs }: Difference): readonly Item[] {
    const copy = this.#house.copies.get(key)
    if (copy === null || (theirs !== null && this.#house.versioning.digest(copy) === theirs)) return []
    if (this.#goal.cause === 'merkle' && theirs === null && this.#isReapable(copy)) return []
    return [[key, copy]]
  }

  #isReapable(copy: Copy): boolean {
    const { wallMs, options } = this.#house
    return isReapable(copy, wallMs, options.graceUs)
  }

  #give(items: readonly Item[], then: () => void): void {
    if (items.length === 0) {
      then()
      return
    }
    const sent = fitting(items)
    this.#ask('sync-give', { items: sent, cause: this.#goal.cause }, (answer) => {
      const refused = readPlaces(answer.refused)
      if (refused === undefined) return this.#fail('malformed')
      this.#skip(refused.size)
      this.#moved += sent.length - refused.size
      this.#give(items.slice(sent.length), then)
    })
  }

  #skip(count: number): void {
    this.#skipped += count
    if (count > 0) this.#house.count('sync-skipped', count)
  }

  // -- asking and ending

  #ask(type: string, body: Readonly<Record<string, unknown>>, then: (answer: Body, partition: number) => void, tries = MOST_TRIES): void {
    const { peer, partition } = this.#goal
    if (this.#house.membership.ring.digest !== this.#map) {
      this.#fail('map')
      return
    }
    const question = { ...body, type, session: this.#id, partition, map: this.#map }
    this.#house.ask(peer, question, PATIENCE_US, (answer) => {
      if (answer === null) return tries > 1 ? this.#ask(type, body, then, tries - 1) : this.#fail('silent')
      if (answer.type === 'sync-refused') return this.#refused(answer.why)
      const own = this.#names.find(partition)
      if (this.#house.membership.ring.digest !== this.#map || own === null) return this.#fail('map')
      then(answer, own)
    })
  }

  #refused(why: unknown): void {
    if (why === 'map') this.#house.membership.compare(this.#goal.peer)
    this.#fail(why === 'map' || why === 'busy' || why === 'not-home' ? why : 'malformed')
  }

  #fail(why: Extract<SessionEnd, { kind: 'failed' }>['why']): void {
    this.#house.count('sync-failed')
    this.#end({ kind: 'failed', why })
  }

  #end(end: SessionEnd): void {
    assert(!this.#ended, 'a session ends once')
    this.#ended = true
    const { peer, partition, cause } = this.#goal
    if (this.#moved > 0) this.#house.emit('sync', { peer, partition, cause, moved: this.#moved, whole: end.kind === 'equal' })
    this.#house.tell(peer, { type: 'sync-close', session: this.#id })
    this.#house.after(0, () => this.#done(end))
  }
}

function differences(mine: ReadonlyMap<string, string>, theirs: ReadonlyMap<string, string>): readonly Difference[] {
  const found: Difference[] = []
  for (const [key, digest] of theirs) if (mine.get(key) !== digest) found.push({ key, theirs: digest })
  for (const key of mine.keys()) if (!theirs.has(key)) found.push({ key, theirs: null })
  return found
}

function readTexts(raw: unknown): readonly string[] | undefined {
  return readList(raw, (one) => readText(one), 16)
}

function readDigests(raw: unknown): readonly (readonly [string, string])[] | undefined {
  return readList(
    raw,
    (one) =>
      readPair(
        one,
        (key) => readText(key),
        (digest) => readText(digest),
      ),
    100_000,
  )
}
