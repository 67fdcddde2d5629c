/** The dashboard on the terminal: panes as blessed boxes, drawn anew with every snapshot; blessed sends only the cells that changed. */
import type { ReadStream, WriteStream } from 'node:tty'
import blessed, { type Widgets } from 'blessed'
import type { Picture, Snapshot } from '../lab/attach/protocol.ts'
import { wholeMs } from '../ui/screen/panes/numbers.ts'
import { ribbonRows } from '../ui/screen/panes/ribbon.ts'
import { type Row, type Style, span } from '../ui/style.ts'
import { Chart } from './chart.ts'
import { type Layout, LEAST, layoutOf } from './layout.ts'
import { type Gauge, type GaugeCurves, MachineHistory } from './machine-history.ts'
import { painted } from './paint.ts'
import { type Extent, faultRows, logRows, messageRows, rateWords, ruledRows } from './panes/lists.ts'
import { mostScroll, nodesRows } from './panes/nodes.ts'
import { keyRow, type TitleView, titleRows } from './panes/title.ts'
import { curves, type Series } from './series.ts'

export interface BoardOptions {
  readonly input: ReadStream
  readonly output: WriteStream
  readonly style: Style
  leave(): void
  pause(): void
}

const panes = ['title', 'nodes', 'messages', 'faults', 'log', 'ribbon', 'keys'] as const
type PaneName = (typeof panes)[number]
const charts = ['throughput', 'latency', 'cpu', 'memory', 'lag'] as const
type ChartName = (typeof charts)[number]

const STEPS: readonly (readonly [keys: readonly string[], step: number])[] = [
  [['down', 'j'], 1],
  [['up', 'k'], -1],
  [['pagedown'], 10],
  [['pageup'], -10],
  [['home', 'g'], Number.NEGATIVE_INFINITY],
  [['end', 'S-g'], Number.POSITIVE_INFINITY],
]
/** A chart of so many columns shows two minutes, else one. */
const LONG_CHART = 50
/** In a quiet cluster the tempo is told every two seconds. */
const NEWEST_SECONDS = 4

export class Board {
  readonly #screen: Widgets.Screen
  readonly #style: Style
  readonly #boxes: Readonly<Record<PaneName, Widgets.BoxElement>>
  readonly #charts: Readonly<Record<ChartName, Chart>>
  readonly #history = new MachineHistory()
  #layout: Layout | null = null
  /** What the layout was made for. */
  #placed = ''
  #view: TitleView = { hello: null, picture: null, note: null, silentSeconds: 0, paused: false }
  #heard: Picture | null = null
  #scroll = 0

