/** From all there is to what stands on the screen, and where its cursor is: pure. */
import type { Scene } from '../../stream/scene.ts'
import type { Style } from '../style.ts'
import type { CursorPlace } from './frame-sink.ts'
import { layoutOf } from './layout.ts'
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
  /** How far the transcript is really scrolled back. */
  readonly back: number
  /** Rows that PgUp moves by. */
  readonly page: number
}

export function ghostIn({ scene, state, done, guide }: Pick<Model, 'scene' | 'state' | 'done' | 'guide'>): string | null {
  return state.focus === 'prompt' ? ghostOf(state.editor, guide === null ? nextStep(scene, done) : guide.ghost) : null
}

export function frameOf(model: Model, size: Area, style: Style): Frame {
  const { scene, state, views, guide, heldSeconds, done } = model
  const banner = guide === null ? bannerLines(scene, size.columns) : []
  const layout = layoutOf({ ...size, nodes: scene.nodes.length, banner: banner.length, guided: guide !== null })
  const { scroll, filter } = viewState({ ...state, view: '1' })
  const transcript = transcriptRows(model.items, { back: scroll, filter, nowMs: model.nowMs }, layout.transcript, style)
  const prompt = promptRow(state, ghostIn(model), size.columns, style)
  const parts = {
    prompt: prompt.row,
    hint: hintRow(state, guide === null ? tipOf(scene, done) : '', size.columns),
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
      banner,
      transcript: transcript.rows,
      guide: guideRows,
      bottom,
      columns: size.columns,
    },
    cursor: prompt.column === null ? null : { row: size.rows - bottom.length, column: prompt.column },
    back: transcript.back,
    page: Math.max(1, (state.view === '1' ? layout.transcript.rows : layout.body.rows) - 2),
  }
}
