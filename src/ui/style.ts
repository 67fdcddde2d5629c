/** Rows as spans of styled text, so that cutting to the screen's width never cuts an escape sequence. The 16 colours on the default ground. */
import { ellipsize, textWidth } from '../lab/text-width.ts'

/** `hue0` … `hue5`: things told apart, such as terms and nodes; none of them means good or bad. */
export type Tone =
  | 'plain'
  | 'dim'
  | 'bold'
  | 'good'
  | 'warn'
  | 'bad'
  | 'accent'
  | 'reverse'
  /** The ground's colour on the tone's, for the one word that must be seen. */
  | 'good-badge'
  | 'warn-badge'
  | 'bad-badge'
  | 'hue0'
  | 'hue1'
  | 'hue2'
  | 'hue3'
  | 'hue4'
  | 'hue5'

export interface Span {
  readonly text: string
  readonly tone: Tone
}

export type Row = readonly Span[]

export interface Style {
  readonly colour: boolean
  /** Only ASCII signs: for the Linux console and fonts without the rest. */
  readonly ascii: boolean
}

const codes: Readonly<Record<Tone, string>> = {
  plain: '',
  dim: '2',
  bold: '1',
  good: '32',
  warn: '33',
  bad: '31',
  accent: '36',
  reverse: '7',
  'good-badge': '1;7;32',
  'warn-badge': '1;7;33',
  'bad-badge': '1;7;31',
  hue0: '34',
  hue1: '35',
  hue2: '36',
  hue3: '94',
  hue4: '95',
  hue5: '96',
}

/** `NO_COLOR` set and not empty: none. A pipe gets none either; the caller says `colour: false`. */
export function styleFromEnvironment(env: Readonly<Record<string, string | undefined>>): Style {
  return { colour: (env.NO_COLOR ?? '') === '', ascii: env.TERM === 'linux' }
}

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone }
}

export function rowWidth(row: Row): number {
  return row.reduce((sum, one) => sum + textWidth(one.text), 0)
}

/** The row cut to `cells`, the cut shown by an ellipsis. */
export function fitRow(row: Row, cells: number): Row {
  if (rowWidth(row) <= cells) return row
  const fitted: Span[] = []
  let left = cells
  for (const one of row) {
    const width = textWidth(one.text)
    if (width < left) {
      fitted.push(one)
      left -= width
      continue
    }
    // The ellipsis belongs at the end of what is cut, so the span that reaches the edge loses its last cell even when it fits exactly.
    fitted.push({ ...one, text: ellipsize(`${one.text} `, left) })
    break
  }
  return fitted
}

export function renderRow(row: Row, style: Style): string {
  return row.map((one) => paint(one, style)).join('')
}

/** A cut is shown by an ellipsis wherever the text came from; on an ASCII screen by its twin, as wide. */
export function drawable(text: string, { ascii }: Style): string {
  return ascii ? text.replaceAll('…', '~') : text
}

function paint(one: Span, style: Style): string {
  const code = codes[one.tone]
  const text = drawable(one.text, style)
  return style.colour && code !== '' && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text
}

/** `row` with blanks behind it up to `cells`. */
function padRow(row: Row, cells: number): Row {
  const room = cells - rowWidth(row)
  return room <= 0 ? fitRow(row, cells) : [...row, span(' '.repeat(room))]
}

/** `left` and `right` at the two ends of `cells`; what is left gives way. */
export function spread(left: Row, right: Row, cells: number): Row {
  const tail = fitRow(right, cells)
  const room = cells - rowWidth(tail)
  return room < 4 ? fitRow(left, cells) : [...padRow(fitRow(left, room - 1), room), ...tail]
}
