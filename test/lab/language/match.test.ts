import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asPattern, matchAnswer, updateAnswers } from '../../../src/lab/language/match.ts'

describe('an expected answer', () => {
  it.each([
    [['Oslo'], ['Oslo'], true],
    [['Oslo'], ['oslo'], false],
    [['Oslo OR Bergen'], ['Bergen'], true],
    [['Oslo OR Bergen'], ['Oslo OR Bergen'], false],
    [['unknown timeout: *'], ['unknown timeout: no answer in 2s; it may still happen'], true],
    [['ok killed * (leader, term *); undo: *'], ['ok killed n3 (leader, term 4); undo: restart n3'], true],
    [['fail * OR none'], ['none'], true],
    [['*'], ['anything', 'at all'], true],
    [['a', '*', 'c'], ['a', 'b', 'b', 'c'], true],
    [['a', '*', 'c'], ['a', 'c'], false],
    [['a'], ['a', 'b'], false],
    [['a', 'b'], ['a'], false],
    [['2 \\* 3'], ['2 * 3'], true],
    [['2 \\* 3'], ['2 x 3'], false],
    [['*b'], ['aab'], true],
    [[''], [''], true],
    [[], ['whatever'], true],
  ])('%j against %j: %s', (expected, actual, ok) => {
    expect(matchAnswer(expected, actual).ok).toBe(ok)
  })

  it('says the first line that differs', () => {
    expect(matchAnswer(['a', 'b'], ['a', 'c'])).toEqual({ ok: false, expected: 'b', actual: 'c' })
    expect(matchAnswer(['a', 'b'], ['a'])).toEqual({ ok: false, expected: 'b', actual: '(no more lines)' })
    expect(matchAnswer(['a'], ['a', 'b'])).toEqual({ ok: false, expected: '(no more lines)', actual: 'b' })
  })

  it('a line as a pattern matches itself', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        expect(matchAnswer([asPattern(line)], [line])).toEqual({ ok: true })
      }),
    )
  })

  it('a line that a lab block could not hold becomes a star', () => {
    expect(['```', '> put x 1', '', 'a OR b', 'a * b'].map(asPattern)).toEqual(['*', '*', '*', 'a*OR*b', 'a \\* b'])
    expect(matchAnswer([asPattern('a OR b')], ['a OR b']).ok).toBe(true)
  })

  it('many stars do not take forever', () => {
    expect(matchAnswer([`${'*a'.repeat(2000)}b`], ['a'.repeat(20_000)]).ok).toBe(false)
  })
})

describe('run --update', () => {
  const text = [
    '# A',
    '```lab',
    '> get a',
    'Oslo',
    '> put a 1',
    '> get b',
    '> get c',
    '*',
    '> status',
    'old',
    'older',
    '```',
    '> get a',
    '```text',
    '> get a',
    'Oslo',
    '```',
    '',
  ].join('\n')

  it('rewrites the answer lines that do not match, and nothing else', () => {
    const updated = updateAnswers(text, [
      { line: 3, answer: ['Ber*gen'] },
      { line: 5, answer: ['ok'] },
      { line: 6, answer: ['fail no-leader: nobody leads'] },
      { line: 7, answer: ['anything'] },
      { line: 9, answer: ['new', 'newer', 'newest'] },
      { line: 15, answer: ['never'] },
    ])
    expect(updated.split('\n')).toEqual([
      '# A',
      '```lab',
      '> get a',
      'Ber\\*gen',
      '> put a 1',
      '> get b',
      'fail no-leader: nobody leads',
      '> get c',
      '*',
      '> status',
      'new',
      'newer',
      'newest',
      '```',
      '> get a',
      '```text',
      '> get a',
      'Oslo',
      '```',
      '',
    ])
  })

  it('changes nothing if all answers match, and keeps the line ends', () => {
    expect(updateAnswers(text, [{ line: 3, answer: ['Oslo'] }])).toBe(text)
    const windows = text.replaceAll('\n', '\r\n')
    expect(updateAnswers(windows, [{ line: 3, answer: ['Bergen'] }])).toBe(windows.replace('> get a\r\nOslo', '> get a\r\nBergen'))
  })
})