  constructor({ input, output, style, leave, pause }: BoardOptions) {
    this.#style = style
    this.#screen = blessed.screen({
      input,
      output,
      // Others make it compile what it cannot (screen-256color), or know less than they can.
      terminal: 'xterm-256color',
      forceUnicode: !style.ascii,
      fullUnicode: !style.ascii,
      smartCSR: false,
      title: 'splitbrain top',
    })
    this.#screen.program.hideCursor()
    const chart = (): Chart => new Chart(this.#screen, style)
    this.#charts = { throughput: chart(), latency: chart(), cpu: chart(), memory: chart(), lag: chart() }
    const box = (): Widgets.BoxElement => blessed.box({ parent: this.#screen, wrap: false, tags: false })
    this.#boxes = { title: box(), nodes: box(), messages: box(), faults: box(), log: box(), ribbon: box(), keys: box() }
    this.#screen.key(['q', 'escape', 'C-c'], leave)
    this.#screen.key(['space', 'p'], pause)
    this.#screen.key(['C-l'], () => this.#repaint())
    this.#screen.key(['C-z'], () => this.#screen.program.sigtstp(() => this.#repaint()))
    for (const [keys, step] of STEPS) this.#screen.key([...keys], () => this.#scrollBy(step))
    this.#screen.on('resize', () => this.#repaint())
  }

  /** Every snapshot, shown or not: what comes while the picture is held is part of the curves when it goes on. */
  hear({ folder, picture }: Pick<Snapshot, 'folder' | 'picture'>): void {
    if (picture !== this.#heard) this.#history.add(folder, picture)
    this.#heard = picture
  }

  show(view: TitleView): void {
    this.#view = view
    this.#draw()
  }

  /** The terminal is as it was. */
  close(): void {
    this.#screen.destroy()
  }

  #repaint(): void {
    this.#placed = ''
    this.#screen.alloc()
    this.#draw()
  }

  #scrollBy(step: number): void {
    const { picture } = this.#view
    const rows = (this.#layout?.nodes.rows ?? 0) - (this.#layout?.ruled === true ? 1 : 0)
    const most = mostScroll(picture?.nodes.length ?? 0, rows)
    this.#scroll = Math.min(most, Math.max(0, this.#scroll + step))
    this.#draw()
  }

  #draw(): void {
    this.#place()
    const { picture } = this.#view
    const layout = this.#layout
    if (layout === null) this.#fill('title', [[span(`top needs ${LEAST.columns} columns and ${LEAST.rows} rows; q leaves`)]])
    else {
      this.#fill('title', titleRows(this.#view, layout.title.columns, this.#style))
      this.#fill('keys', [keyRow(layout.keys.columns, this.#style)])
      if (picture !== null) this.#fillPicture(picture, layout)
    }
    this.#screen.render()
  }

  #fillPicture(picture: Picture, layout: Layout): void {
    const { nodes, messages, faults, log, ribbon, ruled } = layout
    const style = this.#style
    this.#drawCharts(picture, layout)
    const scrolled = (area: Extent): readonly Row[] => nodesRows(picture, area, this.#scroll, style)
    this.#fill('nodes', ruled ? ruledRows('nodes', nodes, style, scrolled) : scrolled(nodes))
    this.#fill(
      'messages',
      ruledRows('messages a second', messages, style, (area) => messageRows(picture, area, style)),
    )
    if (faults !== null)
      this.#fill(
        'faults',
        ruledRows('broken now', faults, style, (area) => faultRows(picture, area, style)),
      )
    this.#fill(
      'log',
      ruledRows('faults and health', log, style, (area) => logRows(picture, area, style)),
    )
    this.#fill('ribbon', ribbonRows(picture, ribbon.columns, style))
  }

  #fill(name: PaneName, rows: readonly Row[]): void {
    this.#boxes[name].setContent(painted(rows, this.#style))
  }

  #drawCharts({ tempo, nowNs }: Picture, layout: Layout): void {
    const seconds = layout.throughput.columns >= LONG_CHART ? 121 : 61
    const { ok, failed, p50, p99 } = curves(tempo, nowNs, seconds)
    this.#charts.throughput.draw(`operations a second: ${newest(ok, rateWords)} ok, ${newest(failed, rateWords)} not`, [
      { series: failed, colour: 'red' },
      { series: ok, colour: 'cyan' },
    ])
    this.#charts.latency.draw(`latency, ms: p50 ${newest(p50, wholeMs)}, p99 ${newest(p99, wholeMs)}`, [
      { series: p50, colour: 'cyan' },
      { series: p99, colour: 'yellow' },
    ])
    const gauge = (name: ChartName, what: string, of: Gauge): void => {
      if (layout[name] === null) return
      const { highest, mean, now } = this.#history.curves(of, nowNs, seconds)
      this.#charts[name].draw(`${what}: ${highestWords(now)}`, [
        { series: mean, colour: 'cyan' },
        { series: highest, colour: 'magenta' },
      ])
    }
    gauge('cpu', 'cpu, %', 'cpu')
    gauge('memory', 'memory, MB', 'memory')
    gauge('lag', this.#history.behindName, 'behind')
  }

  /** Anew only where the terminal, or the number of nodes, is another. */
  #place(): void {
    const [columns, rows] = [Number(this.#screen.width), Number(this.#screen.height)]
    const nodes = this.#view.picture?.nodes.length ?? 5
    const wanted = `${columns} ${rows} ${nodes} ${this.#view.picture === null}`
    if (wanted === this.#placed) return
    this.#placed = wanted
    this.#layout = layoutOf(columns, rows, nodes)
    for (const name of panes) this.#placePane(name, columns)
    for (const name of charts) this.#charts[name].place(this.#view.picture === null ? null : (this.#layout?.[name] ?? null))
  }

  #placePane(name: PaneName, columns: number): void {
    const box = this.#boxes[name]
    const always = name === 'title' || name === 'keys'
    const line = name === 'title' ? { left: 0, top: 0, columns, rows: 1 } : null
    const area = this.#layout === null ? line : this.#layout[name]
    if (area === null || (this.#view.picture === null && !always)) {
      box.hide()
      return
    }
    Object.assign(box, { left: area.left, top: area.top, width: area.columns, height: area.rows })
    box.show()
  }
}

/** The newest value that is not long past. */
function newest(series: Series, words: (value: number) => string): string {
  const value = series.slice(-NEWEST_SECONDS).findLast((one) => one !== null)
  return value === undefined || value === null ? '-' : words(value)
}

/** Whose it is, and that the lower line is the mean of all. */
function highestWords(now: GaugeCurves['now']): string {
  return now === null ? '-' : `highest ${rateOrWhole(now.highest)} (${now.node}), mean ${rateOrWhole(now.mean)}`
}

function rateOrWhole(value: number): string {
  return Number.isInteger(value) ? String(value) : rateWords(value)
}
