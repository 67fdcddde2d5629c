/**
 * Tombstones go when nobody can bring back what they cover (§2.5 of every store that deletes): old enough, the same at every home, and
 * nothing of the key with anybody else, hints included. One home asks all, then tells all; it drops its own last.
 */
import type { EndpointId } from '../../machine/contract.ts'
import { longestPursuitUs } from './coordinator/pursue.ts'
import type { Answer, Body, House } from './house.ts'
import { serveNodes } from './nodes-only.ts'
import type { Part } from './parts.ts'
import { readKey, readList, readOneOf, readPair, readText } from './shape.ts'
import { isDeleted, isReapable } from './tombstones.ts'

/** Keys looked at in one turn, and reaped together. */
const LOOKED_AT = 2_000
const MOST_AT_ONCE = 100
const MOST_LOOKS_A_GRACE = 8
const LEAST_LOOK_US = 100_000
const MOST_LOOK_US = 1_000_000
const PATIENCE_US = 2_000_000
/** Later homes wait so much of the grace longer, for the first is expected to do it. */
const TURN = 0.5
/** Tombstones watched, and those remembered as reaped; more wait, or are forgotten. */
const MOST_WATCHED = 50_000
const MOST_REMEMBERED = 10_000

/** What a member says of a key: the same tombstone (or it reaped that already); nothing of it; or something that must be settled first. */
const WORDS = ['same', 'none', 'wait'] as const
type Word = (typeof WORDS)[number]

type Named = readonly [key: string, digest: string]

export function createReaper(house: House): Part {
  return new Reaper(house)
}

export class Reaper implements Part {
  readonly #house: House
  /** Tombstones seen here, with their digest and since when: a clock that was set does not make them older. */
  readonly #watched = new Map<string, { readonly digest: string; readonly sinceUs: number; notBeforeUs: number }>()
  /** Key to the digest of the tombstone that went. The oldest is forgotten first. */
  readonly #reaped = new Map<string, string>()
  #cursor: string[] = []
  #underWay = false

  constructor(house: House) {
    this.#house = house
    serveNodes(house, 'reap-ask', (_from, body, answer) => this.#say(body, answer))
    serveNodes(house, 'reap', (_from, body, answer) => this.#reap(body, answer))
  }

  begin(): void {
    this.#wait()
  }

  #wait(): void {
    const every = Math.min(MOST_LOOK_US, Math.max(LEAST_LOOK_US, this.#house.options.graceUs / MOST_LOOKS_A_GRACE))
    this.#house.after(every, () => {
      this.#wait()
      this.#look()
    })
  }

  /** The next keys of all that are here. */
  #look(): void {
    const { copies, membership } = this.#house
    if (this.#underWay || !membership.isMember) return
    if (this.#cursor.length === 0) {
      this.#cursor = copies.partitions().flatMap((partition) => [...copies.keysIn(partition)])
      for (const key of this.#watched.keys()) if (copies.get(key) === null) this.#watched.delete(key)
    }
    const due = this.#cursor.splice(-LOOKED_AT).filter((key) => this.#isDue(key))
    if (this.#house.bug === 'no-grace') for (const key of due) this.#forget(key)
    else this.#work(due)
  }

  /** Some at a time, until none is left. */
  #work(due: readonly string[]): void {
    const admitted = due.length === 0 ? 0 : this.#house.admission.admit(Math.min(due.length, MOST_AT_ONCE))
    const keys = due.slice(0, admitted)
    // Until all can be asked nothing goes.
    this.#underWay = keys.length > 0 && this.#house.membership.peers.every((peer) => this.#house.detector.isUp(peer))
    if (!this.#underWay) return
    const named = keys.flatMap((key): readonly Named[] => (this.#isDeleted(key) ? [[key, this.#digestOf(key) ?? '']] : []))
    this.#ask(named, () => this.#work(due.slice(admitted)))
  }

  #isDue(key: string): boolean {
    const { copies, nowUs, wallMs, options, bug } = this.#house
    const copy = copies.get(key)
    if (copy === null || !isDeleted(copy)) {
      this.#watched.delete(key)
      return false
    }
    if (bug === 'no-grace') return true
    const turn = this.#turnOf(key)
    if (turn < 0) return false
    const digest = this.#house.versioning.digest(copy)
    const watched = this.#watched.get(key)
    if (watched?.digest !== digest) {
      if (watched !== undefined || this.#watched.size < MOST_WATCHED) this.#watched.set(key, { digest, sinceUs: nowUs, notBeforeUs: 0 })
      return false
    }
    // A write that the tombstone covers may still be on its way to somebody (seed 644): it must not find the tombstone gone.
    const waitUs = Math.max(options.graceUs, longestPursuitUs(options.detectorUs)) + options.graceUs * TURN * turn
    return isReapable(copy, wallMs, options.graceUs) && nowUs - watched.sinceUs >= waitUs && nowUs >= watched.notBeforeUs
  }

  /** Which home of the key this node is, from 0; below 0: none, or one that has not received it whole. */
  #turnOf(key: string): number {
    const { membership, transfers, id } = this.#house
    const partition = membership.ring.partitionOf(key)
    return transfers.arriving(partition) === null ? membership.ring.homes(partition).indexOf(id) : -1
  }

  // -- asking all

  #ask(due: readonly Named[], then: () => void): void {
    const { membership, options } = this.#house
    const { peers, ring } = membership
    for (const [key] of due) {
      const watched = this.#watched.get(key)
      if (watched !== undefined) watched.notBeforeUs = this.#house.nowUs + options.graceUs * TURN
    }
    const said = new Map<EndpointId, readonly Word[]>()
    let open = peers.length
    if (open === 0) this.#house.after(0, () => this.#judge(due, said, ring.digest, then))
    for (const peer of peers) {
      this.#house.ask(peer, { type: 'reap-ask', map: ring.digest, keys: due }, PATIENCE_US, (answer) => {
        const words = answer === null ? undefined : readList(answer.words, (word) => readOneOf(word, WORDS), MOST_AT_ONCE)
        if (words?.length === due.length) said.set(peer, words)
        if (--open === 0) this.#judge(due, said, ring.digest, then)
      })
    }
  }

  #judge(due: readonly Named[], said: ReadonlyMap<EndpointId, readonly Word[]>, map: string, then: () => void): void {
    const { membership, hints } = this.#house
    const { ring, peers } = membership
    if (ring.digest !== map || said.size < peers.length) {
      this.#underWay = false
      return
    }
    const going: Named[] = []
    for (const [i, [key, digest]] of due.entries()) {
      if (!this.#isSame(key, digest) || hints.of(key) !== null) continue
      const homes = ring.homes(ring.partitionOf(key))
      const words = peers.map((peer) => ({ peer, word: said.get(peer)?.[i] ?? 'wait' }))
      if (words.some(({ word }) => word === 'wait')) continue
      const lacking = words.filter(({ peer, word }) => word === 'none' && homes.includes(peer))
      // A home without it might yet be given something older: first it gets the tombstone, and all are asked again.
      if (lacking.length > 0) for (const { peer } of lacking) this.#offer(peer, key)
      else going.push([key, digest])
    }
    this.#tellAll(going, then)
  }

  #offer(peer: EndpointId, key: string): void {
    const copy = this.#house.copies.get(key)
    if (copy !== null) this.#house.ask(peer, { type: 'handoff', items: [[key, copy]] }, PATIENCE_US, () => {})
  }

