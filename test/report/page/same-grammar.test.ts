/** The page reads lessons below the lab language, which it may not import: here both read the same texts, and find the same. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readMarkdown } from '../../../src/lab/language/markdown.ts'
import { readPrediction } from '../../../src/lab/language/predict.ts'
import { labsFolder } from '../../../src/lab/shipped-labs.ts'
import { prose } from '../../../src/report/page/prose.ts'
import { readQuestion } from '../../../src/report/page/question.ts'

interface Found {
  readonly info: string
  readonly line: number
  readonly body: readonly string[]
}

const means = ({ info }: Found): boolean => ['lab', 'predict'].includes(info.split(/\s+/)[0] ?? '')

function byLanguage(text: string): readonly Found[] {
  return readMarkdown(text).flatMap((piece) => {
    if (piece.kind !== 'fence' || !means(piece)) return []
    const { info, line, body } = piece
    return [{ info, line, body }]
  })
}

function byPage(text: string): readonly Found[] {
  const found: Found[] = []
  prose(text, (fence) => {
    if (means(fence)) found.push(fence)
    return null
  })
  return found
}

function agree(text: string): void {
  expect(byPage(text)).toEqual(byLanguage(text))
  for (const { info, body, line } of byLanguage(text)) {
    if (!info.startsWith('predict')) continue
    const { question, choices, because } = readPrediction(
      { kind: 'fence', info, line, body, bodyLine: line + 1, closed: true },
      '',
      () => {},
      true,
    )
    expect(readQuestion(body)).toEqual({ question, choices, because })
  }
}

it('in every shipped lab', () => {
  const files = readdirSync(labsFolder(), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
  const texts = files.map((name) => readFileSync(join(labsFolder(), name), 'utf8'))
  expect(texts.filter((text) => byLanguage(text).length > 0).length).toBeGreaterThan(20)
  for (const text of texts) agree(text)
})

it.each([
  ['a block inside a list', '- one\n  ```lab\n  > put a 1\n\n  > get a\n  ```\n- two'],
  ['a block deep inside a list is code', '- one\n  - two\n    ```lab\n    > put a 1\n    ```\n'],
  ['a quoted block is code', '> ```lab\n> > put a 1\n> ```\n'],
  ['a question in other signs', '```predict\n  What\n  now?\n* [X] yes\n - [ ] no\nBecause: it\n is so.\n- [x] not this\n```\n'],
  ['a question without an answer', '```predict\nWhat?\n-[x] no choice\n-  [x] none either\n```'],
  ['never closed', '---\nmode: raft\n---\ntext\n~~~lab dynamo\n> put a 1'],
])('%s', (_, text) => agree(text))

it('in any text whose front matter, if any, is closed', () => {
  const line = fc.constantFrom(
    ...['', 'text', '# heading', '---', '```', '````', '~~~', '```lab', '   ```lab', '    ```lab', '````lab todo a', '~~~predict', '```ts'],
    ...[
      '- item',
      '  - inner',
      '1. first',
      '  more',
      '> quote',
      '> ```lab',
      '- ```lab',
      '> put a 1',
      'ok',
      '| a | b |',
      '|---|---|',
      '```lab `x`',
    ],
    ...['- [x] yes', '* [ ] no', 'because: so', 'BECAUSE: not so'],
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 14 }), (lines) => agree(['text', ...lines].join('\n'))),
    { numRuns: 1_000 },
  )
})
