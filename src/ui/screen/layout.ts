/** Who gets which rows and columns: a pure function of the size and of what there is to show. What has no room is left out, from the bottom of the list. */
import type { Area } from './types.ts'

/** From here on panes stand side by side. Columns. */
export const WIDE = 110

export interface LayoutInput extends Area {
  readonly nodes: number
  /** Rows of the banner, 0 for none. */
  readonly banner: number
  /** A lab file stands beside. */
  readonly guided: boolean
}

export interface Layout {
  /** Left of the lab on a wide screen, above it on a narrow one; null for none. */
  readonly guide: Area | null
  readonly beside: boolean
  /** What is left for the lab. */
  readonly columns: number
  readonly header: number
  readonly nodes: number
  readonly ribbon: number
  readonly banner: number
  readonly transcript: Area
  /** Charts right of the transcript. */
  readonly side: Area | null
  /** Everything between header and prompt: what help replaces. */
  readonly body: Area
  /** What a view replaces, and the newest rows of the transcript below it. */
  readonly view: Area
  readonly tail: Area
  /** Prompt; candidates and errors; keys. */
  readonly bottom: readonly ('prompt' | 'hint' | 'keys')[]
  /** Rules between parts, a row each: all three, the one above the transcript, or none. */
  readonly gaps: number
}

const LEAST_TRANSCRIPT = 5
/** Above the lab a lesson says itself what its commands came to, so the transcript is the first to give way to the nodes. */
const LEAST_GUIDED = 1
/** A lesson is no use in fewer rows; the nodes then scroll. */
const LEAST_GUIDE = 6
const HEADER = 2
const SIDE_SHARE = 0.38
const MOST_SIDE = 70
const GUIDE_SHARE = 0.44

export function layoutOf(input: LayoutInput): Layout {
  const { columns, rows, guided } = input
  const beside = guided && columns >= WIDE
  const guideColumns = beside ? Math.floor(columns * GUIDE_SHARE) : columns
  const own = beside ? columns - guideColumns - 3 : columns
  const bottom = rows >= 12 ? (['prompt', 'hint', 'keys'] as const) : rows >= 6 ? (['prompt', 'hint'] as const) : (['prompt'] as const)
  const guideRows = guided && !beside ? guideAbove(input, bottom.length) : 0
  const inner = inside(input, own, Math.max(0, rows - guideRows - bottom.length))
  const guide = beside ? { columns: guideColumns, rows: rows - bottom.length } : guideRows > 0 ? { columns, rows: guideRows } : null
  return { guide, beside, columns: own, bottom, ...inner }
}

/** Two fifths of the rows, or what a table of all nodes leaves. */
function guideAbove({ rows, nodes }: LayoutInput, bottom: number): number {
  const share = Math.floor(rows * 0.4)
  const left = rows - bottom - HEADER - (nodes + 1) - LEAST_GUIDED
  return Math.min(share, Math.max(LEAST_GUIDE, left))
}

type Inner = Omit<Layout, 'guide' | 'beside' | 'columns' | 'bottom'>

/** The rows above the prompt, given away from the most to the least important. */
function inside({ nodes, banner, guided, columns: all }: LayoutInput, columns: number, rows: number): Inner {
  let left = rows
  const take = (wanted: number, fewest: number, keep: number): number => {
    const given = Math.min(wanted, left - keep)
    if (given < fewest) return 0
    left -= given
    return given
  }
  const header = take(HEADER, 1, 1)
  const transcriptKept = Math.min(LEAST_TRANSCRIPT, left)
  const besideNodes = guided && columns === all ? Math.min(LEAST_GUIDED, left) : transcriptKept + (left > 16 ? 2 : 0)
  // A row of names above at least two nodes; more nodes than rows scroll.
  const nodeRows = take(nodes + 1, Math.min(nodes, 2) + 1, besideNodes)
  const ribbon = take(2, 2, transcriptKept)
  const shownBanner = take(banner, banner, transcriptKept - 1)
  const gaps = left >= LEAST_TRANSCRIPT + 9 ? 3 : left > LEAST_TRANSCRIPT ? 1 : 0
  left -= gaps
  const sideColumns = columns >= WIDE && left >= 8 ? Math.min(MOST_SIDE, Math.floor(columns * SIDE_SHARE)) : 0
  const tail = rows - header >= 30 ? 4 : rows - header >= 14 ? 2 : 0
  return {
    header,
    nodes: nodeRows,
    ribbon,
    banner: shownBanner,
    gaps,
    transcript: { columns: sideColumns === 0 ? columns : columns - sideColumns - 3, rows: left },
    side: sideColumns === 0 ? null : { columns: sideColumns, rows: left },
    body: { columns, rows: rows - header },
    view: { columns, rows: rows - header - (tail === 0 ? 0 : tail + 1) },
    tail: { columns, rows: tail },
  }
}
