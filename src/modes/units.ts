/** Settings as text, and what they become. Durations are microseconds; without a unit they are milliseconds. Each throws RangeError, naming the setting. */

function bad(name: string, text: string, wanted: string): never {
  throw new RangeError(`${name}=${text}: expected ${wanted}`)
}

const UNITS: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000 }

function microseconds(amount: string, unit: string): number {
  return Math.round(Number(amount) * (UNITS[unit] ?? 1_000))
}

export function parseDuration(name: string, text: string): number {
  const found = /^(\d+(?:\.\d+)?)(us|ms|s|m)?$/.exec(text)
  if (found?.[1] === undefined) return bad(name, text, 'a duration such as 100ms')
  const us = microseconds(found[1], found[2] ?? 'ms')
  return us >= 1_000 ? us : bad(name, text, '1ms or more')
}

/** `300-600`, `300ms-600ms`, `1-2s`: a low end without a unit takes the other's. */
export function parseRange(name: string, text: string): readonly [number, number] {
  const found = /^(\d+(?:\.\d+)?)(us|ms|s|m)?-(\d+(?:\.\d+)?)(us|ms|s|m)?$/.exec(text)
  if (found?.[1] === undefined || found[3] === undefined) return bad(name, text, 'a range such as 300ms-600ms')
  const high = microseconds(found[3], found[4] ?? 'ms')
  const low = microseconds(found[1], found[2] ?? found[4] ?? 'ms')
  return low >= 1_000 && low <= high ? [low, high] : bad(name, text, 'a range from low to high, 1ms or more')
}

export function parseSwitch(name: string, text: string): boolean {
  return text === 'on' || (text !== 'off' && bad(name, text, 'on or off'))
}

export function parseCount(name: string, text: string): number {
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : bad(name, text, 'a whole number from 1 on')
}

export function parseSize(name: string, text: string): number {
  const found = /^(\d{1,9})(b|kb|mb)?$/.exec(text)
  if (found?.[1] === undefined) return bad(name, text, 'a size such as 64kb')
  return Number(found[1]) * (found[2] === 'mb' ? 1_048_576 : found[2] === 'kb' ? 1_024 : 1)
}
