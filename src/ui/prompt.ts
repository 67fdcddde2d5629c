/**
 * The lab at a prompt on a terminal. Nothing here blocks: a line that was submitted is a row of its own until its answer comes, then command and
 * answer move up into the scrollback, as they would stand in a lab file.
 */
import type { LabEvent, LabSnapshot } from '../lab/types.ts'
import { eventRows, textRows } from './answer-rows.ts'
import { isEcho } from './answer-text.ts'
import { EventFlow } from './event-flow.ts'
import { KeyReader } from './keys.ts'
import type { LabPort } from './lab-port.ts'
import { type EditorState, type Effect, reduceKeys, startEditor, takeEffects } from './line-editor.ts'
import { Painter } from './painter.ts'
import { MAX_PENDING, PendingCommands } from './pending.ts'
import { type Tally, tally } from './prompt-summary.ts'
import { type Row, type Style, span } from './style.ts'
import type { Terminal } from './terminal.ts'
import { type Hint, viewFrame } from './view.ts'

/** Between two paints, so that a storm of events cannot keep the terminal busy. */
const PAINT_MS = 33
/** How often the lab is asked how it is; a paint follows only if a row changed. */
const LOOK_MS = 200
/** After a lone escape byte this long, it was the key. */
const ESCAPE_MS = 50
/** A second ctrl-c within this time leaves. */
const TWICE_MS = 2000
/** The lab gets this long to stop its nodes; what is left after it falls to the lab's own watchdog. */
const CLOSE_MS = 5000
/** Lines waiting to be painted; older ones are left out and counted. */
const MAX_ABOVE = 2000
const AGAIN: Hint = { text: 'ctrl-c again leaves', tone: 'dim' }
/** A cluster that has never answered is starting, not broken, for this long. */
const START_MS = 3000

export interface PromptOptions {
  readonly history: readonly string[]
  readonly style: Style
  /** Commands that the prompt answers itself, as lines; beside `quit`. */
  readonly locals: ReadonlyMap<string, () => Promise<readonly string[]>>
  /** Called with each submitted line. */
  remember(line: string): void
  /** Monotonic milliseconds. */
  now(): number
}

export class Prompt {
  readonly #lab: LabPort
  readonly #terminal: Terminal
  readonly #options: PromptOptions
  readonly #keys = new KeyReader()
  readonly #painter: Painter
  readonly #flow = new EventFlow()
  readonly #ended: Promise<number>
  #end: (code: number) => void = () => {}
  #editor: EditorState
  readonly #pending: PendingCommands
  #above: Row[] = []
  #leftOut = 0
  #hint: Hint | null = null
  #banner = true
  #armedUntilMs = 0
  #leaving = false
  #resized = false
  #redraw = false
  #suspended = false
  #answeredOnce = false
  #openedMs: number | null = null
  #lastPaintMs = Number.NEGATIVE_INFINITY
  #paintTimer: NodeJS.Timeout | null = null
  #escapeTimer: NodeJS.Timeout | null = null
  #lookTimer: NodeJS.Timeout | null = null
  #last: LabSnapshot | null = null
  readonly tally: Tally

