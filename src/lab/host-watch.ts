/** Asks once a second what nobody says unasked: that the shim's thread stood still, or that the kernel dropped datagrams. */
import type { Cluster } from '../cluster/cluster.ts'
import type { FaultEvent } from '../history/types.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { Shim, ShimReport } from '../net/types.ts'
import type { EventStream } from './events.ts'

const EVERY_MS = 1_000
/** Shorter pauses are the scheduler's everyday business. */
const STALL_MS = 50

/** What the kernel dropped at the socket of one life of a node. */
export interface NodeDrops {
  readonly id: EndpointId
  readonly pid: number
  readonly kernelDrops: number
  /** It was put to sleep in this run: what its full socket lost then, the lab asked for. */
  readonly slept: boolean
}

export class HostWatch {
  readonly #shim: Pick<Shim, 'report'>
  readonly #events: Pick<EventStream, 'emit'>
  readonly #nodes: () => readonly NodeDrops[]
  readonly #timer: NodeJS.Timeout
  #onReport: (report: ShimReport) => void = () => {}
  #shimDrops = 0
  /** By process: each life of a node counts from nothing. */
  readonly #nodeDrops = new Map<number, number>()

  constructor(shim: Pick<Shim, 'report'>, events: Pick<EventStream, 'emit'>, nodes: () => readonly NodeDrops[], everyMs = EVERY_MS) {
    this.#shim = shim
    this.#events = events
    this.#nodes = nodes
    this.#timer = setInterval(() => void this.look(), everyMs)
  }

  async look(): Promise<void> {
    this.#lookAtNodes()
    // A shim that died says so through its failure listener; there is nothing to add here.
    const report = await this.#shim.report().catch(() => null)
    if (report === null) return
    this.#onReport(report)
    const { stallMs, kernelDrops } = report
    if (stallMs > STALL_MS) {
      this.#events.emit('stall', `the shim stood still for ${Math.round(stallMs)} ms`, { where: 'shim', ms: stallMs })
    }
    if (kernelDrops === null || kernelDrops <= this.#shimDrops) return
    this.#tell('shim', kernelDrops - this.#shimDrops)
    this.#shimDrops = kernelDrops
  }

  /** Each report of the shim says how long it stood still since the last, so one alone may ask for them: others hear of them here. */
  onReport(listener: (report: ShimReport) => void): void {
    this.#onReport = listener
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #lookAtNodes(): void {
    for (const { id, pid, kernelDrops, slept } of this.#nodes()) {
      const known = this.#nodeDrops.get(pid) ?? 0
      if (kernelDrops <= known) continue
      this.#nodeDrops.set(pid, kernelDrops)
      if (!slept) this.#tell(id, kernelDrops - known)
    }
  }

  #tell(where: string, datagrams: number): void {
    this.#events.emit('host-loss', `this machine dropped ${datagrams} datagrams to ${where}, which no rule explains`, { where, datagrams })
  }
}

/** Of the nodes that live or sleep; `faults` tells who was put to sleep. */
export function nodeDrops(cluster: Pick<Cluster, 'pids' | 'hostStatus'>, faults: readonly FaultEvent[]): readonly NodeDrops[] {
  const sleepers = new Set(faults.flatMap(({ text }) => (text.startsWith('sleep ') ? text.split(' ').slice(1) : [])))
  return [...cluster.pids()].flatMap(([id, pid]) => {
    const host = cluster.hostStatus(id)
    return host === null ? [] : [{ id, pid, kernelDrops: host.kernelDrops, slept: sleepers.has(id) }]
  })
}
