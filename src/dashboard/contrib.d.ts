/** What is used of blessed-contrib: its own types do not compile, and only the parts that are named are bundled. */
declare module 'blessed-contrib/lib/widget/charts/line.js' {
  import type { Widgets } from 'blessed'

  export interface LineOptions extends Widgets.BoxOptions {
    /** Colours by name, or `normal` for the ground's own. */
    readonly style: Widgets.BoxOptions['style'] & { readonly line: string; readonly text: string; readonly baseline: string }
    readonly xLabelPadding: number
    readonly xPadding: number
    readonly numYLabels: number
    readonly showNthLabel: number
    readonly showLegend: false
    readonly wholeNumbersOnly: boolean
    maxY: number
  }

  export interface LineData {
    readonly title: string
    readonly x: readonly string[]
    /** NaN is a gap. */
    readonly y: readonly number[]
    readonly style: { readonly line: string }
  }

  export interface LineWidget extends Widgets.BoxElement {
    options: LineOptions
    /** In dots: two a column, four a row. */
    canvasSize: { readonly width: number; readonly height: number }
    /** Called whenever it is attached. */
    calcSize: () => void
    /** Throws a string before the widget is on a screen. */
    setData(data: readonly LineData[]): void
  }

  const line: (options: LineOptions) => LineWidget
  export default line
}
