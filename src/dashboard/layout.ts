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
  /** The machine's charts, where there is room for them: their newest numbers stand with the nodes. */
  readonly cpu: Area | null
  readonly memory: Area | null
  readonly lag: Area | null
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
/** The band and the marks below it. */
const RIBBON_ROWS = 2
/** With their frame; below eight a chart has no room for its line. */
const CHART_ROWS = { least: 8, most: 18 } as const
/** Of two lines of charts each has this at least. */
const EACH_ROWS = 10
/** The rule and three lines. */
const LOG_ROWS = 4

/** Null where there is no room for a picture. */
export function layoutOf(columns: number, rows: number, nodes: number): Layout | null {
  if (columns < LEAST.columns || rows < LEAST.rows) return null
  const ruled = rows >= HIGH
  const middle = rows - TITLE_ROWS - RIBBON_ROWS - 1
  const table = nodes + (ruled ? 2 : 1)
  return {
    title: { left: 0, top: 0, columns, rows: TITLE_ROWS },
    ribbon: { left: 0, top: rows - 1 - RIBBON_ROWS, columns, rows: RIBBON_ROWS },
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
  const free = rows - tableRows - LOG_ROWS * 2
  const two = free >= EACH_ROWS * 2
  const chartRows = two ? Math.min(CHART_ROWS.most, Math.floor(free / 2)) : clamp(Math.floor((rows - tableRows) / 2), CHART_ROWS)
  const charts = two ? chartRows * 2 : chartRows
  const top = TITLE_ROWS + charts + tableRows
  const rest = rows - charts - tableRows
  const messages = Math.floor(columns * 0.42)
  const left = (line: number): Area => ({ left: 0, top: TITLE_ROWS + line * chartRows, columns: half, rows: chartRows })
  const right = (line: number): Area => ({ ...left(line), left: half, columns: columns - half })
  return {
    throughput: left(0),
    latency: right(0),
    cpu: two ? left(1) : null,
    memory: null,
    lag: two ? right(1) : null,
    nodes: { left: 0, top: TITLE_ROWS + charts, columns, rows: tableRows },
    messages: { left: 0, top, columns: messages - 1, rows: rest },
    faults: null,
    log: { left: messages, top, columns: columns - messages, rows: rest },
  }
}

/** Charts and messages in one line, the machine's charts in the next; nodes, what is broken below them, and the log beside both. */
function wide(columns: number, rows: number, table: number): Middle {
  const third = Math.floor(columns / 3)
  const free = rows - Math.max(table + LOG_ROWS, LOG_ROWS * 2)
  const two = free >= EACH_ROWS * 2
  const chartRows = two ? Math.min(CHART_ROWS.most, Math.floor(free / 2)) : clamp(Math.min(free, Math.floor(rows * 0.45)), CHART_ROWS)
  const charts = two ? chartRows * 2 : chartRows
  const top = TITLE_ROWS + charts
  const rest = rows - charts
  const left = Math.floor(columns * 0.64)
  // What is left below the nodes says what is broken, where two lines of it fit.
  const spare = rest - table
  const faults = spare >= 3 ? { left: 0, top: top + table, columns: left - 1, rows: spare } : null
  const chart = (line: number, at: number): Area => ({
    left: at * third,
    top: TITLE_ROWS + line * chartRows,
    columns: third,
    rows: chartRows,
  })
  const last = columns - third * 2
  return {
    throughput: chart(0, 0),
    latency: chart(0, 1),
    cpu: two ? chart(1, 0) : null,
    memory: two ? chart(1, 1) : null,
    lag: two ? { ...chart(1, 2), columns: last } : null,
    messages: { left: third * 2 + 1, top: TITLE_ROWS, columns: last - 1, rows: chartRows },
    nodes: { left: 0, top, columns: left - 1, rows: faults === null ? rest : table },
    faults,
    log: { left, top, columns: columns - left, rows: rest },
  }
}

function clamp(value: number, { least, most }: { readonly least: number; readonly most: number }): number {
  return Math.min(most, Math.max(least, value))
}
