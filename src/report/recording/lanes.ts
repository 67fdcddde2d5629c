/** What each node was over time, from the faces in the stream. */
import type { EndpointId } from '../../machine/contract.ts'
import { byNumber, nodeIds } from '../../machine/ids.ts'
import type { Weight } from '../../modes/face.ts'
import { Changes } from './changes.ts'
import { type Fields, fieldsOf, listOf, textOf } from './json-lines.ts'
import type { NodeLane, NodeStretch } from './types.ts'

const MOST_NODES = 200
const STATES: readonly NodeStretch['state'][] = ['starting', 'live', 'asleep', 'dead', 'restarting']
const WEIGHTS: readonly Weight[] = ['lead', 'seek', 'plain', 'none']

export class NodeLanes {
  readonly #lanes = new Map<EndpointId, Changes<NodeStretch>>()
  readonly #most: number
  #order: readonly EndpointId[] = []

  /** `most`: changes of one node. */
  constructor(most: number) {
    this.#most = most
  }

  /** Has anything been told of nodes at all? */
  get drawn(): boolean {
    return this.#lanes.size > 0
  }

  /** Changes that are forgotten. */
  get left(): number {
    return [...this.#lanes.values()].reduce((sum, { left }) => sum + left, 0)
  }

  faces(atNs: number, event: Fields): void {
    const ids = listOf(event.ids).flatMap((id) => textOf(id) ?? [])
    if (ids.length > 0) this.#order = ids
    for (const face of listOf(event.faces)) this.#face(atNs, fieldsOf(face))
  }

  /** In the order of the rows on the screen; those that left come after them. Of `nodes` that nobody told of, the ids. */
  all(nodes: number): readonly NodeLane[] {
    if (!this.drawn) return nodeIds(Math.min(nodes, MOST_NODES)).map((id) => ({ id, stretches: [] }))
    const gone = [...this.#lanes.keys()].filter((id) => !this.#order.includes(id)).sort(byNumber)
    return [...this.#order, ...gone].slice(0, MOST_NODES).map((id) => ({ id, stretches: this.#lanes.get(id)?.all ?? [] }))
  }

  #face(atNs: number, face: Fields | null): void {
    const id = textOf(face?.id)
    if (face === null || id === null || (this.#lanes.size >= MOST_NODES && !this.#lanes.has(id))) return
    const lane = this.#lanes.get(id) ?? new Changes<NodeStretch>(sameStretch, this.#most)
    this.#lanes.set(id, lane)
    lane.push({ fromNs: atNs, state: one(STATES, face.state, 'live'), weight: one(WEIGHTS, face.weight, 'none'), role: textOf(face.role) })
  }
}

function sameStretch(a: NodeStretch, b: NodeStretch): boolean {
  return a.state === b.state && a.weight === b.weight && a.role === b.role
}

function one<T extends string>(known: readonly T[], value: unknown, otherwise: T): T {
  return known.find((each) => each === value) ?? otherwise
}

/** Of what changes with time: what holds at this moment. */
export function at<T extends { readonly fromNs: number }>(changes: readonly T[], atNs: number): T | null {
  return changes.findLast(({ fromNs }) => fromNs <= atNs) ?? null
}
