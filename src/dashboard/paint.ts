/** Rows as blessed reads them: text with the escape sequences of its own tones. */
import { drawable, type Row, renderRow, type Style } from '../ui/style.ts'

/** It knows no dim; grey is the nearest of the sixteen. */
const GREY = '\x1b[90m'
const PLAIN = '\x1b[0m'

export function painted(rows: readonly Row[], style: Style): string {
  return rows
    .map((row) => row.map((one) => (one.tone === 'dim' ? grey(drawable(one.text, style), style) : renderRow([one], style))).join(''))
    .join('\n')
}

function grey(text: string, { colour }: Style): string {
  return colour && text !== '' ? `${GREY}${text}${PLAIN}` : text
}
