import { expect, test } from 'vitest'
import { tableLines } from '../../src/lab/table.ts'

test('columns stand below each other whatever is in them: wide letters, line ends, long values', () => {
  const rows = [
    { key: '日本', value: 'a\nb', ms: 1 },
    { key: 'city', value: 'x'.repeat(100), ms: 120.5 },
    { key: 'gone', value: null, ms: null },
  ]
  expect(tableLines(rows, ['key', 'value', 'ms'])).toEqual([
    'key   value                        ms',
    '日本  a\\nb                          1',
    `city  ${'x'.repeat(23)}…  120.5`,
    'gone  -                             -',
  ])
})

test('a name in the first column is never cut: `metrics` shows what metric(NAME) takes', () => {
  const metric = 'messages-out-append-entries-reply'
  expect(tableLines([{ metric, n1: 3 }], ['metric', 'n1'])).toEqual([`metric${' '.repeat(metric.length - 6)}  n1`, `${metric}   3`])
})
