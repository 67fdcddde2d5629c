import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blankOf } from '../../../src/lab/marking/blank.ts'
import { readKey } from '../../../src/lab/marking/key.ts'
import { takeBlocks } from '../../../src/lab/marking/take.ts'
import { exercises } from './exercises.ts'

describe.each(exercises())('$name', ({ key, solutions }) => {
  const text = (name: string): string => readFileSync(join(solutions, name), 'utf8')
  const read = readKey(key)

  it('has a right, a wrong and an empty solution; the empty one is its handout', () => {
    expect(readdirSync(solutions).sort()).toEqual(['empty.md', 'right.md', 'wrong.md'])
    expect(text('empty.md')).toBe(blankOf(read.source.text))
  })

  it('takes every block of the right solution, and none of the empty one', () => {
    expect(takeBlocks(read, 'right.md', text('right.md'))).toMatchObject({ refused: new Map(), unknown: new Map() })
    const empty = takeBlocks(read, 'empty.md', text('empty.md'))
    expect([empty.lab, [...empty.refused.keys()]]).toEqual([null, [...read.worth.keys()]])
  })

  it('names no solution in its handout', () => {
    const own = read.todos.flatMap(({ fence }) => fence.body).filter((line) => line.startsWith('> ') && !line.startsWith('> #'))
    expect(own.length).toBeGreaterThan(0)
    expect(text('empty.md')).not.toContain('[x]')
    expect(text('empty.md')).not.toContain('because:')
    expect(own.filter((line) => text('empty.md').split('\n').includes(line))).toEqual([])
  })
})
