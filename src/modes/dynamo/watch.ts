/**
 * What holds in a Dynamo cluster at every moment, as far as the nodes' own statuses show it. It promises little at every moment: that maps and
 * copies agree comes later, so that is shown as waiting, never as broken.
 */
import type { EndpointId } from '../../machine/contract.ts'
import { BoundedMap } from '../bounded-map.ts'
import type { InvariantRow, InvariantWatch } from '../face.ts'
import type { NodeView } from '../mode.ts'
import { Rule } from '../rule.ts'
import { type Seen, seenOf } from './cluster-view.ts'
import type { DynamoStatus } from './status.ts'
import { plural } from './text.ts'
import { shortMap } from './view.ts'

const MOST_MAPS = 1_000

export class DynamoWatch implements InvariantWatch {
  readonly #grows = new Rule('what is known of the ring only grows', 'no node has said what it knows')
  readonly #function = new Rule('equal histories, equal maps', 'no node has said which map it goes by')
  readonly #others = new Rule('hints are for others', 'no node has said what it keeps')
  readonly #lives = new Rule('lives and counts go forward', 'no node has said how far it is')
  /** The history that each map came from, and the map that came from each history. */
  readonly #histories = new BoundedMap<string, string>(MOST_MAPS)
  readonly #maps = new BoundedMap<string, string>(MOST_MAPS)
  readonly #last = new Map<EndpointId, DynamoStatus>()
  #agreement: InvariantRow = { name: 'all maps agree', holds: null, why: 'no node has said which map it goes by' }

  look(nodes: readonly NodeView[]): void {
    for (const id of this.#last.keys()) if (!nodes.some((node) => node.id === id)) this.#last.delete(id)
    const seen = seenOf(nodes)
    for (const { id, status } of seen) {
      const before = this.#last.get(id)
      if (status === before) continue
      this.#ofOneMap(status)
      this.#forOthers(id, status)
      if (before !== undefined) this.#goesOn(id, before, status)
      this.#last.set(id, status)
    }
    if (seen.length > 0) this.#agrees(seen)
  }

  /** Nodes say nothing unasked that these rules need. */
  hear(): void {}

  rows(): readonly InvariantRow[] {
    return [this.#grows.row, this.#function.row, this.#others.row, this.#lives.row, this.#agreement]
  }

  /** §4.8.1: a ring is a function of the joins and leaves, so whoever knows the same goes by the same. */
  #ofOneMap({ history, mapDigest, id }: DynamoStatus): void {
    if (this.#histories.keep(mapDigest, history) !== history)
      this.#function.broken(`${id} goes by map ${shortMap(mapDigest)}, which others have from another history`)
    const map = this.#maps.keep(history, mapDigest)
    if (map !== mapDigest)
      this.#function.broken(`${id} goes by map ${shortMap(mapDigest)} and others by ${shortMap(map)}, from the same history`)
    this.#function.kept(this.#maps.size === 1 ? 'one map so far' : `${this.#maps.size} maps so far`)
  }

  #forOthers(id: EndpointId, status: DynamoStatus): void {
    if (Object.hasOwn(status.hints, id)) this.#others.broken(`${id} keeps ${plural(status.hints[id] ?? 0, 'hint')} for itself`)
    if (status.down.includes(id)) this.#others.broken(`${id} takes itself to be down`)
    this.#others.kept('no node keeps one for itself')
  }

  #goesOn(id: EndpointId, before: DynamoStatus, now: DynamoStatus): void {
    if (now.life < before.life) this.#lives.broken(`${id} went back from life ${before.life} to life ${now.life}`)
    if (now.life !== before.life) return
    this.#lives.kept('within each life of each node')
    for (const [cause, count] of Object.entries(before.repairs)) {
      const has = Object.hasOwn(now.repairs, cause) ? (now.repairs[cause as keyof typeof now.repairs] ?? 0) : 0
      if (has < count) this.#lives.broken(`${id} counted ${count} repairs by ${cause}, and now ${has}`)
    }
    const known = new Set(now.history.split(' '))
    const forgotten =
      before.history === now.history ? undefined : before.history.split(' ').find((change) => change !== '' && !known.has(change))
    if (forgotten !== undefined) this.#grows.broken(`${id} forgot ${forgotten}, which it knew`)
    this.#grows.kept(`${plural(known.size, 'change')} known`)
  }

  #agrees(seen: readonly Seen[]): void {
    const maps = new Map(seen.map(({ id, status }) => [status.mapDigest, id]))
    const agree = maps.size === 1
    const listed = [...maps].slice(0, 4).map(([digest, id]) => `${id} goes by ${shortMap(digest)}`)
    this.#agreement = {
      name: 'all maps agree',
      holds: agree ? true : null,
      why: agree ? `${plural(seen.length, 'node')} by map ${shortMap([...maps.keys()][0] ?? '')}` : `not yet: ${listed.join(', ')}`,
    }
  }
}
