/** What a real run leaves in its folder, and the page made of it while it runs and after. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pageOfRun } from '../../src/report/page/fitted.ts'
import { readRecording } from '../../src/report/recording/recording.ts'
import { openSmall, say } from '../lab/real-lab.ts'
import { block, labText, run } from '../lab/runner.ts'

const resultIn = (folder: string): unknown => JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))

describe('a session at the prompt', () => {
  it('writes its page when asked, keeps a result when it closes, and one for each cluster that a reset replaced', async () => {
    const lab = await openSmall({ seed: 9 })
    const first = lab.folder
    await say(lab, 'expect healthy within 20s')
    await say(lab, 'put city Oslo timeout=10s')
    await say(lab, 'check linearizable')
    expect(await say(lab, 'report')).toMatch(/^ok wrote .*report\.html \(\d+ kB\)$/)
    const page = readFileSync(join(first, 'report.html'), 'utf8')
    for (const words of ['put city Oslo', 'the run had not ended', '>linearizable<']) expect(page).toContain(words)
    await say(lab, 'reset nodes=1')
    const second = lab.folder
    await lab.close()
    expect(resultIn(first)).toMatchObject({
      kind: 'session',
      status: 'passed',
      nodes: 3,
      checks: [{ name: 'linearizable', verdict: 'valid' }],
      // The check read the key once more.
      operations: { ok: 2 },
      reproduce: 'splitbrain --mode raft --nodes 3 --seed 9 --preset fast',
    })
    expect(resultIn(second)).toMatchObject({ kind: 'session', nodes: 1, status: 'unknown' })
    const { story, result } = await readRecording(first)
    expect(result?.kind).toBe('session')
    expect(story.lanes.map(({ id }) => id)).toEqual(['n1', 'n2', 'n3'])
    expect(story.lanes.some(({ stretches }) => stretches.some(({ weight }) => weight === 'lead'))).toBe(true)
  })
})

describe('a lab', () => {
  it('keeps its text in each folder it used, its result in the last, and gives the same page twice', async () => {
    const text = labText(block('One', ['> put city Oslo timeout=10s', '> reset nodes=1']) + block('Two', ['> put city Bergen timeout=10s']))
    const ran = await run({ 'a.md': text })
    const { folder } = ran.suite()
    expect(folder).not.toBeNull()
    if (folder === null) return
    const [earlier] = ran.suite().earlier ?? []
    expect(earlier).toBeDefined()
    expect(await pageOfRun(earlier ?? '')).toContain('A test (before a reset)')
    expect(readFileSync(join(folder, 'lab.md'), 'utf8')).toBe(text)
    expect(resultIn(folder)).toMatchObject({
      format: 1,
      kind: 'lab',
      status: 'passed',
      title: 'A test',
      cases: [{ heading: 'One' }, { heading: 'Two' }],
    })
    expect(existsSync(join(folder, 'report.html'))).toBe(false)
    const page = await pageOfRun(folder)
    expect(page).toContain('put city Bergen')
    expect(page).toContain('A reset brought a fresh cluster')
    expect(await pageOfRun(folder)).toBe(page)
  })
})
