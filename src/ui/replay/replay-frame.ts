/** From a recorded run and where one is in it to what stands on the screen: pure. */
import type { Scene } from '../../stream/scene.ts'
import type { Frame } from '../screen/frame.ts'
import type { CursorPlace } from '../screen/frame-sink.ts'
import { layoutOf } from '../screen/layout.ts'
import { promptRow } from '../screen/panes/prompt-rows.ts'
import { viewState } from '../screen/screen-state.ts'
import { type Item, transcriptRows } from '../screen/transcript.ts'
import type { Area, BodyView } from '../screen/types.ts'
import type { Row, Style } from '../style.ts'
import type { TransportState } from './transport.ts'
import { axisRows, replayKeysRow, transportRow, type WholeRun } from './transport-rows.ts'

export interface ReplayModel {
  /** At the cursor. */
  readonly scene: Scene
  readonly items: readonly Item[]
  readonly state: TransportState
  readonly run: WholeRun
  readonly views: readonly BodyView[]
}

/** From so many rows on the band has its marks below it. */
const MARKS_FROM_ROWS = 16
/** A run that is longer than the band of the last minutes has both bands. */
const BOTH_BANDS_NS = 180_000_000_000

export function replayFrame(model: ReplayModel, size: Area, style: Style): Frame {
  const { scene, items, state, views } = model
  const marked = size.rows >= MARKS_FROM_ROWS
  const layout = layoutFor(model, { columns: size.columns, rows: marked ? size.rows - 1 : size.rows })
  const { scroll, filter } = viewState({ ...state.screen, view: '1' })
  const nowMs = state.cursorNs / 1e6
  const transcript = transcriptRows(items, { back: scroll, filter, nowMs }, layout.transcript, style)
  const tail = transcriptRows(items, { back: 0, filter: '', nowMs }, layout.tail, style)
  const bottom = bottomRows(model, marked ? 4 : layout.bottom.length, size.columns, style)
  const cursor = filterCursor(model, size, bottom.length, style)
  const props = {
    scene,
    state: state.screen,
    layout,
    style,
    views,
    heldSeconds: null,
    dashboard: null,
    banner: [],
    transcript: transcript.rows,
    tail: tail.rows,
    guide: [],
    bottom,
    columns: size.columns,
  }
  return { props, layout, cursor }
}

/** The band of the whole run stands at the bottom: of a short run one is enough. */
function layoutFor({ scene, run }: ReplayModel, area: Area): Frame['layout'] {
  const layout = layoutOf({ ...area, nodes: scene.nodes.length, banner: 0, guided: false })
  if (run.endNs > BOTH_BANDS_NS || layout.ribbon === 0) return layout
  // Without the ribbon one rule is enough.
  const gaps = Math.min(1, layout.gaps)
  const spare = layout.ribbon + layout.gaps - gaps
  const grown = (part: Area): Area => ({ ...part, rows: part.rows + spare })
  return {
    ...layout,
    ribbon: 0,
    gaps,
    transcript: grown(layout.transcript),
    side: layout.side === null ? null : grown(layout.side),
  }
}

/** The most important first to stay: where one is, then the band, the keys, the marks. */
function bottomRows({ state, run, views }: ReplayModel, rows: number, columns: number, style: Style): readonly Row[] {
  const [band = [], marks = []] = axisRows(run, state.cursorNs, columns, style)
  const where =
    state.screen.focus === 'filter' ? promptRow(state.screen, null, columns, style).row : transportRow(run, state, columns, style)
  const keys = replayKeysRow(state, views, columns, style)
  switch (rows) {
    case 1:
      return [where]
    case 2:
      return [band, where]
    case 3:
      return [band, where, keys]
    default:
      return [band, marks, where, keys]
  }
}

function filterCursor({ state }: ReplayModel, size: Area, bottom: number, style: Style): CursorPlace | null {
  if (state.screen.focus !== 'filter') return null
  const { column } = promptRow(state.screen, null, size.columns, style)
  return column === null ? null : { row: size.rows - (bottom >= 3 ? 2 : 1), column }
}
