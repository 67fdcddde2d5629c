import Big from 'big.js'

const PLACES = 6
const HALF_UP = 1
/** Beyond this an exponent is an attack on memory, not a number of ours. */
const MAX_EXPONENT = 1_000

/** The decimal in this text, or null. Lenient: what the store takes must be taken here. */
export function parseDecimal(text: string): Big | null {
  try {
    const number = new Big(text.trim().replace(/^\+/, ''))
    return Math.abs(number.e) > MAX_EXPONENT ? null : number
  } catch {
    return null
  }
}

/** `add` and `mul` as the store computes them: exact, then six places half up. Null if either is no number. */
export function computeDecimal(by: 'add' | 'mul', held: string, operand: string): string | null {
  const left = parseDecimal(held)
  const right = parseDecimal(operand)
  if (left === null || right === null) return null
  const exact = by === 'add' ? left.plus(right) : left.times(right)
  const rounded = exact.round(PLACES, HALF_UP)
  return rounded.eq(0) ? '0' : rounded.toFixed()
}

/** Equal as numbers: `1.50` and `1.5` are. */
export function sameDecimal(a: string, b: string): boolean {
  const left = parseDecimal(a)
  const right = parseDecimal(b)
  return left !== null && right !== null && left.eq(right)
}
