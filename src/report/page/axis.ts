/** Time from left to right, in one place, so that everything that happened at a moment stands on one line. */
export const PICTURE_WIDTH = 1120
/** For the names of the lanes. */
export const GUTTER = 104
const RIGHT = 12
/** Left and right of the outermost moments, and what a label of a moment needs. */
const MARGIN = 40
const LABEL = 64

export interface Axis {
  readonly fromNs: number
  readonly toNs: number
  readonly ticks: readonly { readonly atNs: number; readonly label: string }[]
  /** Clamped to the picture. */
  x(ns: number): number
}

const STEPS = [
  1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  14_400,
]
const MOST_TICKS = 12

export function axisOf(fromNs: number, toNs: number): Axis {
  const span = Math.max(1, toNs - fromNs)
  const left = GUTTER
  const width = PICTURE_WIDTH - GUTTER - RIGHT
  const seconds = STEPS.find((step) => span / 1e9 / step <= MOST_TICKS) ?? span / 1e9
  const ticks: { atNs: number; label: string }[] = []
  for (let i = Math.ceil(fromNs / 1e9 / seconds - 1e-9); i * seconds * 1e9 <= toNs && ticks.length <= MOST_TICKS + 1; i++)
    ticks.push({ atNs: i * seconds * 1e9, label: tickLabel(i * seconds, seconds) })
  return {
    fromNs,
    toNs,
    ticks,
    x: (ns) => rounded(left + (Math.min(Math.max(ns, fromNs), toNs) - fromNs) * (width / span)),
  }
}

function tickLabel(seconds: number, step: number): string {
  if (step >= 60) return `${Math.round(seconds / 60)} min`
  return `${seconds.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))} s`
}

/** Not to scale: these moments stand at equal distances, so that what took a millisecond and what took a minute are both to be read. */
export function axisOfMoments(moments: readonly number[]): Axis {
  const times = [...new Set(moments)].sort((a, b) => a - b)
  const room = PICTURE_WIDTH - GUTTER - RIGHT - 2 * MARGIN
  const step = room / Math.max(1, times.length - 1)
  const place = (i: number): number => GUTTER + MARGIN + i * step
  const every = Math.max(1, Math.ceil(LABEL / step))
  return {
    fromNs: times[0] ?? 0,
    toNs: times.at(-1) ?? 1,
    ticks: times.filter((_, i) => i % every === 0).map((atNs) => ({ atNs, label: atSeconds(atNs) })),
    x: (ns) => {
      const next = times.findIndex((time) => time >= ns)
      if (next < 0) return rounded(place(times.length - 1))
      const [from, to] = [times[next - 1] ?? times[0] ?? 0, times[next] ?? 0]
      return rounded(next === 0 ? place(0) : place(next - 1) + ((ns - from) / (to - from)) * step)
    },
  }
}

/** A tenth of a pixel is finer than any eye, and shorter in the file. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

/** `4.271 s`, since the run began. */
export function atSeconds(ns: number): string {
  return `${(ns / 1e9).toFixed(3)} s`
}

/** `0.84 ms`, `2.10 s`. */
export function span(ns: number): string {
  if (ns >= 1e9) return `${(ns / 1e9).toFixed(2)} s`
  const ms = ns / 1e6
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`
}
