/** The set-up that leads to a place in the lesson, and a bar that says how much of it is left. */
import type { Lesson, Rebuild } from './types.ts'

/** Processes start, elect, answer. */
const FRESH_MS = 2_000
const TICK_MS = 250

export interface RebuildStep {
  readonly what: string
  /** Milliseconds, of those that it will take. */
  readonly done: number
  readonly of: number
  readonly leftMs: number
}

export class Rebuilding {
  /** The blocks to run, by their places. */
  readonly places: readonly number[]
  readonly #lesson: Lesson
  readonly #measured: ReadonlyMap<number, number>
  readonly #tell: (step: RebuildStep) => void
  readonly #timer: NodeJS.Timeout
  readonly #of: number
  #what: string
  #before = 0
  #thisMs: number
  #sinceMs = performance.now()

  /** `measured`: how long blocks took before, by their places. */
  constructor(
    lesson: Lesson,
    { to, fresh }: Pick<Rebuild, 'to' | 'fresh'>,
    measured: ReadonlyMap<number, number>,
    tell: (step: RebuildStep) => void,
  ) {
    this.#lesson = lesson
    this.#measured = measured
    this.#tell = tell
    this.places = [...lesson.parts.keys()].filter((at) => at < to && lesson.parts[at]?.kind === 'lab')
    this.#thisMs = fresh ? FRESH_MS : 0
    this.#what = fresh ? 'a fresh cluster' : 'the set-up'
    this.#of = this.places.reduce((sum, at) => sum + this.#msOf(at), this.#thisMs)
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
    this.#tick()
  }

  begin(at: number): void {
    const part = this.#lesson.parts[at]
    this.#before += this.#thisMs
    this.#thisMs = this.#msOf(at)
    this.#sinceMs = performance.now()
    this.#what = part?.kind === 'lab' ? part.heading : ''
    this.#tick()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** No block is free. */
  #msOf(at: number): number {
    return Math.max(100, this.#measured.get(at) ?? this.#lesson.blockMs.get(at) ?? 0)
  }

  /** A block that takes longer than thought does not make the bar run ahead. */
  #tick(): void {
    const done = this.#before + Math.min(this.#thisMs, performance.now() - this.#sinceMs)
    this.#tell({ what: this.#what, done, of: Math.max(1, this.#of), leftMs: this.#of - done })
  }
}
