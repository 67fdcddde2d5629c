/** A recorded run as it stands on the screen, on a terminal of cells. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventOf } from '../../../src/ui/replay/event-line.ts'
import { frameText } from '../../../src/ui/replay/print-frame.ts'
import { openRecording, type Recording } from '../../../src/ui/replay/recording.ts'
import { ReplayScreen } from '../../../src/ui/replay/replay-screen.ts'
import { views } from '../../../src/ui/screen/views/index.ts'
import widestRow from '../../../src/ui/screen/widest-row.ts'
import { ScreenTerminal } from '../screen.ts'

const FIXTURE = join(import.meta.dirname, 'stale-read.jsonl')
const style = { colour: false, ascii: false }
let recording: Recording

beforeEach(async () => {
  recording = await openRecording(FIXTURE)
})

afterEach(() => recording.close())

/** The line with the field, at any depth, that comes at `place` in the order of reading set to something else. */
function withOneChanged(line: string, place: number, value: unknown): string {
  let count = 0
  JSON.parse(line, (_, inner: unknown) => {
    count++
    return inner
  })
  let at = place % count
  return JSON.stringify(JSON.parse(line, (_, inner: unknown) => (at-- === 0 ? value : inner)))
}

function frame(atNs: number, columns = 100, rows = 30, view = '1', ascii = false): readonly string[] {
  return frameText(recording, atNs, { columns, rows }, { colour: false, ascii }, view).split('\n')
}

describe('a frame', () => {
  it('of a moment in the middle: who led, what was cut, what had been answered by then and what had not', () => {
    const rows = frame(1.9e9)
    expect(rows[0]).toMatch(/^ ● healthy {2}all 3 nodes answer {2}predicted degraded .*bug=local-reads · raft · 3 nodes · f=1$/)
    expect(rows[1]).toMatch(/^ leader n3 {2}term 1 .*▲ partition n3 \| n1 n2$/)
    expect(rows.slice(3, 6).map((row) => row.slice(3, 12))).toEqual(['● n1   li', '● n2   li', '★ n3   li'])
    expect(rows.slice(-8)).toEqual([
      '❯ put city Oslo  → ok  n3 35 ms',
      '❯ let old = leader  → ok $old is n3  12 ms',
      '❯ partition $old | rest  → ok partition n3 | n1 n2; undo: heal  21 ms',
      '    1.7s · predicted degraded: links cut; 0 more may fail',
      '❯ put city Bergen as=c1 timeout=2s  …',
      expect.stringMatching(/^ ·+▂+┃▂+$/),
      expect.stringMatching(/^ +▲ +✗ +★ +✗ +✗$/),
      ' ‖ paused   1.900s of 2.572s  1×  ▲ 190ms ago partition n3 | n1 n2',
    ])
  })

  it('of the end says which check was invalid, and why', () => {
    const rows = frame(recording.end.nowNs, 120, 40, '5').join('\n')
    expect(rows).toMatch(/check +nothing-lost invalid: city: c1's put of Bergen was acknowledged/)
    expect(rows).toMatch(/‖ paused {3}2\.572s of 2\.572s {2}1× {2}✗ linearizable invalid: city/)
  })

  it('of the beginning has the nodes that start', () => {
    expect(frame(0)[0]).toMatch(/^ ◌ starting .*raft · 3 nodes$/)
    expect(frame(0).at(-1)).toMatch(/^ ‖ paused {3}0\.000s of 2\.572s/)
  })

  it.each([
    [20, 6],
    [40, 10],
    [80, 24],
    [110, 15],
    [200, 50],
  ])('of %i by %i is filled exactly but for the keys, and no row is too wide', (columns, rows) => {
    for (const view of ['1', ...views.map(({ digit }) => digit)]) {
      const drawn = frame(2.2e9, columns, rows, view)
      expect(drawn.length).toBe(rows - 1)
      for (const row of drawn) expect(widestRow(row)).toBeLessThanOrEqual(columns)
    }
  })

  it('names health with its sign, and what comes next', () => {
    const [health] = recording.landmarks
    expect(health?.kind).toBe('health')
    expect(frame(health?.atNs ?? 0, 160).at(-1)).toMatch(/ 1× {2}● healthy: all 3 nodes answer .*→ in \d+ms n3 leads, term 1$/)
  })

  it('of a file in which any one field is something else is drawn all the same, and counts the line that is no event', async () => {
    const lines = readFileSync(FIXTURE, 'utf8').trimEnd().split('\n')
    const junk = fc.constantFrom<unknown>(null, 5, 'odd', true, [], {}, [null], -1, 1e15)
    const folder = mkdtempSync(join(tmpdir(), 'splitbrain-odd-'))
    const path = join(folder, 'events.jsonl')
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.nat(), junk), { minLength: 1, maxLength: 30 }), async (changes) => {
          const odd = [...lines]
          for (const [line, place, value] of changes) {
            const at = line % odd.length
            odd[at] = withOneChanged(odd[at] ?? '', place, value)
          }
          writeFileSync(path, odd.join('\n'))
          const run = await openRecording(path)
          try {
            expect(run.left.lines).toBe(odd.filter((line) => eventOf(line) === null).length)
            for (const view of ['1', ...views.map(({ digit }) => digit)])
              for (const atNs of [run.end.nowNs, run.end.nowNs / 2])
                expect(frameText(run, atNs, { columns: 120, rows: 40 }, style, view)).toContain('of ')
          } finally {
            run.close()
          }
        }),
        { numRuns: 10 },
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it.each([
    '{"time":1,"type":"cluster","leader":null,"term":null,"facts":null,"predicted":{"state":"healthy","uncertain":false,"spare":1,"why":""}}',
    '{"time":1,"type":"faces","ids":["n1"],"faces":[{"id":"n1","state":"live","role":null,"weight":"none"}]}',
    '{"time":1,"type":"note","text":5}',
    '{"time":1,"type":"started","mode":"raft","nodes":1e9,"seed":1,"bug":"none","tolerates":1}',
    '{"time":1,"type":"answer","command":"get x","author":"person","answer":{"status":"odd","ms":1}}',
  ])('counts as unread what would not draw: %s', (line) => expect(eventOf(line)).toBeNull())

  it('has an ASCII twin of its bar', () => {
    for (const atNs of [0, 1.9e9, recording.end.nowNs])
      expect(frame(atNs, 120, 40, '1', true).slice(-3).join('\n')).toMatch(/^[\x20-\x7e\n]+$/)
  })
})

