/** The lab as the screen sees it while a lesson is played: what runs silently on the way to a heading stays out of the transcript. */
import type { Judged } from '../../lab/checked.ts'
import type { LabEvent } from '../../lab/types.ts'
import type { Scene } from '../../stream/scene.ts'
import type { Completion, LabDashboard, LabPort, Setup } from '../lab-port.ts'

export interface PlayedLesson {
  /** The command line that plays it again from the begin. */
  readonly again: string
  wantsViolation(check: string): boolean
}

export class PlayLab implements LabPort {
  readonly #lab: LabPort
  readonly #quiet: () => boolean
  readonly #lesson: PlayedLesson

  /** `quiet`: asked at each event. */
  constructor(lab: LabPort, quiet: () => boolean, lesson: PlayedLesson) {
    this.#lab = lab
    this.#quiet = quiet
    this.#lesson = lesson
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

  /** A lesson may be about the violation: then it is no bad news. */
  get judged(): readonly Judged[] {
    return (this.#lab.judged ?? []).map((one) => ({ ...one, expected: one.verdict === 'invalid' && this.#lesson.wantsViolation(one.name) }))
  }

  get again(): string {
    return this.#lesson.again
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
