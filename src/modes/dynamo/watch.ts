/**
 * What holds in a Dynamo cluster at every moment, as far as the nodes' own statuses show it. It promises little at every moment: that maps and
 * copies agree comes later, so no rule here asks for it.
 */
import type { EndpointId } from '../../machine/contract.ts'
import { BoundedMap } from '../bounded-map.ts'
import type { InvariantRow, InvariantWatch } from '../face.ts'
import type { NodeView } from '../mode.ts'
import { Rule } from '../rule.ts'
import { seenOf } from './cluster-view.ts'
import type { DynamoStatus } from './status.ts'
import { plural } from './text.ts'
import { shortMap } from './view.ts'

const MOST_MAPS = 1_000

export class DynamoWatch implements InvariantWatch {
  readonly #grows = new Rule('what is known of the ring only grows', 'no node has said what it knows')
  readonly #function = new Rule('equal histories, equal maps', 'no node has said which map it goes by')
  readonly #apart = new Rule('homes are different nodes', 'no node has said whom it lists as homes')
  readonly #others = new Rule('hints are for others', 'no node has said what it keeps')
  readonly #lives = new Rule('lives and counts go forward', 'no node has said how far it is')
  /** The history that each map came from, and the map that came from each history. */
  readonly #histories = new BoundedMap<string, string>(MOST_MAPS)
  readonly #maps = new BoundedMap<string, string>(MOST_MAPS)
  readonly #last = new Map<EndpointId, DynamoStatus>()

  look(nodes: readonly NodeView[]): void {
    for (const id of this.#last.keys()) if (!nodes.some((node) => node.id === id)) this.#last.delete(id)
    for (const { id, status } of seenOf(nodes)) {
      const before = this.#last.get(id)
      if (status === before) continue
      this.#ofOneMap(status)
      this.#listsEachOnce(status)
      this.#forOthers(id, status)
      if (before !== undefined) this.#goesOn(id, before, status)
      this.#last.set(id, status)
    }
  }

  /** Nodes say nothing unasked that these rules need. */
  hear(): void {}

  rows(): readonly InvariantRow[] {
    return [this.#grows, this.#function, this.#apart, this.#others, this.#lives].map(({ row }) => row)
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

  /** §4.3: a preference list skips whoever is in it already, or one death would take more than one copy. */
  #listsEachOnce({ id, doubled, members }: DynamoStatus): void {
    if (doubled > 0) this.#apart.broken(`${id} lists a node twice among the homes of ${plural(doubled, 'partition')}`)
    if (members.length > 0) this.#apart.kept(`of ${plural(members.length, 'member')} none stands twice in a list`)
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
}
