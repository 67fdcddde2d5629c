/** Rows as blessed reads them: text with the escape sequences of its own tones. */
import { type Row, renderRow, type Style } from '../ui/style.ts'

/** It knows no dim; grey is the nearest of the sixteen. */
const GREY = '\x1b[90m'
const PLAIN = '\x1b[0m'

export function painted(rows: readonly Row[], style: Style): string {
  return spelled(rows, style)
    .map((row) => row.map((one) => (one.tone === 'dim' ? grey(one.text, style) : renderRow([one], style))).join(''))
    .join('\n')
}

/** Where only ASCII is shown, a cut has to be too. */
export function spelled(rows: readonly Row[], { ascii }: Style): readonly Row[] {
  return ascii ? rows.map((row) => row.map((one) => ({ ...one, text: one.text.replaceAll('…', '~') }))) : rows
}

function grey(text: string, { colour }: Style): string {
  return colour && text !== '' ? `${GREY}${text}${PLAIN}` : text
}
