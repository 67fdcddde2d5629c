/**
 * Quantities as people write them. Every parser answers null for text it does not know; what a formatter writes, the parser of
 * its name reads back as the same number.
 */

const DAY_MS = 86_400_000
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m)$/
const DURATION_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 }

/** `250ms 3s 1.5s 2m` to milliseconds, to the microsecond; null too for more than a day. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text)
  if (match === null) return null
  const ms = round(Number(match[1]) * (DURATION_MS[match[2] ?? ''] ?? 0), 3)
  return ms <= DAY_MS ? ms : null
}

export function formatDuration(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`
  return ms >= 1000 ? `${round(ms / 1000, 6)}s` : `${round(ms, 3)}ms`
}

/** `+60s`, `-250ms`: a clock's jump in milliseconds. The sign is required. */
export function parseSkew(text: string): number | null {
  const ms = /^[+-]/.test(text) ? parseDuration(text.slice(1)) : null
  if (ms === null) return null
  return text.startsWith('-') ? 0 - ms : ms
}

export interface DurationRange {
  readonly lowMs: number
  readonly highMs: number
}

/** `300-600`, `300-600ms`, `300ms-600ms`, `1s-2s`; without a unit milliseconds. Low may equal high. */
export function parseDurationRange(text: string): DurationRange | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?-(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text)
  if (match === null) return null
  const highUnit = match[4] ?? match[2] ?? 'ms'
  const lowMs = parseDuration(`${match[1]}${match[2] ?? highUnit}`)
  const highMs = parseDuration(`${match[3]}${highUnit}`)
  return lowMs === null || highMs === null || lowMs > highMs ? null : { lowMs, highMs }
}

/** Always in milliseconds with one unit at the end: `300-600ms`. */
export function formatDurationRange(range: DurationRange): string {
  return `${range.lowMs}-${range.highMs}ms`
}

/** `10%` to 0.1; 0 to 100 %. */
export function parsePercent(text: string): number | null {
  const match = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)
  const percent = match === null ? Number.NaN : Number(match[1])
  return percent <= 100 ? round(percent / 100, 8) : null
}

/** As a percentage, but may be negative: a clock that runs slow. */
export function parseSignedPercent(text: string): number | null {
  const fraction = parsePercent(text.replace(/^[+-]/, ''))
  if (fraction === null) return null
  return text.startsWith('-') ? 0 - fraction : fraction
}

const SIZE_BYTES: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 * 1024 }

/** `512b 64kb 1mb` (of 1024), or bare bytes, to a whole number of bytes. */
export function parseSize(text: string): number | null {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)(b|kb|mb)?$/.exec(text.toLowerCase())
  if (match === null) return null
  const bytes = Number(match[1]) * (SIZE_BYTES[match[2] ?? 'b'] ?? 1)
  return Number.isSafeInteger(bytes) ? bytes : null
}

export function formatSize(bytes: number): string {
  for (const unit of ['mb', 'kb'] as const) {
    const size = SIZE_BYTES[unit] ?? 1
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`
  }
  return `${bytes}b`
}

const BIT_RATES: Readonly<Record<string, number>> = { kbit: 1e3, mbit: 1e6, gbit: 1e9 }

/** `500kbit 1mbit` (of 1000, a second) to bytes a second; `0` is no limit. */
export function parseBitRate(text: string): number | null {
  if (text === '0') return 0
  const match = /^(\d{1,6}(?:\.\d{1,6})?)(kbit|mbit|gbit)$/.exec(text.toLowerCase())
  const bytes = match === null ? 0 : Math.round((Number(match[1]) * (BIT_RATES[match[2] ?? ''] ?? 0)) / 8)
  return bytes > 0 ? bytes : null
}

/** `200/s` to operations a second; `0` or `max` is as fast as answers come. */
export function parseOpsRate(text: string): number | null {
  if (text === '0' || text === 'max') return 0
  const match = /^(\d{1,6}(?:\.\d{1,3})?)\/s$/.exec(text)
  const rate = match === null ? 0 : Number(match[1])
  return rate > 0 ? rate : null
}

/** A whole number from 0, without sign, point or unit. */
export function parseCount(text: string): number | null {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(count) ? count : null
}

/**
 * A decimal in its one normal form as text, so that no step of a calculation passes through a binary float:
 * `+007.50` to `7.5`, `-0` to `0`. Null for more than six places, more than 30 digits before the point, or no number.
 */
export function parseDecimal(text: string): string | null {
  const match = /^([+-]?)(\d{1,30})(?:\.(\d{1,6}))?$/.exec(text)
  if (match === null) return null
  const whole = (match[2] ?? '').replace(/^0+(?=\d)/, '')
  const places = (match[3] ?? '').replace(/0+$/, '')
  const plain = places === '' ? whole : `${whole}.${places}`
  return match[1] === '-' && plain !== '0' ? `-${plain}` : plain
}

/** Negative, zero or positive, exactly, for two decimals in any form with any number of places; null if one is no decimal. */
export function compareDecimals(a: string, b: string): number | null {
  const form = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?$/
  const left = form.exec(a)
  const right = form.exec(b)
  if (left === null || right === null) return null
  const places = Math.max(left[3]?.length ?? 0, right[3]?.length ?? 0)
  const scaled = (match: RegExpExecArray): bigint => {
    const digits = BigInt(`${match[2]}${(match[3] ?? '').padEnd(places, '0')}`)
    return match[1] === '-' ? -digits : digits
  }
  const difference = scaled(left) - scaled(right)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function round(value: number, places: number): number {
  const scale = 10 ** places
  return Math.round(value * scale) / scale
}
