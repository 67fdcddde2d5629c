import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attempt } from '../../../src/lab/language/errors.ts'
import { parseLine } from '../../../src/lab/language/parse.ts'
import { quote, quoteIfNeeded, type Token, tokenize } from '../../../src/lab/language/tokens.ts'
import { five, inDynamo } from './words.ts'

function brief(token: Token): string {
  if (token.kind === 'option') return `option ${token.name}=${token.value}`
  return token.kind === 'word' ? token.text : `${token.kind} ${token.text}`
}

describe('the words of a line', () => {
  it.each([
    ['put city Oslo', ['put', 'city', 'Oslo']],
    ['  put\tcity  Oslo  ', ['put', 'city', 'Oslo']],
    ['put x "a b"', ['put', 'x', 'quoted a b']],
    ['put x "say \\"hi\\" \\\\ \\n\\u0041"', ['put', 'x', 'quoted say "hi" \\ \nA']],
    ['put x "a=b"', ['put', 'x', 'quoted a=b']],
    ['put x 1 timeout=3s', ['put', 'x', '1', 'option timeout=3s']],
    ['put x 1 as="c 2"', ['put', 'x', '1', 'option as=c 2']],
    ['put x -5', ['put', 'x', '-5']],
    ['put x 3=4', ['put', 'x', '3=4']],
    ['put x # y', ['put', 'x']],
    ['put x "#" a#b', ['put', 'x', 'quoted #', 'a#b']],
    ['partition 1 2|3', ['partition', '1', '2', 'operator |', '3']],
    ['cut n1->n2', ['cut', 'n1', 'operator ->', 'n2']],
    ['put x "|"', ['put', 'x', 'quoted |']],
    ['role(home(k, 1)) = x', ['role(home(k, 1))', '=', 'x']],
    ['local("a ) b", n1)', ['local("a ) b", n1)']],
    ['put x smile(', ['put', 'x', 'smile(']],
    ['', []],
  ])('%s', (line, words) => {
    expect(tokenize(line).tokens.map(brief)).toEqual(words)
  })

  it.each([
    ['put x 1 &', true, 'put x 1'],
    ['put x 1 & # later', true, 'put x 1'],
    ['put x 1&', false, 'put x 1&'],
    ['put x "&"', false, 'put x "&"'],
  ])('%s runs beside what follows: %s', (line, background, text) => {
    const result = tokenize(line)
    expect([result.background, line.slice(0, result.end)]).toEqual([background, text])
  })

  it.each([
    ['put x "abc', 7, 'this quote is never closed'],
    ['put x a"b"', 8, 'a quote inside a word; put the whole word in quotes'],
    ['put x "a"b', 10, 'leave a blank after the closing quote'],
    ['put x \u0007', 7, 'a control character; write it as \\n, \\t or \\u001b inside quotes'],
  ])('%j is wrong at column %i', (line, column, message) => {
    expect(attempt(() => tokenize(line))).toEqual({ ok: false, error: { column, message } })
  })

  it('a quoted word reads back as the same text, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const written of [quote(text), quoteIfNeeded(text)]) {
          const { tokens } = tokenize(`put ${written} x`)
          expect(tokens).toHaveLength(3)
          expect(tokens[1]).toMatchObject({ text })
        }
      }),
    )
  })

  it('a nasty word of the greatest length is read in linear time', () => {
    for (const nasty of [
      '('.repeat(65_000),
      ',f('.repeat(21_000),
      '"'.repeat(65_000),
      'a='.repeat(32_000),
      '->'.repeat(32_000),
      '$('.repeat(32_000),
    ]) {
      expect(parseLine(`put x ${nasty}`, five)).toHaveProperty('ok')
      expect(parseLine(`expect ${nasty}`, five)).toHaveProperty('ok')
    }
  })

  it('no text makes the parser throw', () => {
    const words = fc.constantFrom(
      'put',
      'kill',
      'expect',
      'not',
      'leader',
      'at',
      '3s',
      'every',
      '(',
      ')',
      '|',
      '->',
      '=',
      '"',
      ',',
      '$c',
      '&',
      '#',
      'n1',
      'let',
      'x=',
      '\\',
      'link',
      'loss=5%',
      'followers(',
      'set',
      'local(',
    )
    const lines = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(words, { maxLength: 12 }).map((all) => all.join(' ')),
      fc.array(words, { maxLength: 12 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(lines, (line) => {
        for (const context of [five, inDynamo]) {
          const result = parseLine(line, context)
          if (result.ok) continue
          expect(result.error.message).not.toMatch(/[\n\r]/)
          expect(result.error.column).toBeGreaterThanOrEqual(1)
          expect(result.error.column).toBeLessThanOrEqual(line.length + 1)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
