/** Memory and processor of each process, rounded so that a quiet one says the same number again and again. */
import type { HostStatus } from '../../host/ipc.ts'
import type { EndpointId } from '../../machine/contract.ts'
import type { NodeFace } from '../../stream/events.ts'

export type HostNumbers = Pick<NodeFace, 'rssMb' | 'cpuPercent'>

const NOTHING: HostNumbers = { rssMb: null, cpuPercent: null }
/** Over which the processor's share is taken. */
const WINDOW_MS = 2_000
/** Smaller changes are not told: megabytes, and percent of a core. */
const STEP = 2

interface Known {
  readonly shown: HostNumbers
  readonly cpuUs: number
  readonly atMs: number
}

export class HostBook {
  readonly #known = new Map<EndpointId, Known>()

  /** `host` is null of a process that is dead or has not said anything yet. */
  read(id: EndpointId, host: HostStatus | null, nowMs: number): HostNumbers {
    if (host === null) {
      this.#known.delete(id)
      return NOTHING
    }
    const { rssBytes, cpuUs } = host
    const known = this.#known.get(id)
    if (known !== undefined && cpuUs >= known.cpuUs && nowMs - known.atMs < WINDOW_MS) return known.shown
    const before = known === undefined || cpuUs < known.cpuUs ? null : known
    const percent = before === null ? null : (cpuUs - before.cpuUs) / 10 / (nowMs - before.atMs)
    const shown = { rssMb: steady(before?.shown.rssMb, rssBytes / 2 ** 20), cpuPercent: steady(before?.shown.cpuPercent, percent) }
    this.#known.set(id, { shown, cpuUs, atMs: nowMs })
    return shown
  }

  /** Those that left are forgotten. */
  keep(ids: readonly EndpointId[]): void {
    for (const id of this.#known.keys()) if (!ids.includes(id)) this.#known.delete(id)
  }
}

function steady(shown: number | null | undefined, now: number | null): number | null {
  if (now === null) return null
  return typeof shown === 'number' && Math.abs(now - shown) < STEP ? shown : Math.round(now)
}
