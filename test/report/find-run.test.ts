import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRun } from '../../src/report/find-run.ts'

const names = ['20260101-100000.000-7-1.1', '20260101-110000.000-8-1.1', '20260202-100000.000-7-1.1']
let base = ''

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'splitbrain-find-'))
  for (const name of names) {
    mkdirSync(join(base, '.splitbrain/runs', name), { recursive: true })
    writeFileSync(join(base, '.splitbrain/runs', name, 'events.jsonl'), '')
  }
  symlinkSync(join('runs', names[1] ?? ''), join(base, '.splitbrain/latest'))
  mkdirSync(join(base, 'other'))
})

afterAll(() => rmSync(base, { recursive: true, force: true }))

describe('which run a person means', () => {
  it.each([
    ['latest', names[1]],
    [names[0] ?? '', names[0]],
    ['20260202', names[2]],
    ['20260101-11', names[1]],
  ])('%s is %s', (said, name) => {
    expect(basename(findRun(base, said))).toBe(name)
  })

  it('a folder is itself', () => {
    const folder = join(base, '.splitbrain/runs', names[2] ?? '')
    expect(findRun('/nowhere', folder)).toBe(folder)
  })

  it.each([
    ['2026', `3 runs begin with 2026: ${[...names].reverse().join(' ')}`],
    ['2027', `there is no run 2027; there are ${[...names].reverse().join(' ')}`],
  ])('%s: what there is', (said, why) => {
    expect(() => findRun(base, said)).toThrow(expect.objectContaining({ message: why, code: 'usage' }))
  })

  it('a folder that is no run, and a place without runs, say so', () => {
    expect(() => findRun(base, join(base, 'other'))).toThrow(/is no run folder: it has no events\.jsonl$/)
    expect(() => findRun(join(base, 'other'), 'latest')).toThrow(/^no run here yet: /)
    expect(() => findRun(join(base, 'other'), 'x')).toThrow(/^there is no run x: .* holds none$/)
  })
})
