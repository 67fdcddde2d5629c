/** Figures as a screen shows them: few digits, so that a row changes only when there is news in it. */
import type { TempoPoint } from '../../../stream/scene.ts'

/** Operations that ended, a second; two digits are enough to watch. */
export function rateOf({ ms, ok, fail, info }: Pick<TempoPoint, 'ms' | 'ok' | 'fail' | 'info'>): number {
  return ms <= 0 ? 0 : twoDigits(((ok + fail + info) * 1000) / ms)
}

function twoDigits(value: number): number {
  if (value <= 0) return 0
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1)
  return Math.round(value / scale) * scale
}

/** Milliseconds: tenths below ten. */
export function wholeMs(ms: number): string {
  return ms < 9.95 ? ms.toFixed(1) : String(Math.round(ms))
}

/** `12 s`, `3 min`, `2 h`. */
export function roughly(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`
}
