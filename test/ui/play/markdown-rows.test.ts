import { expect, test } from 'vitest'
import { markdownRows, wrapSpans } from '../../../src/ui/play/markdown-rows.ts'
import { type Row, rowWidth, type Style, span } from '../../../src/ui/style.ts'

const colour: Style = { colour: true, ascii: false }
const plain: Style = { colour: false, ascii: true }
const text = (rows: readonly Row[]): string[] => rows.map((row) => row.map((one) => one.text).join(''))
const drawn = (markdown: string, columns = 40, style = colour): string[] => text(markdownRows(markdown, columns, style))

test('lines that were broken only to be short are one paragraph, wrapped to the width; an empty line parts', () => {
  expect(drawn('One two three\nfour five.\n\nSix.', 14)).toEqual(['One two three', 'four five.', '', 'Six.'])
  expect(drawn('')).toEqual([])
})

test('emphasis and code have tones; without colour their signs stay', () => {
  const prose = 'A **bold move**, an *old* one, a _new_ one and `kill n1`.'
  expect(markdownRows(prose, 80, colour)).toEqual([
    [
      span('A '),
      span('bold move', 'bold'),
      span(', an '),
      span('old', 'bold'),
      span(' one, a '),
      span('new', 'bold'),
      span(' one and '),
      span('kill n1', 'accent'),
      span('.'),
    ],
  ])
  expect(drawn(prose, 80, plain)).toEqual([prose])
})

test('stars and underscores that are no emphasis stay as they are, and code keeps what is in it', () => {
  expect(drawn('2 * 3 * 4 and snake_case_name, (1000 + 100) × 1.1', 80)).toEqual(['2 * 3 * 4 and snake_case_name, (1000 + 100) × 1.1'])
  expect(drawn('`a * b * c` and ``a ` b``', 80)).toEqual(['a * b * c and a ` b'])
  expect(drawn('an open **star and an open `tick', 80)).toEqual(['an open **star and an open `tick'])
})

test('a link shows where it leads', () => {
  expect(drawn('See [the guide](labs/README.md).', 80)).toEqual(['See the guide (labs/README.md).'])
})

test('items hang below their sign, go on over lines, and stand together', () => {
  expect(drawn('- one two three four\n  five\n- six\n  - inner\n\n1. first\n2. second', 14)).toEqual([
    '• one two',
    '  three four',
    '  five',
    '• six',
    '  • inner',
    '1. first',
    '2. second',
  ])
  expect(drawn('- one', 14, plain)).toEqual(['- one'])
})

test('code keeps its lines and its blanks; what is too long is cut with a sign', () => {
  expect(drawn('```text\na   b\n  > c\n```\nafter', 12)).toEqual(['  a   b', '    > c', '', 'after'])
  expect(drawn('```\nabcdefghijklmnop\n```', 8)).toEqual(['  abcde…'])
  expect(drawn('```\nnever closed', 40)).toEqual(['  never closed'])
})

test('a table stands in columns, and gives way in proportion where it is too wide', () => {
  const table = '| nodes | survives |\n|---|:-:|\n| 3 | one |\n| 5 | **two** |'
  expect(drawn(table)).toEqual(['nodes  survives', '3      one', '5      two'])
  const wide = '| a | b |\n|---|---|\n| one two three four | five six seven eight |'
  expect(drawn(wide, 22)).toEqual(['a          b', 'one two    five six', 'three      seven', 'four       eight'])
})

test('quotes and rules', () => {
  expect(drawn('> said one\n> said two', 11)).toEqual(['│ said one', '│ said two'])
  expect(drawn('a\n\n---\n\nb', 5, plain)).toEqual(['a', '', '-----', '', 'b'])
})

test('no row is wider than the screen, whatever is in it; control characters never reach the terminal', () => {
  const hostile = `${'x'.repeat(100)} 漢字漢字漢字漢字 **${'y'.repeat(50)}** \`${'z z '.repeat(20)}\`\n\n- ${'w'.repeat(60)}\n\n| ${'v'.repeat(60)} | b |\n|---|---|\n| \x1b[2Jc | d |`
  for (const columns of [1, 2, 7, 20, 79]) {
    const rows = markdownRows(hostile, columns, colour)
    // A wide sign does not fit in one cell, nor a table's two columns.
    if (columns >= 7) expect(Math.max(...rows.map(rowWidth))).toBeLessThanOrEqual(columns)
    expect(text(rows).join('')).not.toContain('\x1b')
  }
})

test('a word of several tones is broken only where the row ends', () => {
  expect(text(wrapSpans([span('ab'), span('cd', 'bold'), span('ef gh')], 6))).toEqual(['abcdef', 'gh'])
  expect(text(wrapSpans([span('a '), span(' b', 'bold')], 9))).toEqual(['a b'])
})