  #tellAll(going: readonly Named[], then: () => void): void {
    const { peers } = this.#house.membership
    let open = going.length === 0 ? 0 : peers.length
    const own = (): void => {
      for (const [key, digest] of going) if (this.#isSame(key, digest)) this.#forget(key)
      then()
    }
    if (open === 0) {
      this.#house.after(0, own)
      return
    }
    for (const peer of peers) {
      this.#house.ask(peer, { type: 'reap', keys: going }, PATIENCE_US, () => {
        if (--open === 0) own()
      })
    }
  }

  // -- answering

  #say(body: Body, answer: Answer): void {
    const keys = readNamed(body.keys)
    if (keys === undefined) {
      this.#house.drop('bad-reap')
      return
    }
    const same = body.map === this.#house.membership.ring.digest
    answer({ type: 'reap-said', words: keys.map((named) => (same ? this.#wordOn(named) : 'wait')) }, this.#house.membership.position)
  }

  #wordOn([key, digest]: Named): Word {
    const { copies, hints } = this.#house
    if (hints.of(key) !== null) return 'wait'
    const own = copies.get(key)
    if (own === null) return this.#reaped.get(key) === digest ? 'same' : 'none'
    return this.#turnOf(key) >= 0 && this.#house.versioning.digest(own) === digest ? 'same' : 'wait'
  }

  #reap(body: Body, answer: Answer): void {
    const keys = readNamed(body.keys)
    if (keys === undefined) {
      this.#house.drop('bad-reap')
      return
    }
    for (const [key, digest] of keys) if (this.#isSame(key, digest)) this.#forget(key)
    answer({ type: 'reaped' })
  }

  // -- inside

  /** Still the tombstone of which it was asked. */
  #isSame(key: string, digest: string): boolean {
    return this.#isDeleted(key) && this.#digestOf(key) === digest
  }

  #isDeleted(key: string): boolean {
    const copy = this.#house.copies.get(key)
    return copy !== null && isDeleted(copy)
  }

  #digestOf(key: string): string | null {
    const copy = this.#house.copies.get(key)
    return copy === null ? null : this.#house.versioning.digest(copy)
  }

  #forget(key: string): void {
    const digest = this.#digestOf(key)
    if (digest === null) return
    this.#watched.delete(key)
    this.#reaped.delete(key)
    this.#reaped.set(key, digest)
    const [oldest] = this.#reaped.keys()
    if (this.#reaped.size > MOST_REMEMBERED && oldest !== undefined) this.#reaped.delete(oldest)
    this.#house.copies.drop(key)
    this.#house.count('reaped')
  }
}

function readNamed(raw: unknown): readonly Named[] | undefined {
  return readList(raw, (one) => readPair(one, readKey, (digest) => readText(digest)), MOST_AT_ONCE)
}
