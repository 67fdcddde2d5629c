/**
 * This node's own copies, all in memory, each change a record: what it keeps of every key, which partition that belongs to, and a hash
 * tree of every partition.
 */
import { assert } from '../../machine/assert.ts'
import type { Cause, Copies, House, StoredRecord } from './house.ts'
import type { MerkleTree } from './merkle.ts'
import { Minting } from './minting.ts'
import { RecentWrites } from './recent-writes.ts'
import type { Ring } from './ring/ring.ts'
import { siblingsOf } from './siblings.ts'
import { mayBeCut } from './versions/capped.ts'
import { has } from './versions/causality.ts'
import type { Copy, Dot, Version } from './versions.ts'
import { WriteBuffer } from './write-buffer.ts'

interface Partition {
  readonly keys: Set<string>
  readonly tree: MerkleTree
  /** Changed since the tree was asked for last: digests cost, and most writes to a key follow another one. */
  readonly dirty: Set<string>
}

/** What made a copy here newer that a client's own write had not: `when` in microseconds of this node's time. */
export interface Healed {
  readonly key: string
  readonly cause: Cause
  readonly atUs: number
}

const MOST_HEALED = 500
const TOLD_EACH = 5
const HEALING: ReadonlySet<Cause> = new Set<Cause>(['hint', 'read-repair', 'merkle', 'transfer'])

export class CopyStore implements Copies {
  readonly #house: House
  readonly #newTree: () => MerkleTree
  readonly #copies = new Map<string, Copy>()
  readonly #partitions = new Map<number, Partition>()
  /** Where the newest record of a key is, while it is not durable. */
  readonly #pending = new Map<string, number>()
  readonly #buffer: WriteBuffer
  readonly #minting: Minting
  readonly #writes = new RecentWrites()
  /** Keys of two siblings or more. */
  readonly #siblings = new Map<string, number>()
  /** The position of this life's newest record. */
  #last = 0
  readonly causes = new Map<Cause, number>()
  #healed: Healed[] = []

  constructor(house: House, newTree: () => MerkleTree) {
    this.#house = house
    this.#newTree = newTree
    this.#minting = new Minting(house.id, (copy, dot) => this.#remembers(copy, dot))
    this.#buffer = new WriteBuffer(house, (key, copy) => this.#record(key, copy))
  }

  // -- a part's life

  recover(record: StoredRecord): void {
    if (record.kind === 'copy') {
      this.#copies.set(record.key, record.copy)
      this.#writes.add(record.key, record.copy.versions)
    }
    if (record.kind === 'drop') this.#copies.delete(record.key)
  }

