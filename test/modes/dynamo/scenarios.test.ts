/** test/README.md says where each scenario stands: it has every number, and the tests it names bear them. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const rows = readFileSync('test/README.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| F'))
  .map((line) => {
    const [, numbers = '', , where = ''] = line.replaceAll('\\|', '').split('|')
    const [tests = '', labs = ''] = where.split(/; labs? /)
    const named = (text: string): string[] => [...text.matchAll(/`([a-z0-9/.-]+)`/g)].map(([, name = '']) => name)
    return { numbers: numbers.match(/F\d+/g) ?? [], tests: named(tests), labs: named(labs) }
  })

describe('the table of scenarios', () => {
  it('has F1 to F51, each once', () => {
    expect(rows.flatMap(({ numbers }) => numbers)).toEqual(Array.from({ length: 51 }, (_, i) => `F${i + 1}`))
  })

  it.each(rows.map((row) => [row.numbers.join(' '), row] as const))('%s is where it says', (_, { numbers, tests, labs }) => {
    const files = tests.map((name) => `test/modes/dynamo/${name}.test.ts`).filter((file) => existsSync(file))
    const text = files.map((file) => readFileSync(file, 'utf8')).join('\n')
    for (const number of numbers.filter((one) => one !== 'F48')) expect(text).toMatch(new RegExp(`\\b${number}(?!\\d)`))
    for (const lab of labs) expect(existsSync(`labs/dynamo/${lab}.md`), lab).toBe(true)
  })
})
