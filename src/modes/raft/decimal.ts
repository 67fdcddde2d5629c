/** Decimals as people write them, computed exactly to six places, half up: no binary floats in a bank lab. */
import Big from 'big.js'

/** A constructor of our own, so that no other user of the library can change its rounding. */
const Decimal = Big()
Decimal.RM = Decimal.roundHalfUp

const PLACES = 6
/** Longer texts are not taken as numbers: multiplication is quadratic, and a log entry must apply in bounded time. */
const LONGEST = 400

/** The exact result as text without exponent, or null if either operand is not a decimal, or the result is too long. */
export function compute(left: string, operator: 'add' | 'mul', right: string): string | null {
  if (!isDecimal(left) || !isDecimal(right)) return null
  const a = new Decimal(left)
  const exact = operator === 'add' ? a.plus(right) : a.times(right)
  const rounded = exact.round(PLACES)
  // Zero keeps a sign in the library; people and checkers know only one zero.
  const text = rounded.eq(0) ? '0' : rounded.toFixed()
  return text.length <= LONGEST ? text : null
}

export function isDecimal(text: string): boolean {
  return text.length <= LONGEST && /^[+-]?\d+(\.\d+)?$/.test(text)
}