  begin(): void {
    const { membership } = this.#house
    this.#index(membership.ring)
    for (const [key, copy] of this.#copies) this.#countSiblings(key, copy)
    membership.onChange((before, now) => {
      if (!samePartitions(before, now)) this.#index(now)
    })
  }

  // -- Copies

  get size(): number {
    return this.#copies.size
  }

  get(key: string): Copy | null {
    return this.#copies.get(key) ?? null
  }

  take(key: string, copy: Copy, cause: Cause, urgent = false): number | null {
    const own = this.#copies.get(key)
    const merged = this.settled(key, own === undefined ? copy : this.#house.versioning.merge(own, copy))
    if (own !== undefined && sameCopy(merged, own)) return this.#safeAt(key, urgent)
    this.causes.set(cause, (this.causes.get(cause) ?? 0) + 1)
    if (HEALING.has(cause)) this.#heal({ key, cause, atUs: this.#house.nowUs })
    return this.#keep(key, merged, urgent)
  }

  actorFor(key: string, base: Copy): string {
    const { id, bug, life } = this.#house
    return bug === 'no-incarnation' ? id : this.#minting.nameFor(key, base, life)
  }

  minted(key: string, version: Version): void {
    this.#minting.minted(key, version.dot)
    this.#writes.add(key, [version])
  }

  settled(key: string, copy: Copy): Copy {
    this.#writes.add(key, copy.versions)
    return this.#house.options.versions === 'dotted' ? this.#writes.withoutReplaced(key, copy) : copy
  }

  madeBefore(key: string, op: string): Version | null {
    return this.#writes.find(key, op)
  }

  drop(key: string): void {
    if (!this.#copies.delete(key)) return
    this.#buffer.forget(key)
    this.#siblings.delete(key)
    const partition = this.#partitions.get(this.#house.membership.ring.partitionOf(key))
    partition?.keys.delete(key)
    partition?.dirty.add(key)
    this.#follow(key, this.#house.store({ kind: 'drop', key }))
  }

  clear(): void {
    for (const key of [...this.#copies.keys()]) this.drop(key)
    this.#minting.forget()
  }

  flush(): number {
    this.#buffer.flush()
    return this.#last
  }

  keysIn(partition: number): readonly string[] {
    return [...(this.#partitions.get(partition)?.keys ?? [])]
  }

  partitions(): readonly number[] {
    return [...this.#partitions].filter(([, { keys }]) => keys.size > 0).map(([partition]) => partition)
  }

  tree(partition: number): MerkleTree {
    const { tree, dirty } = this.#partition(partition)
    for (const key of dirty) {
      const copy = this.#copies.get(key)
      tree.set(key, copy === undefined ? null : this.#house.versioning.digest(copy))
    }
    dirty.clear()
    return tree
  }

  // -- for screens

  keys(): IterableIterator<string> {
    return this.#copies.keys()
  }

  /** Writes that were acknowledged and are not on their way to the disk. */
  get buffered(): number {
    return this.#buffer.size
  }

  get mostSiblings(): number {
    let most = this.#copies.size === 0 ? 0 : 1
    for (const siblings of this.#siblings.values()) most = Math.max(most, siblings)
    return most
  }

  /** The newest last. */
  get healed(): readonly Healed[] {
    return this.#healed.slice(-MOST_HEALED)
  }

  // -- inside

  /** The last writer's copies have no events at all. */
  #remembers({ seen }: Copy, dot: Dot): boolean {
    const { versions, clockCap } = this.#house.options
    if (versions === 'lww' || has(seen, dot)) return true
    return versions !== 'dotted' && mayBeCut(seen, dot, clockCap)
  }

  #keep(key: string, copy: Copy, urgent: boolean): number | null {
    assert(
      copy.versions.length > 0 || copy.seen.dots.length > 0 || Object.keys(copy.seen.clock).length > 0,
      'a copy that is kept holds something',
    )
    this.#copies.set(key, copy)
    const partition = this.#partition(this.#house.membership.ring.partitionOf(key))
    partition.keys.add(key)
    partition.dirty.add(key)
    this.#countSiblings(key, copy)
    if (this.#house.options.durability !== 'all' && !urgent) {
      this.#buffer.add(key, copy)
      return null
    }
    // A durable write takes with it what came before it, so that the disk never holds a later write without an earlier one.
    this.#buffer.forget(key)
    this.#buffer.flush()
    this.#record(key, copy)
    return this.#safeAt(key, urgent)
  }

  #record(key: string, copy: Copy): void {
    this.#follow(key, this.#house.store({ kind: 'copy', key, copy }))
  }

  #follow(key: string, position: number): void {
    this.#last = position
    this.#pending.set(key, position)
    this.#house.whenDurable(position, () => {
      if (this.#pending.get(key) === position) this.#pending.delete(key)
    })
  }

  /** Where all that is kept of the key is recorded. */
  #safeAt(key: string, urgent: boolean): number | null {
    if (urgent && this.#buffer.has(key)) this.#buffer.flush()
    return this.#buffer.has(key) ? null : (this.#pending.get(key) ?? null)
  }

  #countSiblings(key: string, copy: Copy): void {
    const before = this.#siblings.get(key) ?? 1
    const now = siblingsOf(copy)
    if (now > 1) this.#siblings.set(key, now)
    else this.#siblings.delete(key)
    const { siblingWarn, siblingLimit } = this.#house.options
    if (now > siblingWarn && before <= siblingWarn) this.#house.emit('many-siblings', { key, siblings: now, limit: siblingLimit })
  }

  #heal(healed: Healed): void {
    const { key, cause } = healed
    this.#house.count(`healed-${cause}`)
    // The first few one by one, then only that they go on: an event costs more than a copy.
    const nth = this.causes.get(cause) ?? 0
    if (nth <= TOLD_EACH || /^10+$/.test(String(nth))) this.#house.emit('healed', { key, cause, nth })
    this.#healed.push(healed)
    if (this.#healed.length >= 2 * MOST_HEALED) this.#healed = this.#healed.slice(-MOST_HEALED)
  }

  #partition(number: number): Partition {
    const known = this.#partitions.get(number)
    if (known !== undefined) return known
    const partition: Partition = { keys: new Set(), tree: this.#newTree(), dirty: new Set() }
    this.#partitions.set(number, partition)
    return partition
  }

  #index(ring: Ring): void {
    this.#partitions.clear()
    for (const key of this.#copies.keys()) {
      const partition = this.#partition(ring.partitionOf(key))
      partition.keys.add(key)
      partition.dirty.add(key)
    }
  }
}

/** Whether two copies of one key are the same, of which one came of the other: a version's event names all of it. */
function sameCopy(a: Copy, b: Copy): boolean {
  const [left, right] = [Object.entries(a.seen.clock), b.seen.clock]
  return (
    a.versions.length === b.versions.length &&
    a.seen.dots.length === b.seen.dots.length &&
    left.length === Object.keys(right).length &&
    left.every(([actor, n]) => right[actor] === n) &&
    a.seen.dots.every((dot, i) => sameDot(dot, b.seen.dots[i])) &&
    a.versions.every(({ dot, op }, i) => sameDot(dot, b.versions[i]?.dot) && op === b.versions[i]?.op)
  )
}

function sameDot(a: Dot, b: Dot | undefined): boolean {
  return b !== undefined && a.n === b.n && a.actor === b.actor
}

/** Strategies 2 and 3 keep their partitions whoever comes; in strategy 1 every newcomer cuts some in two. */
function samePartitions(a: Ring, b: Ring): boolean {
  if (a.partitions !== b.partitions) return false
  return Array.from({ length: a.partitions }, (_, i) => i).every((i) => a.nameOf(i) === b.nameOf(i))
}
