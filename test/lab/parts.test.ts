/** The parts of the lab that need no cluster. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pairOperations } from '../../src/history/operations.ts'
import type { HistoryEvent } from '../../src/history/types.ts'
import { BlockDraft } from '../../src/lab/block.ts'
import { type ChaosOptions, ChaosPlanner } from '../../src/lab/chaos.ts'
import { checkInThread } from '../../src/lab/check-thread.ts'
import { countOutcomes, latenciesNs, newestKeys, newestOperations } from '../../src/lab/counts.ts'
import { labContext } from '../../src/lab/lab-files.ts'
import { CHAOS_FAULTS } from '../../src/lab/language/ast.ts'
import { parseLab } from '../../src/lab/language/lab-file.ts'
import { Leash } from '../../src/lab/leash.ts'
import { closeRunFolder, makeRunFolder } from '../../src/lab/run-folder.ts'
import { seeded } from '../../src/machine/random.ts'
import { columnsOf } from '../history/columns.ts'
import { freshFolder } from './real-lab.ts'
import { block, labText } from './runner.ts'

/** A store that keeps its word: `clients` writers and readers of one key each, in rounds. */
function history(operations: number, clients = 10): HistoryEvent[] {
  const events: HistoryEvent[] = []
  const kept = new Map<string, string>()
  let time = 0
  for (let i = 0; i < operations; i++) {
    const process = i % clients
    const key = `k${process}`
    const f = Math.floor(i / clients) % 2 === 0 ? 'put' : 'get'
    const asked = f === 'put' ? `v${i}` : null
    events.push({ process, type: 'invoke', f, key, value: asked, time: ++time, client: `c${process}` })
    if (asked !== null) kept.set(key, asked)
    const answered = f === 'get' ? (kept.get(key) ?? null) : asked
    events.push({ process, type: 'ok', f, key, value: answered, time: ++time, client: `c${process}` })
  }
  return events
}

test('counts without pairing agree with counts of pairs, from any moment on and for any client', () => {
  const events = history(60, 3).slice(0, -1)
  const kept = columnsOf(events)
  const pairs = pairOperations(events)
  for (const since of [0, 17, 50, 1_000]) {
    for (const client of [null, 'c1', 'c9']) {
      const wanted = pairs.filter(
        ({ invoke, outcome }) => invoke.time >= since && outcome === 'ok' && (client === null || invoke.client === client),
      )
      expect(countOutcomes(kept, 'ok', since, client)).toBe(wanted.length)
    }
  }
  expect(newestOperations(kept, 5).map(({ invoke }) => invoke.time)).toEqual(pairs.slice(-5).map(({ invoke }) => invoke.time))
  expect(newestOperations(columnsOf([]), 5)).toEqual([])
  expect(latenciesNs(kept, 17)).toEqual(
    pairs.flatMap(({ invoke, outcome, completion }) =>
      invoke.time >= 17 && outcome === 'ok' ? [(completion?.time ?? 0) - invoke.time] : [],
    ),
  )
  expect([newestKeys(kept, 3), newestKeys(kept, 1_000), newestKeys(columnsOf([]), 3)]).toEqual([['k1', 'k2'], ['k0', 'k1', 'k2'], []])
})

test('a leash pulls when any parent does, also one that did before, and not once it is released', () => {
  const [a, b] = [new AbortController(), new AbortController()]
  const [pulled, released] = [new Leash(a.signal, b.signal, undefined), new Leash(a.signal)]
  released.release()
  b.abort()
  a.abort()
  expect([pulled.signal.aborted, released.signal.aborted, new Leash(a.signal).signal.aborted]).toEqual([true, false, true])
})

