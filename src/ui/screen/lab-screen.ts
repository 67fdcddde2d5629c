/**
 * The lab on the whole screen. Nothing here blocks: a line that was submitted stands in the transcript until its answer comes. Keys repaint at
 * once, the picture no oftener than its source tells.
 */
import type { LabEvent } from '../../lab/types.ts'
import type { Scene } from '../../stream/scene.ts'
import type { Key } from '../keys.ts'
import type { LabPort } from '../lab-port.ts'
import { type Effect, takeEffects } from '../line-editor.ts'
import { MAX_PENDING, PendingCommands } from '../pending.ts'
import { type Tally, tally } from '../prompt-summary.ts'
import type { Style } from '../style.ts'
import type { Size, Terminal } from '../terminal.ts'
import { type Frame, frameOf, ghostIn, type Model, reachOf } from './frame.ts'
import { type Hint, isIdle, reduceScreen, type ScreenState, startScreen, type World } from './screen-state.ts'
import { Stage } from './stage.ts'
import { TranscriptLog } from './transcript-log.ts'
import type { BodyView, Guide, SceneSource } from './types.ts'

/** A second ctrl-c within this time leaves. */
const TWICE_MS = 2000
/** The lab gets this long to stop its nodes; what is left after it falls to the lab's own watchdog. */
const CLOSE_MS = 5000
/** How often seconds are counted on while nothing else happens. */
const TICK_MS = 1000
const AGAIN: Hint = { text: 'ctrl-c again leaves', tone: 'warn' }

export interface ScreenOptions {
  /** What the picture is drawn from, and who tells that there is a new one. */
  readonly source: SceneSource
  readonly history: readonly string[]
  readonly style: Style
  /** Commands that the screen answers itself, as lines; beside `quit`. */
  readonly locals: ReadonlyMap<string, () => Promise<readonly string[]>>
  readonly views: readonly BodyView[]
  /** What stands beside the lab, if anything. */
  readonly guide: Guide | null
  /** Called with each submitted line. */
  remember(line: string): void
  /** Hears what could not be drawn; nothing is drawn from then on. */
  failed(error: unknown): void
  /** Monotonic milliseconds. */
  now(): number
}

export class LabScreen {
  readonly #lab: LabPort
  readonly #options: ScreenOptions
  readonly #stage: Stage
  readonly #log = new TranscriptLog()
  readonly #pending: PendingCommands
  readonly #ended: Promise<number>
  readonly #tried = new Set<string>()
  readonly tally: Tally
  #end: (code: number) => void = () => {}
  #state: ScreenState
  #held: Scene | null = null
  /** The clock of the picture that was drawn last. */
  #drawnNs = 0
  #checked = false
  #armedUntilMs = 0
  #leaving = false
  #leftOpen = false
  #tickTimer: NodeJS.Timeout | null = null
  #unlisten: readonly (() => void)[] = []
  #last: Scene | null = null