describe('the screen', () => {
  function open(atNs = 0, notice: string | null = null) {
    const terminal = new ScreenTerminal({ columns: 100, rows: 30 })
    const clock = { ms: 0 }
    const failed = (error: unknown): never => {
      throw error
    }
    const screen = new ReplayScreen(terminal, { recording, atNs, style, views, notice, failed, now: () => performance.now() + clock.ms })
    const ended = screen.run()
    const sees = (text: string | RegExp): Promise<void> =>
      vi.waitFor(() => expect(terminal.cells.rows().join('\n')).toMatch(text), { timeout: 10_000, interval: 10 })
    return { terminal, screen, ended, sees, clock }
  }

  it('begins paused, steps with the arrows, shows views and help, and leaves the terminal with q', async () => {
    const { terminal, ended, sees } = open(0, '2 lines of events.jsonl could not be read')
    await sees(/‖ paused {3}0\.000s of 2\.572s {2}1× {2}2 lines of events/)
    terminal.type('n')
    await sees('▲ partition n3 | n1 n2')
    terminal.type('\x1b[D')
    await sees('★ n3 leads, term 1')
    terminal.type('b')
    await sees(/‖ paused {3}2\.047s/)
    terminal.type('6')
    await sees(/^ invariants/m)
    terminal.type('?')
    await sees(/^ help {2}a recorded run/m)
    terminal.type('1/Oslo')
    await sees(/^ \/ Oslo$/m)
    expect(terminal.cells.cursor()).toEqual({ row: 28, column: 7 })
    terminal.type('\r')
    await sees(/^❯ put city Oslo {2}→ ok/m)
    expect(terminal.cells.rows().join('\n')).not.toMatch('let old')
    terminal.type('q')
    expect(await ended).toBe(0)
    expect(terminal.started).toBe(false)
  })

  it('plays to the end by itself and stands there; Space begins again', async () => {
    const { terminal, ended, sees, clock } = open(1e9)
    terminal.type(' ')
    await sees('▶ playing')
    clock.ms += 60_000
    await sees(/‖ paused {3}2\.572s of 2\.572s/)
    terminal.type(' ')
    await sees(/▶ playing {2}0\.\ds/)
    terminal.type('\x03')
    expect(await ended).toBe(130)
  })

  it('follows the window', async () => {
    const { terminal, screen, ended, sees } = open(1.9e9)
    await sees('1.900s')
    terminal.resize({ columns: 60, rows: 12 })
    await vi.waitFor(() => {
      const rows = terminal.cells.rows()
      expect(rows).toHaveLength(12)
      expect(rows[10]).toMatch(/^ ‖ paused {3}1\.900s/)
    })
    screen.leave(143)
    expect(await ended).toBe(143)
  })
})
