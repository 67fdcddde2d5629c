/** The lab as the screen sees it while a lesson is played: what runs silently on the way to a heading stays out of the transcript. */
import type { LabEvent } from '../../lab/types.ts'
import type { Scene } from '../../stream/scene.ts'
import type { Completion, LabDashboard, LabPort, Setup } from '../lab-port.ts'

export class PlayLab implements LabPort {
  readonly #lab: LabPort
  readonly #quiet: () => boolean

  /** `quiet`: asked at each event. */
  constructor(lab: LabPort, quiet: () => boolean) {
    this.#lab = lab
    this.#quiet = quiet
  }

  do(line: string, options: { readonly signal?: AbortSignal } = {}): ReturnType<LabPort['do']> {
    return this.#lab.do(line, options)
  }

  /** Samples always pass, for the picture goes on; so does what broke. */
  on(name: 'event', listener: (event: LabEvent) => void): void {
    this.#lab.on(name, (event) => {
      const told = event.text !== undefined || event.type === 'answer'
      if (!told || event.failed === true || !this.#quiet()) listener(event)
    })
  }

  get scene(): Scene {
    return this.#lab.scene
  }

  complete(line: string, cursor: number): Completion {
    return this.#lab.complete(line, cursor)
  }

  close(): Promise<void> {
    return this.#lab.close()
  }

  get folder(): string | null {
    return this.#lab.folder ?? null
  }

  get setup(): Setup | null {
    return this.#lab.setup ?? null
  }

  get dashboard(): LabDashboard | null {
    return this.#lab.dashboard ?? null
  }
}
