/**
 * Decimals as people write them, computed exactly to six places, half up: no binary floats in a bank lab. One rule for the
 * stores that compute and the checkers that compute after them.
 */
import Big from 'big.js'

/** A constructor of our own, so that no other user of the library can change its rounding. */
const Decimal = Big()
Decimal.RM = Decimal.roundHalfUp

const PLACES = 6
/** Longer texts are not taken as numbers: multiplication is quadratic, and a log entry must apply in bounded time. */
const LONGEST = 400

/** The exact result as text without exponent, or null if either operand is not a decimal, or the result is too long. */
export function compute(left: string, operator: 'add' | 'mul', right: string): string | null {
  const a = parseDecimal(left)
  const b = parseDecimal(right)
  if (a === null || b === null) return null
  const exact = operator === 'add' ? a.plus(b) : a.times(b)
  const rounded = exact.round(PLACES)
  // Zero keeps a sign in the library; people and checkers know only one zero.
  const text = rounded.eq(0) ? '0' : rounded.toFixed()
  return text.length <= LONGEST ? text : null
}

/** Null for anything but digits with an optional sign and point: no exponents, no blanks. */
export function parseDecimal(text: string): Big | null {
  if (!isDecimal(text)) return null
  // The library does not read the plus sign that people may write.
  return new Decimal(text.startsWith('+') ? text.slice(1) : text)
}

export function isDecimal(text: string): boolean {
  return text.length <= LONGEST && /^[+-]?\d+(\.\d+)?$/.test(text)
}

/** Equal as numbers: `1.50` and `1.5` are. */
export function sameDecimal(a: string, b: string): boolean {
  const left = parseDecimal(a)
  const right = parseDecimal(b)
  return left !== null && right !== null && left.eq(right)
}
