import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLines } from '../../src/cli/lines.ts'

async function collect(chunks: readonly Uint8Array[]): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const line of readLines(Readable.from(chunks))) lines.push(line)
  return lines
}

describe('bytes to lines', () => {
  it('wherever the chunks end, also inside a letter, the lines are the same', async () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 5 }), async (lines, cuts) => {
        const all = new TextEncoder().encode(lines.map((one) => `${one}\r\n`).join(''))
        const at = [0, ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b), all.length]
        const chunks = at.slice(1).map((end, index) => all.slice(at[index] ?? 0, end))
        expect(await collect(chunks)).toEqual(lines)
      }),
      { numRuns: 50 },
    )
  })

  it('a last line without an end counts, and an endless line is refused', async () => {
    expect(await collect([Buffer.from('a\nb')])).toEqual(['a', 'b'])
    await expect(collect(Array.from({ length: 20 }, () => Buffer.alloc(100_000, 'x')))).rejects.toThrow('a line of more than')
  })
})
