/** Time in few cells, and the axis under a picture whose right edge is now. */
import type { Style } from '../../style.ts'

const NS_PER_SECOND = 1_000_000_000

/** Since the run began: `+12.3s`, `+3:05.2`. */
export function since(ns: number): string {
  const tenths = Math.floor(Math.max(0, ns) / (NS_PER_SECOND / 10))
  const seconds = Math.floor(tenths / 10)
  if (seconds < 100) return `+${seconds}.${tenths % 10}s`
  return `+${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}.${tenths % 10}`
}

/** How long, in at most six cells: `340us`, `1.2ms`, `45ms`, `2.3s`. */
export function took(us: number): string {
  if (us < 1000) return `${Math.round(us)}us`
  if (us < 10_000) return `${(us / 1000).toFixed(1)}ms`
  if (us < 1_000_000) return `${Math.round(us / 1000)}ms`
  return `${(us / 1_000_000).toFixed(1)}s`
}

/** `45s`, `2m`, `2m30`. */
export function stretch(ns: number): string {
  const seconds = Math.round(ns / NS_PER_SECOND)
  if (seconds < 60) return `${seconds}s`
  const rest = seconds % 60
  return `${Math.floor(seconds / 60)}m${rest === 0 ? '' : String(rest).padStart(2, '0')}`
}

const TICK_SECONDS = [5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600]
const CELLS_A_TICK = 12

/** `cells` cells, each `cellNs`, the right edge now: `-60s├────-45s┼────…────┤now`. */
export function timeAxis(cells: number, cellNs: number, style: Style): string {
  const text = Array.from({ length: Math.max(0, cells) }, (): string => (style.ascii ? '-' : '─'))
  const cellSeconds = cellNs / NS_PER_SECOND
  const step = TICK_SECONDS.find((seconds) => seconds / cellSeconds >= CELLS_A_TICK) ?? 3600
  for (let seconds = step; seconds / cellSeconds < cells; seconds += step) {
    const at = cells - 1 - Math.round(seconds / cellSeconds)
    if (at < 0) break
    text[at] = style.ascii ? '+' : '┴'
    write(text, at + 1, `-${stretch(seconds * NS_PER_SECOND)}`)
  }
  write(text, cells - 3, 'now')
  return text.join('')
}

/** Where it fits whole, else not at all. */
function write(into: string[], at: number, word: string): void {
  if (at < 0 || at + word.length > into.length) return
  for (const [i, char] of [...word].entries()) into[at + i] = char
}
