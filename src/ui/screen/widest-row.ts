/** Stands in for the `widest-line` that Ink measures with: one rule for widths on the whole screen, and each text is measured once. */
import { textWidth } from '../../lab/text-width.ts'

/** Texts remembered; those not asked for lately go. */
const REMEMBERED = 4000
const STYLES = /\x1b\[[0-9;]*m/g

let young = new Map<string, number>()
let old = new Map<string, number>()

/** Cells of the widest of its lines, styles not counted. */
export default function widestRow(text: string): number {
  const known = young.get(text)
  if (known !== undefined) return known
  const width = old.get(text) ?? measured(text)
  young.set(text, width)
  if (young.size > REMEMBERED / 2) {
    old = young
    young = new Map()
  }
  return width
}

function measured(text: string): number {
  const plain = text.replace(STYLES, '')
  return plain.includes('\n') ? plain.split('\n').reduce((widest, line) => Math.max(widest, textWidth(line)), 0) : textWidth(plain)
}
