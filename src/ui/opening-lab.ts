/** A lab that is still starting: what is asked of it waits, so that the prompt is live before the first node is. */

import type { Answer, LabEvent } from '../lab/types.ts'
import type { Scene } from '../stream/scene.ts'
import type { Completion, LabDashboard, LabPort, Setup } from './lab-port.ts'

export class OpeningLab implements LabPort {
  /** For a lab that cannot be opened it stays pending: whoever leaves says why. */
  readonly opened: Promise<LabPort>
  readonly #opening: Promise<LabPort>
  readonly #listeners: ((event: LabEvent) => void)[] = []
  readonly #starting: Scene
  #lab: LabPort | null = null

  /** `onFailure` hears why the lab could not be opened. */
  constructor(opening: Promise<LabPort>, starting: Scene, onFailure: (error: unknown) => void) {
    this.#opening = opening
    this.#starting = starting
    this.opened = new Promise((resolve) => {
      opening.then((lab) => {
        this.#lab = lab
        for (const listener of this.#listeners) lab.on('event', listener)
        resolve(lab)
      }, onFailure)
    })
  }

  get folder(): string | null {
    return this.#lab?.folder ?? null
  }

  get setup(): Setup | null {
    return this.#lab?.setup ?? null
  }

  get judged(): LabPort['judged'] & object {
    return this.#lab?.judged ?? []
  }

  get again(): string {
    return this.#lab?.again ?? ''
  }

  get dashboard(): LabDashboard | null {
    return this.#lab?.dashboard ?? null
  }

  async do(line: string, options: { readonly signal?: AbortSignal } = {}): Promise<Answer> {
    const lab = await this.opened
    if (options.signal?.aborted === true) return { status: 'refused', text: 'stopped before the lab was up', ms: 0 }
    return lab.do(line, options)
  }

  on(name: 'event', listener: (event: LabEvent) => void): void {
    if (this.#lab === null) this.#listeners.push(listener)
    else this.#lab.on(name, listener)
  }

  get scene(): Scene {
    return this.#lab?.scene ?? this.#starting
  }

  complete(line: string, cursor: number): Completion {
    return this.#lab?.complete(line, cursor) ?? { from: cursor, candidates: [] }
  }

  /** Resolves when nothing is left running, also of a lab that was left while it opened. */
  async close(): Promise<void> {
    const lab = await this.#opening.catch(() => null)
    await lab?.close()
  }
}
