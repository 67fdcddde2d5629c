/** The lesson beside the lab: a window on its rows that follows what happens, and the few keys that mean something on an empty prompt. */
import type { Player } from '../../lab/play/player.ts'
import type { Phase, PlayState } from '../../lab/play/types.ts'
import type { Key } from '../keys.ts'
import type { Area, Guide } from '../screen/types.ts'
import { fitRow, type Row, type Style, span } from '../style.ts'
import { type LessonRows, lessonRows, placeOf } from './lesson-rows.ts'
import { choicesOf, doneLines, panelRows } from './panel-rows.ts'
import { playSign } from './play-signs.ts'

/** What the guide needs of the player; tests bring their own. */
export type Played = Pick<Player, 'state' | 'listen' | 'goOn' | 'say'>

/** Rows kept in sight when a page is turned. */
const OVERLAP = 1
/** Rows in sight above the command that runs, where a block is taller than the window. */
const BEFORE = 3
/** From so many rows on there is room for ornament. */
const ROOMY = 16

interface Drawn {
  readonly state: PlayState
  readonly columns: number
  readonly roomy: boolean
  readonly style: Style
  readonly lesson: LessonRows
  readonly rows: readonly Row[]
}

export class PlayGuide implements Guide {
  readonly #player: Played
  #drawn: Drawn | null = null
  #last: { readonly area: Area; readonly style: Style } | null = null
  /** The first row in sight, and how many are. */
  #top = 0
  #height = 1
  /** Of how many rows, of how many cells. */
  #length = 0
  #columns = 0
  /** Of which state the window was last placed. */
  #placed = ''
  readonly #listeners = new Set<() => void>()

  constructor(player: Played) {
    this.#player = player
  }

  listen(changed: () => void): () => void {
    this.#listeners.add(changed)
    const unlisten = this.#player.listen(changed)
    return () => {
      this.#listeners.delete(changed)
      unlisten()
    }
  }

