/**
 * The side of a sync session that answers. It keeps nothing of a session but that it runs, and forgets that when nothing is heard of
 * it: a session that breaks off leaves nothing behind.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { Answer, Body, House } from './house.ts'
import { fitting, type Item, MOST_ITEMS, readItems } from './items.ts'
import { serveNodes } from './nodes-only.ts'
import { PartitionNames } from './partition-names.ts'
import { readFlag, readKey, readList, readText } from './shape.ts'

/** Sessions of others that are served at a time; more are refused and come back. */
const MOST_SESSIONS = 4
const FORGOTTEN_US = 4_000_000
export const MOST_PATHS = 64
/** Keys with their digests in one answer; a leaf is never cut. */
const MOST_KEYS = 400

type RefusalOfSync = 'map' | 'busy' | 'not-home' | 'malformed'

export class SyncServer {
  readonly #house: House
  readonly #names: PartitionNames
  /** When something was heard of a session last, by asker and session. */
  readonly #sessions = new Map<string, number>()

  constructor(house: House) {
    this.#house = house
    this.#names = new PartitionNames(house)
    serveNodes(house, 'sync-roots', (_from, body, answer) => this.#answer(body, answer, () => this.#roots(body)))
    serveNodes(house, 'sync-open', (from, body, answer) => this.#inSession(from, body, answer, (partition) => this.#open(partition, body)))
    serveNodes(house, 'sync-children', (from, body, answer) =>
      this.#inSession(from, body, answer, (partition) => this.#children(partition, body)),
    )
    serveNodes(house, 'sync-keys', (from, body, answer) => this.#inSession(from, body, answer, (partition) => this.#keys(partition, body)))
    serveNodes(house, 'sync-fetch', (from, body, answer) => this.#inSession(from, body, answer, () => this.#fetch(body)))
    serveNodes(house, 'sync-give', (from, body, answer) => this.#inSession(from, body, answer, () => this.#take(body)))
    serveNodes(house, 'sync-close', (from, body) => {
      this.#sessions.delete(`${from} ${String(body.session)}`)
    })
  }

  /** Sessions of others under way. */
  get serving(): number {
    return this.#sessions.size
  }

  #answer(body: Body, answer: Answer, make: () => Reply | RefusalOfSync): void {
    const reply = body.map === this.#house.membership.ring.digest ? make() : 'map'
    if (reply === 'malformed') this.#house.drop('bad-sync')
    if (typeof reply === 'string') answer({ type: 'sync-refused', why: reply })
    // Who takes our copies for granted takes our map for granted too: it must be one that we cannot forget.
    else answer(reply.body, Math.max(reply.after ?? 0, this.#house.membership.position))
  }

  #inSession(from: EndpointId, body: Body, answer: Answer, make: (partition: number) => Reply | RefusalOfSync): void {
    this.#answer(body, answer, () => {
      const partition = this.#names.find(body.partition)
      const session = readText(body.session, 64)
      if (partition === null || session === undefined) return 'malformed'
      return this.#admit(`${from} ${session}`) ? make(partition) : 'busy'
    })
  }

  #admit(session: string): boolean {
    const { nowUs } = this.#house
    for (const [name, heardUs] of this.#sessions) if (nowUs - heardUs > FORGOTTEN_US) this.#sessions.delete(name)
    if (!this.#sessions.has(session) && this.#sessions.size >= MOST_SESSIONS) {
      this.#house.count('sync-refused')
      return false
    }
    this.#sessions.set(session, nowUs)
    return true
  }

  /** Which of the partitions have other roots here, and which are not whole. */
  #roots(body: Body): Reply | RefusalOfSync {
    const roots = readRoots(body.roots)
    if (roots === undefined) return 'malformed'
    const differ = roots.flatMap(([name, root]) => {
      const partition = this.#names.find(name)
      return partition !== null && this.#house.copies.tree(partition).root === root ? [] : [name]
    })
    const partial = roots.flatMap(([name]) => {
      const partition = this.#names.find(name)
      return partition !== null && this.#house.transfers.arriving(partition) !== null ? [name] : []
    })
    return { body: { type: 'sync-differ', differ, partial } }
  }

  #open(partition: number, body: Body): Reply | RefusalOfSync {
    const { membership, copies, transfers, id } = this.#house
    const push = readFlag(body.push)
    if (push === undefined) return 'malformed'
    if (push && !membership.ring.homes(partition).includes(id)) return 'not-home'
    // Who hands a partition over drops what we say that we have, here and below: then it must be on the disk.
    const after = copies.flush()
    return { body: { type: 'sync-opened', root: copies.tree(partition).root, partial: transfers.arriving(partition) !== null }, after }
  }

  #children(partition: number, body: Body): Reply | RefusalOfSync {
    const paths = readPaths(body.paths)
    if (paths === undefined) return 'malformed'
    const tree = this.#house.copies.tree(partition)
    return { body: { type: 'sync-children', children: paths.map((path) => tree.children(path)) }, after: this.#house.copies.flush() }
  }

  /** What is under the leaves, of as many of them as fit. */
  #keys(partition: number, body: Body): Reply | RefusalOfSync {
    const paths = readPaths(body.paths)
    if (paths === undefined) return 'malformed'
    const tree = this.#house.copies.tree(partition)
    const leaves: (readonly (readonly [string, string])[])[] = []
    let count = 0
    for (const path of paths) {
      const keys = tree.keys(path)
      count += keys.length
      if (leaves.length > 0 && count > MOST_KEYS) break
      leaves.push(keys)
    }
    return { body: { type: 'sync-keys', leaves }, after: this.#house.copies.flush() }
  }

  /** The copies of as many of the keys, from the first, as fit; what is gone meanwhile counts as told. */
  #fetch(body: Body): Reply | RefusalOfSync {
    const keys = readList(body.keys, readKey, MOST_ITEMS)
    if (keys === undefined) return 'malformed'
    const items = keys.flatMap((key): readonly Item[] => {
      const copy = this.#house.copies.get(key)
      return copy === null ? [] : [[key, copy]]
    })
    const sent = fitting(items)
    const last = sent.length === items.length ? undefined : items[sent.length]?.[0]
    return { body: { type: 'sync-items', items: sent, told: last === undefined ? keys.length : keys.indexOf(last) } }
  }

  #take(body: Body): Reply | RefusalOfSync {
    const read = readItems(body.items)
    if (read === undefined) return 'malformed'
    const { copies } = this.#house
    if (read.bad.length > 0) this.#house.drop('bad-copy')
    const cause = body.cause === 'transfer' ? 'transfer' : 'merkle'
    const positions = read.items.map(([key, copy]) => copies.take(key, copy, cause, true) ?? 0)
    return { body: { type: 'sync-given', refused: read.bad }, after: Math.max(0, ...positions) }
  }
}

interface Reply {
  readonly body: Body
  /** Not before this record of the log is durable. */
  readonly after?: number
}

/** Roots of partitions by name; more than this come in another round. */
export const MOST_ROOTS = 600

function readRoots(raw: unknown): readonly (readonly [string, string])[] | undefined {
  return readList(
    raw,
    (one) => (Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'string' ? ([one[0], one[1]] as const) : undefined),
    MOST_ROOTS,
  )
}

function readPaths(raw: unknown): readonly string[] | undefined {
  return readList(raw, (one) => readText(one, 64), MOST_PATHS)
}
