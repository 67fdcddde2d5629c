/** How each node stands in its row: what its mode says of it, and how its process, disk and clock fare. */
import type { Cluster } from '../../cluster/cluster.ts'
import type { ClockFault, DiskFault } from '../../host/ipc.ts'
import type { EndpointId } from '../../machine/contract.ts'
import type { Face } from '../../modes/face.ts'
import type { Mode, NodeView, Settings } from '../../modes/mode.ts'
import type { NodeFace, Sample } from '../../stream/events.ts'
import { HostBook } from './host-numbers.ts'
import { tidy } from './tidy.ts'

export interface Faced {
  readonly mode: Pick<Mode, 'face'>
  readonly settings: Settings
  readonly cluster: Pick<Cluster, 'hostStatus' | 'diskOf' | 'clockOf'>
  views(): readonly NodeView[]
  processViews(): readonly NodeView[]
  lostForGood(id: EndpointId): boolean
}

const FACELESS: Face = { role: null, weight: 'none', facts: [], strip: null }

export class Faces {
  readonly #host = new HostBook()
  /** What was told last, as JSON. */
  readonly #told = new Map<EndpointId, string>()
  #ids = ''
  readonly #ran = new Set<EndpointId>()

  /** Those that changed since the last look; null: none. */
  look(run: Faced, nowMs: number): Extract<Sample, { type: 'faces' }> | null {
    const views = run.processViews()
    const ids = views.map(({ id }) => id)
    this.#forget(ids)
    const { settings } = run
    const nodes = run.views()
    const faces = views.map((view) => this.#face(run, view, nodes, settings, nowMs)).filter((face) => this.#isNews(face))
    const listed = ids.join()
    if (faces.length === 0 && listed === this.#ids) return null
    this.#ids = listed
    return { type: 'faces', ids, faces }
  }

  #face(run: Faced, view: NodeView, nodes: readonly NodeView[], settings: Settings, nowMs: number): NodeFace {
    const { id, state } = view
    if (state !== 'restarting') this.#ran.add(id)
    const { cluster } = run
    return {
      id,
      state: state === 'restarting' && !this.#ran.has(id) ? 'starting' : state,
      ...(run.mode.face?.(view, nodes, settings) ?? FACELESS),
      ...this.#host.read(id, cluster.hostStatus(id), nowMs),
      disk: run.lostForGood(id) ? 'lost' : diskWords(cluster.diskOf(id)),
      clock: clockWords(cluster.clockOf(id)),
    }
  }

  #isNews(face: NodeFace): boolean {
    const said = JSON.stringify(face)
    if (this.#told.get(face.id) === said) return false
    this.#told.set(face.id, said)
    return true
  }

  #forget(ids: readonly EndpointId[]): void {
    this.#host.keep(ids)
    for (const id of this.#told.keys()) if (!ids.includes(id)) this.#told.delete(id)
    for (const id of this.#ran) if (!ids.includes(id)) this.#ran.delete(id)
  }
}

/** `slow 200 ms`, `full`, `fails`; null: sound. */
export function diskWords({ slowMs, full, fail }: DiskFault): string | null {
  const words = [...(fail ? ['fails'] : []), ...(full ? ['full'] : []), ...(slowMs > 0 ? [`slow ${slowMs} ms`] : [])]
  return words.length === 0 ? null : words.join(', ')
}

/** `+60 s`, `-250 ms`, `drift 1 %`; null: steady. */
export function clockWords({ skewMs, drift }: ClockFault): string | null {
  const skew = Math.abs(skewMs) >= 1_000 ? `${tidy(skewMs / 1_000)} s` : `${skewMs} ms`
  const words = [...(skewMs === 0 ? [] : [`${skewMs > 0 ? '+' : ''}${skew}`]), ...(drift === 0 ? [] : [`drift ${tidy(drift * 100)} %`])]
  return words.length === 0 ? null : words.join(', ')
}
