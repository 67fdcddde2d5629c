import type { Op } from './ast.ts'
import { compareDecimals } from './units.ts'

/**
 * Does the fact hold? Null is `none`. Two decimals compare as exact numbers; anything else as text, where order has no meaning
 * and `< <= > >=` do not hold. `exact` (a quoted operand) compares as text even what looks like a number. `n3` equals `3`.
 */
export function compare(actual: string | number | null, op: Op, expected: string | number | null, exact = false): boolean {
  if (actual === null || expected === null) {
    if (op === '=') return actual === expected
    return op === '!=' && actual !== expected
  }
  const left = String(actual)
  const right = nodeLike(left, String(expected))
  const order = exact ? null : compareDecimals(left, right)
  switch (op) {
    case '=':
      return order === null ? left === right : order === 0
    case '!=':
      return order === null ? left !== right : order !== 0
    case '<':
      return order !== null && order < 0
    case '<=':
      return order !== null && order <= 0
    case '>':
      return order !== null && order > 0
    case '>=':
      return order !== null && order >= 0
  }
}

/** A node may be written as its number. */
function nodeLike(actual: string, expected: string): string {
  return /^n\d+$/.test(actual) && /^\d+$/.test(expected) ? `n${expected}` : expected
}
