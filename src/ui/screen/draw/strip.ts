/** The log strip of a node's row: its newest entries, a cell each, the newest at the right. */
import type { LogStrip } from '../../../modes/face.ts'
import type { Overwritten } from '../../../stream/scene.ts'
import type { Row, Style, Tone } from '../../style.ts'
import { type Cell, joinCells } from './cells.ts'

const HUES: readonly Tone[] = ['hue0', 'hue1', 'hue2', 'hue3', 'hue4', 'hue5']

/** Things told apart by number (a term, a place in a list) take turns with the hues. */
export function hueOf(number: number): Tone {
  return HUES[((Math.trunc(number) % HUES.length) + HUES.length) % HUES.length] ?? 'plain'
}

/** Where colour is missing, a digit at the first entry of a term tells them apart. */
const SIGNS = {
  unicode: { committed: '■', open: '□', border: '│', gone: '▒' },
  ascii: { committed: '#', open: 'o', border: '|', gone: 'x' },
} as const

/**
 * `3■■■4■■│□□`: the first entry of a term is the last digit of that term, `│` stands behind the last committed one if more follow. Entries of
 * `overwritten` are drawn reversed: they were there and are others now. What the log lost at its end stands as `▒` behind it.
 */
export function stripSpans(strip: LogStrip, overwritten: Overwritten | null, width: number, style: Style): Row {
  const signs = style.ascii ? SIGNS.ascii : SIGNS.unicode
  const lost = overwritten === null ? 0 : Math.max(0, overwritten.to - Math.max(strip.last, overwritten.from - 1))
  const gone = Math.min(lost, Math.floor(width / 4))
  const border = strip.commit < strip.last && width - gone > 1 ? 1 : 0
  const first = Math.max(strip.from, strip.last - (width - gone - border) + 1)
  const cells: Cell[] = []
  let index = strip.from
  for (const [term, count] of strip.runs) {
    const begin = index
    index += count
    for (let at = Math.max(begin, first); at < index; at++) {
      if (border === 1 && at === Math.max(strip.commit + 1, first)) cells.push({ sign: signs.border, tone: 'plain' })
      const sign = at === begin || at === first ? String(term % 10) : at <= strip.commit ? signs.committed : signs.open
      const flashed = overwritten !== null && at >= overwritten.from && at <= overwritten.to
      cells.push({ sign, tone: flashed ? 'reverse' : hueOf(term) })
    }
  }
  for (let i = 0; i < gone; i++) cells.push({ sign: signs.gone, tone: 'bad' })
  return joinCells(cells.slice(Math.max(0, cells.length - width)))
}
