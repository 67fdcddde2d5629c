import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { stateFolder } from '../../src/lab/state-folder.ts'
import { appendHistory, readHistory } from '../../src/ui/history-file.ts'
import { MAX_HISTORY } from '../../src/ui/line-editor.ts'

const folder = mkdtempSync(join(tmpdir(), 'splitbrain-history-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('where it stands', () => {
  it('under XDG_STATE_HOME, unless that is empty or relative', () => {
    expect(stateFolder({ XDG_STATE_HOME: '/state' })).toBe('/state/splitbrain')
    for (const XDG_STATE_HOME of ['', 'relative']) {
      expect(stateFolder({ XDG_STATE_HOME })).toBe(join(homedir(), '.local/state/splitbrain'))
    }
  })
})

describe('what it keeps', () => {
  it('adds to what another lab wrote meanwhile, drops repeats, and is for its owner only', () => {
    const file = join(folder, 'deep', 'history')
    expect(readHistory(file)).toEqual([])
    expect(appendHistory(file, ['put a 1', 'put a 1'])).toBe(true)
    expect(appendHistory(file, ['put a 1', 'get a'])).toBe(true)
    expect(readHistory(file)).toEqual(['put a 1', 'get a'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('is bounded', () => {
    const file = join(folder, 'long')
    writeFileSync(file, Array.from({ length: MAX_HISTORY + 50 }, (_, at) => `put k ${at}\n`).join(''))
    appendHistory(file, ['get k'])
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(MAX_HISTORY)
    expect(readHistory(file).at(-1)).toBe('get k')
  })

  it('a place where nothing can be written costs the history, not the lab', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(appendHistory(join(folder, 'file', 'history'), ['get k'])).toBe(false)
  })
})
