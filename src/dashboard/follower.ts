/** Stays with a lab, and finds the next one when it ends. */
import type { Hello, Snapshot } from '../lab/attach/protocol.ts'
import { type Attached, attach } from './attachment.ts'
import { candidates, nothingFound, successors, type Target } from './finding.ts'

export interface View {
  /** Null before the first lab. Of a lab that has ended its last ones stay. */
  readonly hello: Hello | null
  readonly snapshot: Snapshot | null
  readonly phase: 'waiting' | 'attached'
  /** Why it waits, or null. */
  readonly note: string | null
  /** When the newest snapshot came, on `now`. */
  readonly heardMs: number
}

export interface FollowerOptions {
  readonly folder: string
  readonly target: Target
  now(): number
  changed(view: View): void
}

const LOOK_AGAIN_MS = 400

export class Follower {
  readonly #options: FollowerOptions
  #view: View
  #attached: Attached | null = null
  #timer: NodeJS.Timeout | null = null
  /** The lab that ended last, if one was asked for. */
  #ended: { readonly path: string; readonly sinceMs: number } | null = null
  #closed = false

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#view = { hello: null, snapshot: null, phase: 'waiting', note: null, heardMs: options.now() }
  }

  get view(): View {
    return this.#view
  }

  /** Looks once; answers why there is none, or null when it is attached. */
  async find(): Promise<string | null> {
    const { folder, target } = this.#options
    const paths = this.#ended === null ? candidates(folder, target) : successors(folder, this.#ended)
    let why: string | null = null
    for (const path of paths) {
      if (this.#closed) return null
      why = await this.#try(path)
      if (why === null) return null
    }
    return why ?? nothingFound(target)
  }

  /** Looks again and again until it is attached. */
  wait(note: string): void {
    if (this.#closed) return
    this.#change({ phase: 'waiting', note })
    this.#timer = setTimeout(() => {
      this.#timer = null
      void this.find().then((why) => {
        if (why !== null && this.#timer === null) this.wait(note)
      })
    }, LOOK_AGAIN_MS)
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#attached?.close()
  }

  async #try(path: string): Promise<string | null> {
    const outcome = await attach(path, {
      hello: (hello) => this.#change({ hello, snapshot: null, phase: 'attached', note: null, heardMs: this.#options.now() }),
      snapshot: (snapshot) => this.#change({ snapshot, heardMs: this.#options.now() }),
      ended: (how) => this.#over(path, how),
    })
    if (outcome.kind === 'refused') return outcome.why
    if (this.#closed) {
      outcome.close()
      return null
    }
    this.#attached = outcome
    return null
  }

  #over(path: string, how: 'ended' | 'lost'): void {
    this.#attached = null
    // A lab that takes its place may have begun before this one was quite over.
    const sinceMs = Date.parse(this.#view.hello?.startedAt ?? '')
    if (this.#options.target.kind !== 'newest') this.#ended = { path, sinceMs }
    const name = this.#view.hello === null ? 'the lab' : `lab ${this.#view.hello.pid}`
    this.wait(how === 'ended' ? `${name} has ended; waiting for the next` : `${name} is gone; waiting for the next`)
  }

  #change(change: Partial<View>): void {
    this.#view = { ...this.#view, ...change }
    if (!this.#closed) this.#options.changed(this.#view)
  }
}
