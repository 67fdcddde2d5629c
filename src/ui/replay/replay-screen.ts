/** A recorded run on the whole screen. Keys move the cursor, the clock moves it while it plays; every frame is the picture at the cursor. */
import { createElement } from 'react'
import type { Scene } from '../../stream/scene.ts'
import { Keyboard } from '../keyboard.ts'
import type { Key } from '../keys.ts'
import { type Frame, reachOf } from '../screen/frame.ts'
import { FrameSink } from '../screen/frame-sink.ts'
import { type Mounted, mount } from '../screen/mount.tsx'
import { Screen } from '../screen/Screen.tsx'
import type { Item } from '../screen/transcript.ts'
import type { BodyView } from '../screen/types.ts'
import type { Style } from '../style.ts'
import type { Terminal } from '../terminal.ts'
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
  /** Monotonic milliseconds. */
  now(): number
}

export class ReplayScreen {
  readonly #terminal: Terminal
  readonly #options: ReplayOptions
  readonly #views: readonly BodyView[]
  readonly #keyboard = new Keyboard((keys) => this.#apply(keys))
  readonly #sink: FrameSink
  readonly #ended: Promise<number>
  #end: (code: number) => void = () => {}
  #state: TransportState
  #items: { readonly scene: Pick<Scene, 'events' | 'commands'>; readonly items: readonly Item[] } | null = null
  #frame: Frame | null = null
  #mounted: Mounted | null = null
  #timer: NodeJS.Timeout | null = null
  #tickedMs = 0
  #leaving = false
  #suspended = false

  constructor(terminal: Terminal, options: ReplayOptions) {
    this.#terminal = terminal
    this.#options = options
    this.#views = [...options.views, helpView(options.views)]
    const start = startTransport(Math.max(0, Math.min(options.recording.end.nowNs, options.atNs)))
    const hint = options.notice === null ? null : ({ text: options.notice, tone: 'dim' } as const)
    this.#state = { ...start, screen: { ...start.screen, hint } }
    const ready = (): boolean => !this.#suspended && terminal.ready
    this.#sink = new FrameSink({
      get size() {
        return terminal.size
      },
      get ready() {
        return ready()
      },
      write: (text) => terminal.write(text),
      now: options.now,
    })
    this.#ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  /** Resolves with the exit code when the person, or a signal, has left. */
  run(): Promise<number> {
    this.#attach()
    this.#sink.flush()
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
    this.#keyboard.stop()
    clearTimeout(this.#timer ?? undefined)
    try {
      this.#sink.close()
      this.#mounted?.unmount()
    } finally {
      this.#terminal.stop()
      this.#end(code)
    }
  }

  /** This process was stopped and goes on: the shell had the terminal meanwhile, and its own modes on it. */
  resume(): void {
    if (this.#leaving) return
    if (!this.#suspended) this.#terminal.stop()
    this.#suspended = false
    this.#sink.forget()
    this.#attach()
  }

  #attach(): void {
    this.#terminal.start({
      input: (bytes) => this.#keyboard.feed(bytes),
      resize: () => {
        this.#sink.forget()
        this.#draw()
      },
      end: () => this.leave(129),
    })
    this.#draw()
  }

  #apply(keys: readonly Key[]): void {
    for (const key of keys) {
      if (this.#leaving) return
      this.#state = reduceTransport(this.#state, key, this.#world())
      this.#perform()
    }
    if (keys.length > 0) this.#draw()
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
        this.#sink.forget()
        break
      case 'suspend':
        this.#suspend()
        break
    }
  }

  #suspend(): void {
    this.#suspended = true
    this.#terminal.stop()
    this.#terminal.suspend(() => {
      if (this.#suspended) this.resume()
    })
  }

  #world(): TransportWorld {
    const { recording, style } = this.#options
    const layout = this.#frame?.layout
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
    const run = { endNs: end.nowNs, ribbon: end.ribbon, landmarks }
    return { scene, items: this.#items.items, state: this.#state, run, views: this.#views }
  }

  /** The clock goes only while it plays. */
  #schedule(): void {
    if (!this.#state.playing || this.#timer !== null || this.#leaving) return
    this.#tickedMs = this.#options.now()
    this.#timer = setTimeout(() => {
      this.#timer = null
      const nowMs = this.#options.now()
      this.#state = advance(this.#state, nowMs - this.#tickedMs, this.#options.recording.end.nowNs)
      this.#draw()
    }, PLAY_MS)
  }

  #draw(): void {
    if (this.#leaving || this.#suspended) return
    this.#options.recording.seek(this.#state.cursorNs)
    const frame = replayFrame(this.#model(), this.#terminal.size, this.#options.style)
    this.#frame = frame
    const tree = createElement(Screen, frame.props)
    if (this.#mounted === null) this.#mounted = mount(this.#sink, tree)
    else this.#mounted.show(tree)
    this.#sink.place(frame.cursor)
    this.#schedule()
  }
}
