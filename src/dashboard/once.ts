/** One snapshot as text, for pipes and for those who read with their ears. */
import type { Picture } from '../lab/attach/protocol.ts'
import { wholeMs } from '../ui/screen/panes/numbers.ts'
import { type Row, renderRow, type Style, span } from '../ui/style.ts'
import type { Target } from './finding.ts'
import { Follower, type View } from './follower.ts'
import { type Extent, faultRows, logRows, messageRows, rateWords, ruledRows } from './panes/lists.ts'
import { nodesRows } from './panes/nodes.ts'
import { titleRows } from './panes/title.ts'
import { curves } from './series.ts'

export interface OnceOptions {
  readonly folder: string
  readonly target: Target
  readonly wait: boolean
  readonly style: Style
}

const COLUMNS = 110
const LINES = { messages: 12, log: 20, nodes: 130 } as const
const SECONDS = 10

/** The text, or why there is none. */
export async function snapshotText({
  folder,
  target,
  wait,
  style,
}: OnceOptions): Promise<{ readonly text: string } | { readonly missing: string }> {
  let seen: (view: View) => void = () => {}
  const first = new Promise<View>((resolve) => {
    seen = resolve
  })
  const changed = (view: View): void => {
    if (view.snapshot !== null) seen(view)
  }
  const follower = new Follower({ folder, target, now: () => performance.now(), changed })
  const missing = await follower.find()
  if (missing !== null && !wait) return { missing }
  if (missing !== null) follower.wait(missing)
  const { hello, snapshot } = await first
  follower.close()
  const view = { hello, note: null, silentSeconds: 0, paused: false }
  const picture = snapshot?.picture ?? null
  const rows = [...titleRows({ ...view, picture }, COLUMNS, style), ...(picture === null ? [] : body(picture, style))]
  return {
    text: rows.map((row) => renderRow(row, style).trimEnd()).join('\n'),
  }
}

function body(picture: Picture, style: Style): readonly Row[] {
  const area = (rows: number): Extent => ({ columns: COLUMNS, rows })
  return [
    tempoRow(picture, style),
    [],
    ...nodesRows(picture, area(LINES.nodes), 0, style),
    ...ruledRows('messages a second', area(LINES.messages + 1), style, (inside) => messageRows(picture, inside, style)),
    ...ruledRows('broken now', area(LINES.log + 1), style, (inside) => faultRows(picture, inside, style)),
    ...ruledRows('faults and health', area(LINES.log + 1), style, (inside) => logRows(picture, inside, style)),
  ]
}

function tempoRow({ tempo, nowNs }: Picture, style: Style): Row {
  const { ok, failed, p50, p99 } = curves(tempo, nowNs, SECONDS)
  const known = (series: readonly (number | null)[]): readonly number[] => series.filter((value) => value !== null)
  const rate = (series: readonly (number | null)[]): string => {
    const values = known(series)
    return rateWords(values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length)
  }
  const worst = (series: readonly (number | null)[]): string => (known(series).length === 0 ? '-' : wholeMs(Math.max(...known(series))))
  const dot = style.ascii ? '|' : '·'
  return [
    span(`last ${SECONDS} s: ${rate(ok)} ok and ${rate(failed)} not a second ${dot} p50 ${worst(p50)} ms, p99 ${worst(p99)} ms at worst`),
  ]
}
