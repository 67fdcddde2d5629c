import { describe, expect, it } from 'vitest'
import { type Item, transcriptRows } from '../../../src/ui/screen/transcript.ts'
import { MAX_ITEMS, TranscriptLog } from '../../../src/ui/screen/transcript-log.ts'
import type { Row } from '../../../src/ui/style.ts'
import { BadLine, ok } from '../fake-lab.ts'

const style = { colour: true, ascii: false }
const command = (line: string, outcome: Extract<Item, { type: 'command' }>['outcome'] = null): Item => ({
  type: 'command',
  line,
  sinceMs: 0,
  outcome,
})
const event = (type: string, text: string, more = {}): Item => ({ type: 'event', event: { time: 1.23e9, type, text, ...more }, others: [] })
const answer = (more: Parameters<typeof ok>[0] = {}) => ({ type: 'answer', answer: ok(more) }) as const

function rows(items: readonly Item[], { columns = 80, height = 20, back = 0, filter = '', nowMs = 0 } = {}): readonly string[] {
  const drawn = transcriptRows(items, { back, filter, nowMs }, { columns, rows: height }, style)
  return drawn.rows.map((row: Row) =>
    row
      .map((one) => one.text)
      .join('')
      .trimEnd(),
  )
}

describe('a command', () => {
  it('completes in place: its answer beside it, who gave it dim behind', () => {
    expect(rows([command('put city Oslo')])).toEqual(['❯ put city Oslo  …'])
    expect(rows([command('put city Oslo')], { nowMs: 2500 })).toEqual(['❯ put city Oslo  … 2 s'])
    expect(rows([command('put city Oslo', answer({ node: 'n4', ms: 12 }))])).toEqual(['❯ put city Oslo  → ok  n4 12 ms'])
  })

  it('an answer without room beside it stands below it', () => {
    expect(rows([command('kill leader', answer({ text: 'killed n3 (leader, term 4); undo: restart n3' }))], { columns: 50 })).toEqual([
      '❯ kill leader  4 ms',
      '  ok killed n3 (leader, term 4); undo: restart n3',
    ])
  })

  it('a table keeps its rows', () => {
    expect(rows([command('nodes', answer({ value: 'n1  live\nn2  dead' }))])).toEqual(['❯ nodes  4 ms', '  n1  live', '  n2  dead'])
  })

  it('an error names the word; a stopped one says whether it may still happen', () => {
    expect(rows([command('gte city', { type: 'error', error: new BadLine('unknown command "gte", did you mean get?') })])).toEqual([
      '❯ gte city  → unknown command "gte", did you mean get?',
    ])
    expect(rows([command('put a 1', { type: 'stopped', asked: true })])[0]).toContain('it may still happen')
    expect(rows([command('put a 1', { type: 'stopped', asked: false })])[0]).toContain('stopped before it began')
  })

  it('a value with escape codes cannot paint the screen, one of a thousand cells is broken into rows', () => {
    expect(rows([command('get evil', answer({ value: 'a\x1b[2Jb' }))]).join('')).not.toContain('\x1b')
    const long = rows([command('get long', answer({ value: 'x'.repeat(1000) }))], { columns: 80, height: 40 })
    expect(long.every((row) => row.length <= 80)).toBe(true)
    expect(long.join('').replaceAll(' ', '')).toContain('x'.repeat(78))
  })
})

describe('events', () => {
  it('say when and what; health with its sign', () => {
    expect(
      rows([
        event('node', 'n3 became leader, term 5'),
        event('health', 'degraded: n3 is silent', { which: 'observed', state: 'degraded' }),
      ]),
    ).toEqual(['    1.2s · n3 became leader, term 5', '    1.2s ◐ degraded: n3 is silent'])
  })
})

describe('the window on the transcript', () => {
  const many = Array.from({ length: 50 }, (_, at) => event('node', `event ${at}`))

  it('shows the newest, scrolls back, and no further than there is', () => {
    expect(rows(many, { height: 2 }).map((row) => row.trim().slice(7))).toEqual(['event 48', 'event 49'])
    expect(rows(many, { height: 2, back: 10 }).map((row) => row.trim().slice(7))).toEqual(['event 38', 'event 39'])
    expect(transcriptRows(many, { back: 1000, filter: '', nowMs: 0 }, { columns: 80, rows: 2 }, style).back).toBe(48)
  })

  it('a filter is words that all occur, and !words that do not', () => {
    expect(rows(many, { filter: '4 !event 1' })).toEqual([])
    expect(rows(many, { filter: 'EVENT 4 !49', height: 3 })).toHaveLength(3)
  })

  it('a name in the filter is that node, not every one whose name begins so', () => {
    const named = [event('node', 'n12 became leader'), event('node', 'n1 woke')]
    expect(rows(named, { filter: 'n1' })).toEqual(['    1.2s · n1 woke'])
  })
})

describe('the log of it', () => {
  const operation = (line: string, asked = true) => ({ line, script: 1, sinceMs: 0, abort: new AbortController(), asked })

  it('completes the command that was meant, whatever else came in between', () => {
    const log = new TranscriptLog()
    const [a, b] = [operation('put a 1'), operation('put a 1')]
    log.begun(a)
    log.begun(b)
    log.hear({ time: 1, type: 'node', text: 'n1 campaigns' }, 0)
    log.ended(b, answer({ node: 'n2' }))
    expect(rows(log.items)).toEqual(['❯ put a 1  …', '❯ put a 1  → ok  n2 4 ms', '    0.0s · n1 campaigns'])
  })

  it('a command typed here is told once; one that a guide gave in the person’s name is shown with its answer', () => {
    const log = new TranscriptLog()
    log.begun(operation('get x'))
    log.hear({ time: 1, type: 'command', text: 'get x', author: 'person' }, 0)
    log.hear({ time: 2, type: 'command', text: 'kill n1', author: 'person' }, 0)
    log.hear({ time: 3, type: 'command', text: 'kill n2', author: 'chaos' }, 0)
    log.hear({ time: 4, type: 'answer', command: 'kill n1', author: 'person', answer: ok({ text: 'killed n1' }) }, 0)
    expect(rows(log.items)).toEqual(['❯ get x  …', '❯ kill n1  → ok killed n1  4 ms'])
  })

  it('is bounded, and small stalls of a busy machine are no news', () => {
    const log = new TranscriptLog()
    for (let at = 0; at < MAX_ITEMS + 50; at++) log.begun(operation(`get k${at}`))
    expect(log.items).toHaveLength(MAX_ITEMS)
    expect(log.hear({ time: 1, type: 'stall', text: 'the lab stood still for 80 ms', ms: 80 }, 0)).toBe(false)
    expect(log.hear({ time: 1, type: 'stall', text: 'the lab stood still for 3000 ms', ms: 3000 }, 0)).toBe(true)
  })

  it('a storm is counted, not shown', () => {
    const log = new TranscriptLog()
    for (let at = 0; at < 500; at++) log.hear({ time: at, type: 'node', text: `n1 says ${at}` }, 0)
    log.tell(2000)
    expect(log.items.length).toBeLessThan(100)
    expect(rows(log.items).at(-1)).toMatch(/and \d+ more events/)
  })
})
