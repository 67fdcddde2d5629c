/** Where each pane stands: rows and columns of the terminal to rectangles. */

export interface Area {
  readonly left: number
  readonly top: number
  readonly columns: number
  readonly rows: number
}

export interface Layout {
  readonly title: Area
  readonly throughput: Area
  readonly latency: Area
  readonly nodes: Area
  readonly messages: Area
  /** On a high and wide screen only; elsewhere the title says it. */
  readonly faults: Area | null
  readonly log: Area
  readonly ribbon: Area
  readonly keys: Area
  /** Whether the nodes have a rule with their name above the heads of their columns. */
  readonly ruled: boolean
}

export const LEAST = { columns: 60, rows: 20 } as const
const WIDE = 120
const HIGH = 30
const TITLE_ROWS = 3
/** With their frame; below eight a chart has no room for its line. */
const CHART_ROWS = { least: 8, most: 18 } as const
/** The rule and three lines. */
const LOG_ROWS = 4

/** Null where there is no room for a picture. */
export function layoutOf(columns: number, rows: number, nodes: number): Layout | null {
  if (columns < LEAST.columns || rows < LEAST.rows) return null
  const ruled = rows >= HIGH
  const ribbonRows = ruled ? 3 : 2
  const middle = rows - TITLE_ROWS - ribbonRows - 1
  const table = nodes + (ruled ? 2 : 1)
  return {
    title: { left: 0, top: 0, columns, rows: TITLE_ROWS },
    ribbon: { left: 0, top: rows - 1 - ribbonRows, columns, rows: ribbonRows },
    keys: { left: 0, top: rows - 1, columns, rows: 1 },
    ruled,
    ...(columns >= WIDE ? wide(columns, middle, table) : narrow(columns, middle, table)),
  }
}

type Middle = Omit<Layout, 'title' | 'ribbon' | 'keys' | 'ruled'>

/** Charts, nodes, and below them messages beside the log. */
function narrow(columns: number, rows: number, table: number): Middle {
  const half = Math.floor(columns / 2)
  const tableRows = Math.min(table, Math.max(4, rows - CHART_ROWS.least - LOG_ROWS))
  const chartRows = clamp(Math.floor((rows - tableRows) / 2), CHART_ROWS)
  const top = TITLE_ROWS + chartRows + tableRows
  const rest = rows - chartRows - tableRows
  const messages = Math.floor(columns * 0.42)
  return {
    throughput: { left: 0, top: TITLE_ROWS, columns: half, rows: chartRows },
    latency: { left: half, top: TITLE_ROWS, columns: columns - half, rows: chartRows },
    nodes: { left: 0, top: TITLE_ROWS + chartRows, columns, rows: tableRows },
    messages: { left: 0, top, columns: messages - 1, rows: rest },
    faults: null,
    log: { left: messages, top, columns: columns - messages, rows: rest },
  }
}

/** Charts and messages in one line; nodes, what is broken below them, and the log beside both. */
function wide(columns: number, rows: number, table: number): Middle {
  const third = Math.floor(columns / 3)
  const chartRows = clamp(Math.floor(rows * 0.4), CHART_ROWS)
  const top = TITLE_ROWS + chartRows
  const rest = rows - chartRows
  const left = Math.floor(columns * 0.64)
  // What is left below the nodes says what is broken, where two lines of it fit.
  const spare = rest - table
  const faults = spare >= 3 ? { left: 0, top: top + table, columns: left - 1, rows: spare } : null
  return {
    throughput: { left: 0, top: TITLE_ROWS, columns: third, rows: chartRows },
    latency: { left: third, top: TITLE_ROWS, columns: third, rows: chartRows },
    messages: { left: third * 2 + 1, top: TITLE_ROWS, columns: columns - third * 2 - 1, rows: chartRows },
    nodes: { left: 0, top, columns: left - 1, rows: faults === null ? rest : table },
    faults,
    log: { left, top, columns: columns - left, rows: rest },
  }
}

function clamp(value: number, { least, most }: { readonly least: number; readonly most: number }): number {
  return Math.min(most, Math.max(least, value))
}
