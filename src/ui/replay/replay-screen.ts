/** A recorded run on the whole screen. Keys move the cursor, the clock moves it while it plays; every frame is the picture at the cursor. */
import { withoutStart } from '../../stream/ribbon.ts'
import type { Scene } from '../../stream/scene.ts'
import type { Key } from '../keys.ts'
import { type Frame, reachOf } from '../screen/frame.ts'
import { Stage } from '../screen/stage.ts'
import type { Item } from '../screen/transcript.ts'
import type { BodyView } from '../screen/types.ts'
import type { Style } from '../style.ts'
import type { Size, Terminal } from '../terminal.ts'
import { helpView } from './help-view.ts'
import { recordedItems } from './recorded-items.ts'
import type { Recording } from './recording.ts'
import { type ReplayModel, replayFrame } from './replay-frame.ts'
import { advance, reduceTransport, startTransport, type TransportState, type TransportWorld } from './transport.ts'

/** Between two pictures while it plays. */
const PLAY_MS = 100

export interface ReplayOptions {
  readonly recording: Recording
  /** Where it begins, paused. */
  readonly atNs: number
  readonly style: Style
  readonly views: readonly BodyView[]
  /** What the first row says until a key is pressed; null: nothing. */
  readonly notice: string | null
  /** Hears what could not be read or drawn; nothing is drawn from then on. */
  failed(error: unknown): void
  /** Monotonic milliseconds. */
  now(): number
}

export class ReplayScreen {
  readonly #options: ReplayOptions
  readonly #views: readonly BodyView[]
  readonly #stage: Stage
  readonly #ended: Promise<number>
  #end: (code: number) => void = () => {}
  #state: TransportState
  #items: { readonly scene: Pick<Scene, 'events' | 'commands'>; readonly items: readonly Item[] } | null = null
  #timer: NodeJS.Timeout | null = null
  #tickedMs = 0
  #leaving = false

  constructor(terminal: Terminal, options: ReplayOptions) {
    this.#options = options
    this.#views = [...options.views, helpView(options.views)]
    const start = startTransport(Math.max(0, Math.min(options.recording.end.nowNs, options.atNs)))
    const hint = options.notice === null ? null : ({ text: options.notice, tone: 'dim' } as const)
    this.#state = { ...start, screen: { ...start.screen, hint } }
    this.#stage = new Stage(terminal, {
      keys: (keys) => this.#apply(keys),
      frame: (size) => this.#frameOf(size),
      hungUp: () => this.leave(129),
      failed: options.failed,
      now: options.now,
    })
    this.#ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  /** Resolves with the exit code when the person, or a signal, has left. */
  run(): Promise<number> {
    this.#stage.open()
    return this.#ended
  }

  /** Where it was left. Nanoseconds. */
  get cursorNs(): number {
    return this.#state.cursorNs
  }

  /** There is nothing here that could be lost: once is enough. */
  interrupt(): void {
    this.leave(130)
  }

  leave(code: number): void {
    if (this.#leaving) return
    this.#leaving = true
    clearTimeout(this.#timer ?? undefined)
    try {
      this.#stage.close()
    } finally {
      this.#end(code)
    }
  }

  /** This process was stopped and goes on. */
  resume(): void {
    this.#stage.resume()
  }

  #apply(keys: readonly Key[]): void {
    for (const key of keys) {
      if (this.#leaving) return
      this.#state = reduceTransport(this.#state, key, this.#world())
      this.#perform()
    }
    if (keys.length > 0) this.#stage.schedule()
  }

  #perform(): void {
    switch (this.#state.wish) {
      case 'none':
        break
      case 'leave':
        this.leave(0)
        break
      case 'interrupt':
        this.interrupt()
        break
      case 'redraw':
        this.#stage.forget()
        break
      case 'suspend':
        this.#stage.suspend()
        break
    }
  }

  #world(): TransportWorld {
    const { recording, style } = this.#options
    const layout = this.#stage.frame?.layout
    const rows = this.#state.screen.view === '1' ? layout?.transcript.rows : layout?.view.rows
    return {
      endNs: recording.end.nowNs,
      landmarks: recording.landmarks,
      screen: {
        complete: (_, cursor) => ({ from: cursor, to: cursor, candidates: [] }),
        nodes: recording.scene.nodes,
        cut: new Set(),
        digits: ['1', ...this.#views.map(({ digit }) => digit)],
        ghost: null,
        page: Math.max(1, (rows ?? 0) - 2),
        reach: (state) =>
          layout === undefined
            ? { begins: 'top', extent: 0 }
            : reachOf({ ...this.#model(), nowMs: this.#state.cursorNs / 1e6 }, state, layout, style),
      },
    }
  }

  #model(): ReplayModel {
    const { recording } = this.#options
    const { scene, end, landmarks } = recording
    if (this.#items?.scene.events !== scene.events || this.#items.scene.commands !== scene.commands)
      this.#items = { scene, items: recordedItems(scene) }
    const run = { endNs: end.nowNs, ribbon: withoutStart(end), landmarks }
    return { scene, items: this.#items.items, state: this.#state, run, views: this.#views }
  }

  /** The clock goes only while it plays. */
  #goOn(): void {
    if (!this.#state.playing || this.#timer !== null || this.#leaving) return
    this.#tickedMs = this.#options.now()
    this.#timer = setTimeout(() => {
      this.#timer = null
      const nowMs = this.#options.now()
      this.#state = advance(this.#state, nowMs - this.#tickedMs, this.#options.recording.end.nowNs)
      this.#stage.schedule()
    }, PLAY_MS)
  }

  #frameOf(size: Size): Frame {
    this.#options.recording.seek(this.#state.cursorNs)
    this.#goOn()
    return replayFrame(this.#model(), size, this.#options.style)
  }
}
