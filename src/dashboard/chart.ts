/** A chart of the newest seconds in a frame: lines of braille by blessed-contrib, or bars of ASCII where braille cannot be shown. */
import blessed, { type Widgets } from 'blessed'
import line, { type LineWidget } from 'blessed-contrib/lib/widget/charts/line.js'
import { sparkRows } from '../ui/screen/draw/spark.ts'
import type { Style } from '../ui/style.ts'
import type { Area } from './layout.ts'
import { niceTop, peakOf, type Series } from './series.ts'

export interface Curve {
  readonly series: Series
  /** Of the eight that blessed-contrib knows by name. */
  readonly colour: 'cyan' | 'yellow' | 'red' | 'blue' | 'magenta'
}

/** Between two labels of the axis of time. */
const LABEL_EVERY_SECONDS = 20

export class Chart {
  readonly #style: Style
  readonly #line: LineWidget | null
  readonly #box: Widgets.BoxElement

  constructor(screen: Widgets.Screen, style: Style) {
    this.#style = style
    const frame: Widgets.BoxOptions = {
      border: { type: 'line' },
      wrap: false,
      ...(style.colour ? { style: { border: { fg: 'grey' } } } : {}),
    }
    this.#line = style.ascii
      ? null
      : line({ ...frame, ...AXES, style: { ...frame.style, line: 'cyan', text: 'normal', baseline: 'normal' }, maxY: 1 })
    if (this.#line !== null) fillFrame(this.#line)
    this.#box = this.#line ?? blessed.box(frame)
    screen.append(this.#box)
  }

  /** Null: not at all. */
  place(area: Area | null): void {
    if (area === null) {
      this.#box.hide()
      return
    }
    const { left, top, columns, rows } = area
    this.#box.show()
    Object.assign(this.#box, { left, top, width: columns, height: rows })
    // Only this makes it a canvas of the new size.
    this.#line?.emit('attach')
  }

  draw(label: string, curves: readonly Curve[]): void {
    const top = niceTop(peakOf(...curves.map(({ series }) => series)))
    // Bars have no axis of their own.
    this.#box.setLabel(this.#line === null ? ` ${label}, top ${top} ` : ` ${label} `)
    if (this.#line === null) this.#drawBars(curves, top)
    else this.#drawLines(this.#line, curves, top)
  }

  #drawLines(widget: LineWidget, curves: readonly Curve[], top: number): void {
    widget.options.maxY = top
    const seconds = curves[0]?.series.length ?? 0
    const x = Array.from({ length: seconds }, (_, at) => (at === seconds - 1 ? 'now' : `-${seconds - 1 - at}s`))
    widget.setData(
      curves.map(({ series, colour }) => ({ title: '', x, y: joined(series), style: { line: this.#style.colour ? colour : 'normal' } })),
    )
  }

  /** The last curve is the highest: the other ones would hide in its bars. */
  #drawBars(curves: readonly Curve[], top: number): void {
    const { width, height } = this.#box
    const [columns, rows] = [Number(width) - 2, Number(height) - 2]
    this.#box.setContent(sparkRows(curves.at(-1)?.series ?? [], columns, rows, this.#style, top).join('\n'))
  }
}

/**
 * By itself it leaves some of the frame empty. A canvas of one row more than is seen puts the labels of the axis, which stand above its last row,
 * into the last one that is.
 */
function fillFrame(widget: LineWidget): void {
  widget.calcSize = () => {
    const [columns, rows] = [Number(widget.width) - 2, Number(widget.height) - 2]
    widget.canvasSize = { width: Math.max(1, columns) * 2, height: (Math.max(1, rows) + 1) * 4 }
  }
}

const AXES = {
  xLabelPadding: 3,
  xPadding: 10,
  numYLabels: 4,
  showNthLabel: LABEL_EVERY_SECONDS,
  showLegend: false,
  wholeNumbersOnly: false,
} as const

/** A gap stays a gap, but a value that stands alone is as wide as a second, else no line would go through it. */
function joined(series: Series): number[] {
  return series.map((value, at) => value ?? series[at - 1] ?? Number.NaN)
}
