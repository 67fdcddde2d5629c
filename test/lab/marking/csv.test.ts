import { expect, it } from 'vitest'
import { toCsv } from '../../../src/lab/marking/csv.ts'
import { type MarkRow, oneLine } from '../../../src/lab/marking/types.ts'

const row = (changes: Partial<MarkRow>): MarkRow => ({
  student: 'ada',
  block: 'crash',
  points: 2,
  of: 3,
  failed: null,
  prediction: '',
  seed: '7',
  ...changes,
})

/** The cells of the only row. */
const line = (changes: Partial<MarkRow>): string => toCsv([row(changes)]).split('\r\n')[1] ?? ''

it('a row a student and block below the names of the columns, each ended as RFC 4180 has it', () => {
  expect(toCsv([row({}), row({ points: 0, failed: 'no', seed: null })])).toBe(
    'student,block,points,of,failed,prediction,seed\r\nada,crash,2,3,,,7\r\nada,crash,0,3,no,,\r\n',
  )
})

it('commas, semicolons, quotes, line ends and outer blanks are quoted', () => {
  expect(line({ failed: 'a,b' })).toBe('ada,crash,2,3,"a,b",,7')
  expect(line({ failed: 'a;b' })).toBe('ada,crash,2,3,"a;b",,7')
  expect(line({ failed: 'say "x"' })).toBe('ada,crash,2,3,"say ""x""",,7')
  expect(line({ failed: ' x' })).toBe('ada,crash,2,3," x",,7')
  expect(toCsv([row({ student: 'a\nb' })])).toContain('\r\n"a\nb",crash')
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '"=1', "'=1", '＝1', '=cmd|x!A1,"y"'])('%j is text to a spreadsheet', (text) => {
  const cells = line({ student: text })
  expect(cells).toMatch(/^(?:'|"')/)
})

it('what a student wrote is one line of bounded length, without a word to the terminal', () => {
  expect(oneLine(' a\r\nb\u001b[31mc\u0000\u2028d ')).toBe('a b [31mc d')
  expect(oneLine('x'.repeat(1000))).toHaveLength(300)
})
