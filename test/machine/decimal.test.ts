import { expect, test } from 'vitest'
import { compute, parseDecimal, sameDecimal } from '../../src/machine/decimal.ts'

test.each([
  ['add', '0.1', '0.2', '0.3'],
  ['add', '1000', '-1000.0', '0'],
  ['mul', '1100', '1.1', '1210'],
  ['mul', '0.000001', '0.5', '0.000001'],
  ['mul', '-0.000001', '0.5', '-0.000001'],
  ['mul', '0.000001', '0.4', '0'],
  ['add', '9007199254740993', '1', '9007199254740994'],
  ['add', '+5', '+1.0', '6'],
  ['add', 'Oslo', '1', null],
  ['add', '1', '', null],
] as const)('%s %s %s = %s: exact, then six places half up', (by, held, operand, result) => {
  expect(compute(held, by, operand)).toBe(result)
})

test('numbers too large to write out are none', () => {
  expect(parseDecimal('1e999999999')).toBeNull()
  expect(parseDecimal('9'.repeat(500))).toBeNull()
})

test('spelling does not matter, text does', () => {
  expect(sameDecimal('1.50', '1.5')).toBe(true)
  expect(sameDecimal('1.5', '1.51')).toBe(false)
  expect(sameDecimal('a', 'a')).toBe(false)
})