test('twenty runs are kept, failed ones longest, those at work always', () => {
  const base = freshFolder()
  const folders = Array.from({ length: 23 }, (_, i) => {
    const folder = makeRunFolder(base, 1, new Date(2026, 0, 1, 0, 0, i))
    writeFileSync(join(folder.path, 'result.json'), JSON.stringify({ status: i < 2 ? 'failed' : 'passed' }))
    if (i !== 2) closeRunFolder(folder)
    return folder
  })
  makeRunFolder(base, 1, new Date(2026, 0, 2))
  const kept = folders.flatMap(({ path }, i) => (existsSync(path) ? [i] : []))
  expect(kept).toEqual([0, 1, 2, ...Array.from({ length: 18 }, (_, i) => i + 5)])
  mkdirSync(join(base, '.splitbrain', 'runs', '0-not-a-run'))
  makeRunFolder(base, 1, new Date(2026, 0, 3))
  expect(readdirSync(join(base, '.splitbrain', 'runs'))).not.toContain('0-not-a-run')
})

test('a failed block names the longest stall in it, a passed one none', () => {
  const parsed = parseLab(labText(block('One', ['> get x', 'Oslo'])), 'a.md', labContext)
  const part = parsed.ok ? parsed.lab.runs[0]?.parts.find(({ kind }) => kind === 'lab') : undefined
  if (part?.kind !== 'lab' || part.steps[0] === undefined) throw new Error('the lab did not parse')
  const stalls = [
    { time: 5, ms: 80, where: 'lab' },
    { time: 6, ms: 900, where: 'n1' },
    { time: 1e12, ms: 5_000, where: 'lab' },
  ]
  const judged = (answer: string, heard = stalls): string | null => {
    const draft = new BlockDraft('a.md', part, 'compare')
    draft.begin(1)
    for (const step of part.steps) draft.judge(step, { status: 'ok', value: answer, ms: 1 }, [answer], { ms: 1, lateMs: 0 }, false)
    draft.end(10, [], null)
    return draft.result(heard).why
  }
  expect(judged('Turku')).toBe('get x: expected Oslo, got Turku; the machine stalled 900 ms')
  expect(judged('Turku', stalls.slice(0, 1))).toBe('get x: expected Oslo, got Turku')
  expect(judged('Oslo')).toBe(null)
})

test('chaos never hurts more than a majority can miss, one of a kind at a time, and one cut; alone it breaks no links', () => {
  const options: ChaosOptions = { faults: CHAOS_FAULTS, everyMs: 1, holdMs: 1, keep: 'majority' }
  for (let seed = 0; seed < 50; seed++) {
    const random = seeded(String(seed))
    const planner = new ChaosPlanner(options, ['n1', 'n2', 'n3', 'n4', 'n5'], random)
    for (let i = 0; i < 40; i++) {
      const fault = planner.next(['n1'])
      if (fault === null || random.chance(0.4)) for (const one of planner.inForce.slice(0, 1)) planner.ended(one)
      const hurt = new Set(['n1', ...planner.inForce.flatMap(({ hurts }) => hurts)])
      expect(hurt.size).toBeLessThanOrEqual(2)
      const kinds = planner.inForce.map(({ kind }) => kind)
      expect(new Set(kinds).size).toBe(kinds.length)
      expect(kinds.filter((kind) => kind === 'cut' || kind === 'one-way').length).toBeLessThanOrEqual(1)
    }
    const alone = new ChaosPlanner({ ...options, keep: 'none' }, ['n1'], random).next([])
    expect(['kill', 'sleep', 'powercut', 'clock', 'disk']).toContain(alone?.kind)
  }
})

test('a long history is judged without a stall of who asked; a file that is no history is no verdict', async () => {
  const path = join(freshFolder(), 'history.jsonl')
  const events = history(20_000)
  writeFileSync(path, events.map((event) => JSON.stringify(event)).join('\n'))
  let turns = 0
  const turning = setInterval(() => turns++, 1)
  const limits = { timeMs: 30_000, configurations: 2_000_000 }
  expect(await checkInThread({ path, checker: 'linearizable', limits })).toMatchObject({ verdict: 'valid', operations: 20_000 })
  clearInterval(turning)
  expect(turns).toBeGreaterThan(10)
  writeFileSync(path, 'not a history')
  await expect(checkInThread({ path, checker: 'linearizable', limits })).rejects.toThrow('not JSON')
})
