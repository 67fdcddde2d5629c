import { expect, test } from 'vitest'
import { fitRow, renderRow, span } from '../../src/ui/style.ts'

test('what is cut shows it, on an ASCII screen in ASCII and as wide', () => {
  const row = fitRow([span('a long reason', 'bad')], 7)
  expect(renderRow(row, { colour: false, ascii: false })).toBe('a long…')
  expect(renderRow(row, { colour: false, ascii: true })).toBe('a long~')
})