  constructor(lab: LabPort, terminal: Terminal, options: ScreenOptions) {
    this.#lab = lab
    this.#options = options
    this.#state = startScreen(options.history)
    this.tally = tally(options.now())
    this.#stage = new Stage(terminal, {
      keys: (keys) => this.#apply(keys),
      frame: (size) => this.#frameOf(size),
      hungUp: () => this.leave(129),
      failed: options.failed,
      now: options.now,
    })
    this.#pending = new PendingCommands({
      lab,
      locals: options.locals,
      tally: this.tally,
      now: options.now,
      remember: options.remember,
      begun: (operation) => this.#log.begun(operation),
      ended: (operation, outcome) => {
        this.#log.ended(operation, outcome)
        this.#stage.schedule()
      },
      quit: () => this.leave(0),
    })
    this.#ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  /** Resolves with the exit code when the person, or a signal, has left and the lab is closed. */
  run(): Promise<number> {
    this.#lab.on('event', (event) => this.#event(event))
    const { source, guide } = this.#options
    const again = (): void => this.#stage.schedule()
    this.#unlisten = [source.listen(again), ...(guide === null ? [] : [guide.listen(again)])]
    this.#tickTimer = setInterval(again, TICK_MS)
    this.#stage.open()
    return this.#ended
  }

  /** ctrl-c from the keyboard, or a SIGINT from elsewhere. */
  interrupt(cleared = false): void {
    const now = this.#options.now()
    if (now < this.#armedUntilMs) {
      this.leave(130)
      return
    }
    this.#armedUntilMs = now + TWICE_MS
    if (!cleared) this.#pending.stopNewest()
    this.#hint(AGAIN)
  }

  leave(code: number): void {
    if (this.#leaving) return
    this.#leaving = true
    clearInterval(this.#tickTimer ?? undefined)
    for (const unlisten of this.#unlisten) unlisten()
    try {
      this.#stage.close()
    } finally {
      this.#shut(code)
    }
  }

  #shut(code: number): void {
    this.#leftOpen = (this.#lab.setup ?? null) !== null
    this.#last = this.#options.source.scene
    this.#pending.abandon()
    const closed = this.#lab.close().catch(() => {})
    const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref())
    void Promise.race([closed, late]).then(() => this.#end(code))
  }

  /** Whoever leaves need not hear what still goes wrong. */
  get leaving(): boolean {
    return this.#leaving
  }

  /** The lab was up when it was left: there is something to sum up. */
  get leftOpen(): boolean {
    return this.#leftOpen
  }

  /** How the lab was when it was left, before its nodes were stopped. */
  get lastScene(): Scene {
    return this.#last ?? this.#options.source.scene
  }

  /** This process was stopped and goes on. */
  resume(): void {
    this.#stage.resume()
  }

  #apply(keys: readonly Key[]): void {
    if (keys.length === 0 || this.#leaving) return
    for (const key of keys) this.#press(key)
    const [editor, effects] = takeEffects(this.#state.editor)
    this.#state = { ...this.#state, editor }
    this.#hold()
    if (!effects.some((effect) => effect.type === 'interrupt')) this.#armedUntilMs = 0
    this.#perform(effects)
    this.#stage.schedule()
  }

  #press(key: Key): void {
    if (isIdle(this.#state) && this.#options.guide?.key(key) === true) return
    this.#state = reduceScreen(this.#state, key, this.#world())
  }

  #world(): World {
    const { scene } = this.#options.source
    const layout = this.#stage.frame?.layout
    return {
      complete: (line, cursor) => this.#lab.complete(line, cursor),
      nodes: scene.nodes,
      cut: new Set(scene.bent.filter(({ cut }) => cut).flatMap(({ from, to }) => [from, to])),
      digits: ['1', ...this.#options.views.map(({ digit }) => digit)],
      ghost: ghostIn({ ...this.#offers(), scene, state: this.#state }),
      page: Math.max(1, (this.#state.view === '1' ? (layout?.transcript.rows ?? 0) : (layout?.view.rows ?? 0)) - 2),
      reach: (state) => (layout === undefined ? { begins: 'top', extent: 0 } : reachOf(this.#model(), state, layout, this.#options.style)),
    }
  }

  #model(): Model {
    const live = this.#options.source.scene
    const scene = this.#held ?? live
    const heldSeconds = this.#held === null ? null : Math.floor((live.nowNs - scene.nowNs) / 1e9)
    const { views } = this.#options
    return { scene, heldSeconds, state: this.#state, items: this.#log.items, views, nowMs: this.#options.now(), ...this.#offers() }
  }

  #offers() {
    return { done: { tried: this.#tried, checked: this.#checked }, guide: this.#options.guide }
  }

  /** The picture stands still from the moment it is held. */
  #hold(): void {
    if (!this.#state.held) this.#held = null
    else this.#held ??= this.#options.source.scene
  }

  /** What is held of a run that was thrown away is the picture of nothing. */
  #letGo(): void {
    const { nowNs } = this.#options.source.scene
    if (nowNs < this.#drawnNs && this.#state.held) {
      this.#state = { ...this.#state, held: false }
      this.#held = null
    }
    this.#drawnNs = nowNs
  }

  /** Lines that came in one burst were meant as a script: each waits for the one before. Lines typed one by one never wait. */
  #perform(effects: readonly Effect[]): void {
    const lines: string[] = []
    for (const effect of effects) {
      switch (effect.type) {
        case 'submit':
          if (this.#options.guide?.line(effect.line) === true) break
          lines.push(effect.line)
          if (this.#options.source.scene.banner?.tries.includes(effect.line)) this.#tried.add(effect.line)
          break
        case 'interrupt':
          this.interrupt(effect.cleared)
          break
        case 'quit':
          this.leave(0)
          break
        case 'suspend':
          this.#stage.suspend()
          break
        case 'redraw':
          this.#stage.forget()
          break
      }
    }
    if (lines.length > 0 && this.#pending.submit(lines) < lines.length)
      this.#hint({ text: `only ${MAX_PENDING} commands may wait at once`, tone: 'bad' })
  }

  #event(event: LabEvent): void {
    if (event.type === 'fault') {
      this.tally.faults++
      this.#checked = false
    }
    if (event.type === 'check') this.#checked = true
    if (this.#log.hear(event, this.#options.now())) this.#stage.schedule()
  }

  #hint(hint: Hint): void {
    this.#state = { ...this.#state, hint }
    this.#stage.schedule()
  }

  #frameOf(size: Size): Frame {
    const nowMs = this.#options.now()
    this.#log.tell(nowMs)
    this.#letGo()
    if (this.#state.hint === AGAIN && nowMs >= this.#armedUntilMs) this.#state = { ...this.#state, hint: null }
    return frameOf(this.#model(), size, this.#options.style)
  }
}
