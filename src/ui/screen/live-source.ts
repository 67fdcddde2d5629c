/** The picture of a running lab, told to the screen no oftener than eyes need. */
import type { Scene } from '../../stream/scene.ts'
import type { LabPort } from '../lab-port.ts'
import type { SceneSource } from './types.ts'

/** Between two tellings while the cluster is left alone, and while it has much to do. */
const QUIET_MS = 200
const BUSY_MS = 100
/** From so many operations a second on it is busy. */
const BUSY_RATE = 20

export class LiveSource implements SceneSource {
  readonly #lab: Pick<LabPort, 'scene' | 'on'>
  readonly #listeners = new Set<() => void>()
  readonly #now: () => number
  #toldMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | null = null

  /** `now`: monotonic milliseconds. */
  constructor(lab: Pick<LabPort, 'scene' | 'on'>, now: () => number) {
    this.#lab = lab
    this.#now = now
    lab.on('event', () => this.#schedule())
  }

  get scene(): Scene {
    return this.#lab.scene
  }

  listen(changed: () => void): () => void {
    this.#listeners.add(changed)
    return () => {
      this.#listeners.delete(changed)
      if (this.#listeners.size > 0) return
      clearTimeout(this.#timer ?? undefined)
      this.#timer = null
    }
  }

  #schedule(): void {
    if (this.#timer !== null || this.#listeners.size === 0) return
    const wait = Math.max(0, this.#toldMs + this.#everyMs - this.#now())
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#toldMs = this.#now()
      for (const listener of this.#listeners) listener()
    }, wait)
  }

  get #everyMs(): number {
    const newest = this.scene.tempo.at(-1)
    const rate = newest === undefined || newest.ms <= 0 ? 0 : ((newest.ok + newest.fail + newest.info) * 1000) / newest.ms
    return rate >= BUSY_RATE ? BUSY_MS : QUIET_MS
  }
}
