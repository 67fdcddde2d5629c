/** From all there is to what stands on the screen, and where its cursor is: pure. */
import type { Scene } from '../../stream/scene.ts'
import type { Style } from '../style.ts'
import type { CursorPlace } from './frame-sink.ts'
import { type Layout, layoutOf } from './layout.ts'
import { bannerLines, type Done, ghostOf, nextStep, tipOf } from './offers.ts'
import { hintRow, keysRow, promptRow } from './panes/prompt-rows.ts'
import type { ScreenProps } from './Screen.tsx'
import { type ScreenState, viewState } from './screen-state.ts'
import { type Item, transcriptRows } from './transcript.ts'
import type { Area, BodyView, Guide } from './types.ts'

export interface Model {
  /** The picture that is shown: behind the cluster's while it is held. */
  readonly scene: Scene
  readonly heldSeconds: number | null
  /** What to type in another terminal for the dashboard of this lab, if anything. */
  readonly dashboard: string | null
  readonly state: ScreenState
  readonly items: readonly Item[]
  readonly done: Done
  readonly views: readonly BodyView[]
  readonly guide: Guide | null
  /** Monotonic milliseconds. */
  readonly nowMs: number
}

export interface Frame {
  readonly props: ScreenProps
  readonly cursor: CursorPlace | null
  readonly layout: Layout
}

export function ghostIn({ scene, state, done, guide }: Pick<Model, 'scene' | 'state' | 'done' | 'guide'>): string | null {
  return state.focus === 'prompt' ? ghostOf(state.editor, guide === null ? nextStep(scene, done) : guide.ghost) : null
}

/** How far what is in the body can be moved: as much work as drawing it, so for a key, not for a frame. */
export function reachOf(
  model: Pick<Model, 'scene' | 'items' | 'views' | 'nowMs'>,
  state: ScreenState,
  layout: Layout,
  style: Style,
): Reach {
  const view = model.views.find(({ digit }) => digit === state.view)
  if (view !== undefined) return { begins: view.begins, extent: view.extent(model.scene, viewState(state), layout.view, style) }
  const { filter } = viewState(state)
  const { back } = transcriptRows(model.items, { back: ALL_ROWS, filter, nowMs: model.nowMs }, layout.transcript, style)
  return { begins: 'bottom', extent: back }
}

export interface Reach {
  readonly begins: 'top' | 'bottom'
  readonly extent: number
}

/** More than the transcript ever has. */
const ALL_ROWS = 1_000_000

function tipIn({ scene, state, done, guide }: Model): string {
  const { filter } = viewState(state)
  if (filter !== '' && state.focus !== 'filter') return `only what has: ${filter} · / changes it, Esc there shows everything`
  return guide === null ? tipOf(scene, done) : ''
}

export function frameOf(model: Model, size: Area, style: Style): Frame {
  const { scene, state, views, guide, heldSeconds } = model
  const banner = guide === null ? bannerLines(scene, size.columns) : []
  const layout = layoutOf({ ...size, nodes: scene.nodes.length, banner: banner.length, guided: guide !== null })
  const { scroll, filter } = viewState({ ...state, view: '1' })
  const transcript = transcriptRows(model.items, { back: scroll, filter, nowMs: model.nowMs }, layout.transcript, style)
  // In a view what was typed last still has to show what came of it.
  const tail = transcriptRows(model.items, { back: 0, filter: '', nowMs: model.nowMs }, layout.tail, style).rows
  const prompt = promptRow(state, ghostIn(model), size.columns, style)
  const parts = {
    prompt: prompt.row,
    hint: hintRow(state, tipIn(model), size.columns),
    keys: keysRow({ state, views, guide: guide?.keys ?? null }, size.columns, style),
  }
  const bottom = layout.bottom.map((part) => parts[part])
  const guideRows = guide === null || layout.guide === null ? [] : guide.rows(layout.guide, style)
  return {
    props: {
      scene,
      state,
      layout,
      style,
      views,
      heldSeconds,
      dashboard: model.dashboard,
      banner,
      transcript: transcript.rows,
      tail,
      guide: guideRows,
      bottom,
      columns: size.columns,
    },
    layout,
    cursor: prompt.column === null ? null : { row: size.rows - bottom.length, column: prompt.column },
  }
}
