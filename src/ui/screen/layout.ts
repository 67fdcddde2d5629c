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
const SIDE_SHARE = 0.38
const MOST_SIDE = 70
const GUIDE_SHARE = 0.44

export function layoutOf(input: LayoutInput): Layout {
  const { columns, rows, guided } = input
  const beside = guided && columns >= WIDE
  const guideColumns = beside ? Math.floor(columns * GUIDE_SHARE) : columns
  const guideRows = guided && !beside ? Math.floor(rows * 0.4) : 0
  const own = beside ? columns - guideColumns - 3 : columns
  const bottom = rows >= 12 ? (['prompt', 'hint', 'keys'] as const) : rows >= 6 ? (['prompt', 'hint'] as const) : (['prompt'] as const)
  const inner = inside(input, own, Math.max(0, rows - guideRows - bottom.length))
  const guide = beside ? { columns: guideColumns, rows: rows - bottom.length } : guideRows > 0 ? { columns, rows: guideRows } : null
  return { guide, beside, columns: own, bottom, ...inner }
}

type Inner = Omit<Layout, 'guide' | 'beside' | 'columns' | 'bottom'>

/** The rows above the prompt, given away from the most to the least important. */
function inside({ nodes, banner }: LayoutInput, columns: number, rows: number): Inner {
  let left = rows
  const take = (wanted: number, least: number, keep: number): number => {
    const given = Math.min(wanted, left - keep)
    if (given < least) return 0
    left -= given
    return given
  }
  const header = take(2, 1, 1)
  const transcriptKept = Math.min(LEAST_TRANSCRIPT, left)
  // A row of names above at least two nodes; more nodes than rows scroll.
  const nodeRows = take(nodes + 1, Math.min(nodes, 2) + 1, transcriptKept + (left > 16 ? 2 : 0))
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
