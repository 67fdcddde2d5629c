/** The seams of the full-screen lab: where its picture comes from, what a view is, and what may stand beside the lab. */
import type { Scene } from '../../stream/scene.ts'
import type { Key } from '../keys.ts'
import type { Row, Style } from '../style.ts'

/** Where the picture comes from: a running lab, or a recorded run under somebody's thumb. */
export interface SceneSource {
  readonly scene: Scene
  /** Answers how to stop listening. */
  listen(changed: () => void): () => void
}

export interface Area {
  readonly columns: number
  readonly rows: number
}

/** What a person did to a view; each view has its own. */
export interface ViewState {
  /** Rows the view was moved by, away from where it begins (`BodyView.begins`); 0 is there. More than `extent` counts as `extent`. */
  readonly scroll: number
  /** What was typed behind `/`: words that all must occur, `!word` must not. Empty: everything. */
  readonly filter: string
  /** The chosen node. */
  readonly node: string | null
}

/** A view replaces the body of the screen while it is chosen by its digit. A pure function from picture to rows: it keeps nothing. */
export interface BodyView {
  readonly digit: string
  /** One word: `messages`. */
  readonly name: string
  /** What it shows, for help. */
  readonly help: string
  /** Where it stands while nobody scrolls: `bottom` for those whose newest row is the last. */
  readonly begins: 'top' | 'bottom'
  /** How far it can be scrolled. As much work as `rows`: for a key, not for a frame. */
  extent(scene: Scene, state: ViewState, area: Area, style: Style): number
  /** Exactly `area.rows` rows or fewer, each at most `area.columns` cells wide. */
  rows(scene: Scene, state: ViewState, area: Area, style: Style): readonly Row[]
}

/** A lab file beside the live cluster, as `play` has it. It takes a share of the screen, and keys on an empty prompt while it asks something. */
export interface Guide {
  rows(area: Area, style: Style): readonly Row[]
  /** What the prompt offers in its ghost text on an empty line, null for nothing. */
  readonly ghost: string | null
  /** For the bottom row: `Enter runs the next step · e explains`. */
  readonly keys: string
  /** A key on an empty prompt. True: it was for the guide, the prompt shall not have it. */
  key(key: Key): boolean
  /** A line that was typed and entered, whole. True: it was for the guide, the lab shall not have it. */
  line(text: string): boolean
  /** Answers how to stop listening. */
  listen(changed: () => void): () => void
  /** The last lines of the summary after the screen is left. */
  summary(): readonly string[]
}