  constructor(lab: LabPort, terminal: Terminal, options: PromptOptions) {
    this.#lab = lab
    this.#terminal = terminal
    this.#options = options
    this.#painter = new Painter(options.style)
    this.#editor = startEditor(options.history)
    this.tally = tally(options.now())
    this.#pending = new PendingCommands({
      lab,
      locals: options.locals,
      tally: this.tally,
      columns: () => this.#columns,
      now: options.now,
      remember: options.remember,
      print: (rows) => this.#print(rows),
      quit: () => this.leave(0),
    })
    this.#ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  /** Resolves with the exit code when the person, or a signal, has left and the lab is closed. */
  run(): Promise<number> {
    this.#lab.on('event', (event) => this.#event(event))
    this.#attach()
    this.#lookTimer = setInterval(() => this.#schedule(), LOOK_MS)
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
    this.#hint = AGAIN
    this.#schedule()
  }

  leave(code: number): void {
    if (this.#leaving) return
    this.#leaving = true
    for (const timer of [this.#paintTimer, this.#escapeTimer, this.#lookTimer]) clearTimeout(timer ?? undefined)
    try {
      this.#paint()
      this.#terminal.write(this.#painter.clear())
    } finally {
      this.#terminal.stop()
    }
    this.#last = this.#lab.snapshot()
    this.#pending.abandon()
    const closed = this.#lab.close().catch(() => {})
    const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref())
    void Promise.race([closed, late]).then(() => this.#end(code))
  }

  /** How the lab was when it was left, before its nodes were stopped. */
  get lastSnapshot(): LabSnapshot {
    return this.#last ?? this.#lab.snapshot()
  }

  /** This process was stopped and goes on: the shell had the terminal meanwhile, and its own modes on it. */
  resume(): void {
    if (this.#leaving) return
    if (!this.#suspended) {
      this.#terminal.stop()
      this.#painter.forget()
    }
    this.#suspended = false
    this.#attach()
  }

  #attach(): void {
    this.#terminal.start({
      input: (bytes) => this.#input(bytes),
      resize: () => {
        this.#resized = true
        this.#schedule()
      },
      end: () => this.leave(129),
    })
    this.#schedule()
  }

  #input(bytes: Uint8Array): void {
    if (this.#leaving) return
    clearTimeout(this.#escapeTimer ?? undefined)
    const keys = this.#keys.feed(bytes)
    this.#apply(keys)
    if (!this.#keys.waiting) return
    this.#escapeTimer = setTimeout(() => this.#apply(this.#keys.settle()), ESCAPE_MS)
  }

  #apply(keys: ReturnType<KeyReader['feed']>): void {
    if (keys.length === 0) return
    const complete = (line: string, cursor: number) => this.#lab.complete(line, cursor)
    const [editor, effects] = takeEffects(reduceKeys(this.#editor, keys, complete))
    this.#editor = editor
    this.#hint = null
    if (!effects.some((effect) => effect.type === 'interrupt')) this.#armedUntilMs = 0
    this.#perform(effects)
    this.#schedule()
  }

  /** Lines that came in one burst were meant as a script: each waits for the one before. Lines typed one by one never wait. */
  #perform(effects: readonly Effect[]): void {
    const lines: string[] = []
    for (const effect of effects) {
      switch (effect.type) {
        case 'submit':
          lines.push(effect.line)
          break
        case 'interrupt':
          this.interrupt(effect.cleared)
          break
        case 'quit':
          this.leave(0)
          break
        case 'suspend':
          this.#suspend()
          break
        case 'redraw':
          this.#redraw = true
          break
      }
    }
    if (lines.length > 0 && this.#pending.submit(lines) < lines.length) {
      this.#hint = { text: `only ${MAX_PENDING} commands may wait at once`, tone: 'bad' }
    }
  }

  get #columns(): number {
    return this.#terminal.size.columns
  }

  #event(event: LabEvent): void {
    if (event.type === 'fault') {
      this.#banner = false
      this.tally.faults++
    }
    if (isEcho(event) || !this.#flow.admit(event, this.#options.now())) this.#schedule()
    else this.#print(eventRows(event, this.#columns))
  }

  #print(rows: readonly Row[]): void {
    this.#above.push(...rows)
    const over = this.#above.length - MAX_ABOVE
    if (over > 0) {
      this.#above.splice(0, over)
      this.#leftOut += over
    }
    this.#schedule()
  }

  #suspend(): void {
    this.#paint()
    this.#terminal.write(this.#painter.clear())
    this.#terminal.stop()
    this.#suspended = true
    this.#terminal.suspend(() => {
      if (this.#suspended) this.resume()
    })
  }

  #schedule(): void {
    if (this.#paintTimer !== null || this.#leaving) return
    const wait = Math.max(0, this.#lastPaintMs + PAINT_MS - this.#options.now())
    this.#paintTimer = setTimeout(() => {
      this.#paintTimer = null
      this.#paint()
    }, wait)
  }

  /** Until it has answered once: a red word in the first half second would frighten without cause. */
  #starting(snapshot: LabSnapshot): boolean {
    if (snapshot.nodes.every((node) => node.state === 'starting')) {
      this.#openedMs = null
      this.#answeredOnce = false
      return true
    }
    this.#openedMs ??= this.#options.now()
    this.#answeredOnce ||= snapshot.observed.state !== 'unhealthy' || snapshot.failed > 0 || this.#options.now() - this.#openedMs > START_MS
    return !this.#answeredOnce
  }

  #paint(): void {
    if (this.#suspended) return
    this.#lastPaintMs = this.#options.now()
    if (this.#hint === AGAIN && this.#lastPaintMs >= this.#armedUntilMs) this.#hint = null
    const size = this.#terminal.size
    const snapshot = this.#lab.snapshot()
    const frame = viewFrame(
      {
        editor: this.#editor,
        pending: this.#pending.list,
        snapshot,
        starting: this.#starting(snapshot),
        bug: this.#lab.setup?.settings.findLast(({ name }) => name === 'bug')?.value ?? 'none',
        hint: this.#hint,
        banner: this.#banner,
        nowMs: this.#lastPaintMs,
      },
      size,
      this.#options.style,
    )
    const more = this.#flow.told(this.#lastPaintMs)
    if (more > 0) this.#above.push(...textRows([`# … and ${more} more; the command events lists the newest`], size.columns, 'dim'))
    if (this.#leftOut > 0) this.#above.unshift([span(`… ${this.#leftOut} lines left out`, 'dim')])
    this.#leftOut = 0
    const above = this.#above
    this.#above = []
    const moved = this.#resized ? this.#painter.clearResized(size.columns) : ''
    const again = this.#redraw ? this.#painter.repaint(frame, size) : ''
    this.#resized = false
    this.#redraw = false
    this.#terminal.write(moved + again + this.#painter.paint(above, frame))
  }
}