  rows(area: Area, style: Style): readonly Row[] {
    this.#last = { area, style }
    const { rows, lesson } = this.#draw(area, style)
    this.#resize(area, rows.length)
    this.#place(rows.length, lesson)
    this.#length = rows.length
    const shown = rows.slice(this.#top, this.#top + this.#height)
    const below = rows.length - this.#top - this.#height
    if (below <= 0 || shown.length < 2) return shown
    const more = fitRow([span(`${playSign('more', style)} ${below + 1} more rows: Enter`, 'accent')], area.columns)
    return [...shown.slice(0, -1), more]
  }

  get ghost(): string | null {
    return null
  }

  get keys(): string {
    this.#catchUp()
    const { phase, notice } = this.#player.state
    const back = this.#top > 0 ? ' · alt-up back' : ''
    if (!this.#atEnd && phase.kind !== 'running') return `Enter reads on${back}`
    switch (phase.kind) {
      case 'asking':
        return `${choicesOf(this.#player.state, phase.at)}: ${notice === null ? 'your guess' : 'a guess is enough'}${back}`
      case 'ready':
        return `Enter ${phase.at < this.#player.state.lesson.parts.length ? 'runs the step' : 'judges'}${back}`
      case 'changed':
        return 'Enter puts back and goes on · g Enter goes on as it is'
      case 'doing':
        return `Enter when you are done${back}`
      case 'failed':
        return `Enter goes on · r Enter tries again · e Enter ${phase.explained ? 'hides' : 'explains'}`
      case 'done':
        return 'ctrl-d leaves · the cluster is yours'
      default:
        return ''
    }
  }

  key(key: Key): boolean {
    this.#catchUp()
    if (key.type === 'key') return this.#named(key.name)
    const { phase } = this.#player.state
    return key.type === 'text' && phase.kind === 'asking' && this.#choose(key.text, phase.at)
  }

  line(text: string): boolean {
    const { phase } = this.#player.state
    if (phase.kind === 'changed' && text === 'g') this.#player.say({ type: 'as-it-is' })
    else if (phase.kind === 'failed' && text === 'r') this.#player.say({ type: 'retry' })
    else if (phase.kind === 'failed' && text === 'e') this.#player.say({ type: 'explain' })
    else return false
    return true
  }

  summary(): readonly string[] {
    const { state } = this.#player
    if (state.phase.kind === 'done') return doneLines(state, state.phase.outcome.suite.cases.length, state.phase.outcome.next)
    const done = [...state.blocks.values()].filter(({ status }) => status === 'passed').length
    const all = state.lesson.parts.filter(({ kind }) => kind === 'lab').length
    const part = state.lesson.parts[placeOf(state)]
    const heading = part !== undefined && 'heading' in part ? part.heading : ''
    const until = done === 0 || heading === '' ? '' : ` --until "${heading.replaceAll('"', '\\"')}"`
    return [`${done} of ${all} steps of "${state.lesson.title}"; on from here: splitbrain play ${state.lesson.file}${until}`]
  }

  #named(name: string): boolean {
    switch (name) {
      case 'enter':
        if (this.#atEnd) this.#player.goOn()
        else this.#move(this.#height - 1 - OVERLAP)
        return true
      case 'alt-down':
      case 'ctrl-down':
        this.#move(Math.ceil(this.#height / 2))
        return true
      case 'alt-up':
      case 'ctrl-up':
        this.#move(-Math.ceil(this.#height / 2))
        return true
      default:
        return false
    }
  }

  /** A question that is not in sight is brought there first. */
  #choose(text: string, at: number): boolean {
    const part = this.#player.state.lesson.parts[at]
    // Digits alone: commands begin with letters, and may be typed at any time.
    const choice = /^[1-9]$/.test(text) ? Number(text) - 1 : -1
    if (part?.kind !== 'predict' || part.choices[choice] === undefined) return false
    if (this.#atEnd) this.#player.say({ type: 'choose', choice })
    else this.#move(Number.MAX_SAFE_INTEGER)
    return true
  }

  #draw({ columns, rows: height }: Area, style: Style): Drawn {
    const { state } = this.#player
    const known = this.#drawn
    const roomy = height >= ROOMY
    if (known !== null && known.state === state && known.columns === columns && known.roomy === roomy && known.style === style) return known
    const lesson = lessonRows(state, columns, style, roomy)
    // Where rows are few the keys below the prompt say it alone.
    const said = isReading(state.phase) && (state.notice === null || state.phase.kind === 'asking')
    const panel = !roomy && said ? [] : panelRows(state, columns, style)
    const rows = panel.length === 0 ? lesson.rows : [...lesson.rows, [], ...panel]
    this.#drawn = { state, columns, roomy, style, lesson, rows }
    return this.#drawn
  }

  /** Keys mean what the newest state says, drawn or not. */
  #catchUp(): void {
    if (this.#last !== null && this.#drawn?.state !== this.#player.state) this.rows(this.#last.area, this.#last.style)
  }

  /** In another size the same words stay in sight, as near as can be told: whoever had read to the end is still there, and of a whole that fits no more what is new. */
  #resize({ columns, rows }: Area, length: number): void {
    const height = Math.max(1, rows)
    const same = columns === this.#columns && height === this.#height
    if (!same && this.#length > 0) {
      const atEnd = this.#top + this.#height >= this.#length
      if (atEnd && this.#top === 0) this.#placed = ''
      else this.#top = atEnd ? length : Math.round((this.#top * length) / this.#length)
    }
    this.#height = height
    this.#columns = columns
  }

  /** What is new begins at the top; while something runs or is told, its end is in sight. */
  #place(length: number, { fresh, focus }: LessonRows): void {
    const { phase } = this.#player.state
    const reading = isReading(phase)
    const kind = reading ? 'reading' : phase.kind
    const place = `${kind} ${placeOf(this.#player.state)} ${'explained' in phase && phase.explained}`
    const last = Math.max(0, length - this.#height)
    if (phase.kind === 'running') this.#top = Math.min(last, Math.max(0, (focus ?? 0) - BEFORE))
    else if (place !== this.#placed) this.#top = reading ? Math.min(last, fresh) : last
    this.#top = Math.max(0, Math.min(last, this.#top))
    this.#placed = place
  }

  get #atEnd(): boolean {
    return this.#drawn === null || this.#top + this.#height >= this.#drawn.rows.length
  }

  #move(by: number): void {
    const last = Math.max(0, (this.#drawn?.rows.length ?? 0) - this.#height)
    this.#top = Math.max(0, Math.min(last, this.#top + by))
    for (const listener of this.#listeners) listener()
  }
}

/** Nothing runs and nothing is wrong: the page is the person's. */
function isReading({ kind }: Phase): boolean {
  return kind === 'opening' || kind === 'asking' || kind === 'ready' || kind === 'doing'
}
