/** The dashboard's panes as text, from pictures. */
import { describe, expect, it } from 'vitest'
import { type Area, type Layout, layoutOf } from '../../src/dashboard/layout.ts'
import { MachineHistory } from '../../src/dashboard/machine-history.ts'
import { painted } from '../../src/dashboard/paint.ts'
import { faultRows, logRows, messageRows, ruledRows } from '../../src/dashboard/panes/lists.ts'
import { nodesRows } from '../../src/dashboard/panes/nodes.ts'
import { titleRows } from '../../src/dashboard/panes/title.ts'
import { curves, niceTop } from '../../src/dashboard/series.ts'
import { type Row, rowWidth, type Style, span } from '../../src/ui/style.ts'
import { node, picture, tempo } from './scenes.ts'

const style: Style = { colour: true, ascii: false }
const ascii: Style = { colour: false, ascii: true }
const text = (rows: readonly Row[]): readonly string[] =>
  rows.map((row) =>
    row
      .map((one) => one.text)
      .join('')
      .trimEnd(),
  )
const view = { hello: null, picture: picture(), note: null, silentSeconds: 0, paused: false }

describe('the title', () => {
  it('says mode, nodes, seed, health with its reason, who leads, and what is broken', () => {
    expect(text(titleRows(view, 90, style))).toEqual([
      'splitbrain top  raft · 3 nodes, f = 2 · seed 7',
      expect.stringMatching(/^ ◐ degraded {2}leader does not hear n3 .* leader n1, term 3$/),
      expect.stringMatching(/^▲ broken now: n3 dead .* predicted degraded, 0 more may fail$/),
    ])
  })

  it('says health in a word and a sign without colours, all in ASCII', () => {
    const rows = text(titleRows(view, 90, ascii)).join('\n')
    expect(rows).toContain(' ! degraded ')
    expect(rows).toMatch(/^[ -~\n]*$/)
  })

  it('names a rule that is broken before what the lab broke', () => {
    const broken = picture({ invariants: [{ name: 'log matching', holds: false, why: 'n1 and n2 differ at 7' }] })
    expect(text(titleRows({ ...view, picture: broken }, 90, style))[2]).toMatch(/^✗ log matching is broken: n1 and n2 differ at 7/)
  })

  it('says how long there was no news, and why it waits', () => {
    expect(text(titleRows({ ...view, silentSeconds: 4 }, 90, style))[1]).toMatch(/no news from the lab for 4 s/)
    expect(text(titleRows({ ...view, note: 'lab 3 has ended; waiting for the next' }, 90, style))[1]).toMatch(/lab 3 has ended/)
  })

  it('shows control characters instead of sending them', () => {
    const evil = picture({ observed: { state: 'degraded', why: 'a\x1b[2Jb', sinceNs: 0 } })
    expect(text(titleRows({ ...view, picture: evil }, 90, style))[1]).toContain('a\\x1b[2Jb')
  })
})

describe('the nodes', () => {
  it('stand a row each with processor, memory and the columns of their mode; a dead one has none', () => {
    const rows = text(nodesRows(picture(), { columns: 90, rows: 10 }, 0, style))
    expect(rows[0]?.split(/\s+/)).toEqual(['', 'node', 'role', 'cpu', 'memory', 'term', 'last', 'commit', 'applied', 'lag'])
    expect(rows[1]).toMatch(/^★ n1 {4}leader .* 5 % .* 64 MB .* 7$/)
    expect(rows[3]).toMatch(/^✗ n3 {4}dead +– +–/)
  })

  it('leave the last columns out whole where there is no room', () => {
    const rows = text(nodesRows(picture(), { columns: 60, rows: 10 }, 0, style))
    expect(rows[0]).toMatch(/term {2}last$/)
    expect(rows.join('\n')).not.toContain('…')
  })

  it('say what is wrong with disk and clock before what their mode says', () => {
    const ill = picture({ nodes: [node('n1', { disk: 'slow 200 ms', clock: '+60 s' }), node('n2')] })
    const rows = text(nodesRows(ill, { columns: 100, rows: 10 }, 0, style))
    expect(rows[1]).toMatch(/follower {2}disk slow 200 ms, clock \+60 s .* 5 %/)
  })

  it('scroll where they do not fit, to the last and no further', () => {
    const many = picture({ nodes: Array.from({ length: 25 }, (_, at) => node(`n${at + 1}`)) })
    const area = { columns: 90, rows: 6 }
    expect(text(nodesRows(many, area, 0, style)).map((row) => row.slice(2, 5).trim())).toEqual(['nod', 'n1', 'n2', 'n3', 'n4', '21'])
    expect(text(nodesRows(many, area, 1_000, style)).at(-2)).toMatch(/n25/)
  })

  it('fit in every width, ASCII too', () => {
    for (let columns = 20; columns < 120; columns++)
      for (const row of nodesRows(picture(), { columns, rows: 8 }, 0, columns % 2 === 0 ? style : ascii))
        expect(rowWidth(row)).toBeLessThanOrEqual(columns)
  })
})

describe('lists', () => {
  const area = { columns: 40, rows: 6 }

  it('messages have a bar against the most frequent type', () => {
    const rows = text(messageRows(picture(), { columns: 30, rows: 6 }, ascii))
    expect(rows).toEqual(['append    200 ################', 'heartbeat  40 ###'])
  })

  it('the log has the newest at its end, each kind with a sign of its own', () => {
    expect(text(logRows(picture(), area, style))).toEqual(['0:05 ▲ kill n3', '0:06 ◐ degraded leader does not hear n3'])
    expect(text(logRows(picture(), { ...area, rows: 1 }, ascii))).toEqual(['0:06 ! degraded leader does not hear n3'])
  })

  it('what is broken names faults and rules, and how many rules hold', () => {
    expect(text(faultRows(picture(), area, style))).toEqual(['▲ n3 dead', '● all 1 rules hold so far'])
    const broken = picture({ faults: [], invariants: [{ name: 'log matching', holds: false, why: 'no' }] })
    expect(text(faultRows(broken, area, style))).toEqual(['✗ log matching: no', 'nothing'])
  })

  it('a rule with the name is as wide as its pane', () => {
    const [head = []] = ruledRows('nodes', area, style, () => [])
    expect(rowWidth(head)).toBe(40)
  })
})

describe('curves', () => {
  it('are operations a second, spread over the time since the point before', () => {
    const points = [tempo(8e9, { ms: 2_000, ok: 20, fail: 1, info: 1 }), tempo(9e9, { ms: 1_000, ok: 50 })]
    const { ok, failed, p99 } = curves(points, 10e9, 5)
    expect(ok).toEqual([null, 10, 10, 50, null])
    expect(failed).toEqual([null, 1, 1, 0, null])
    expect(p99).toEqual([null, 9, 9, 9, null])
  })

  it('have a gap where nothing was answered, not a zero', () => {
    expect(curves([tempo(3e9, { ms: 1_000, ok: 0, p50Ms: null, p99Ms: null })], 4e9, 2)).toEqual({
      ok: [0, null],
      failed: [0, null],
      p50: [null, null],
      p99: [null, null],
    })
  })

  it('show the worst latency of a second', () => {
    const points = [tempo(1.5e9, { p99Ms: 400 }), tempo(2e9, { p99Ms: 9 })]
    expect(curves(points, 2e9, 1).p99).toEqual([400])
  })

  it('stand on a scale with round quarters', () => {
    expect([0, 0.3, 1, 3, 9, 11, 50, 81, 640].map(niceTop)).toEqual([1, 0.4, 2, 4, 20, 20, 80, 200, 800])
  })
})

describe('painted rows', () => {
  it('are grey where others are dim, and plain without colours', () => {
    expect(painted([[span('a', 'dim'), span('b', 'bad')]], style)).toBe('\x1b[90ma\x1b[0m\x1b[31mb\x1b[0m')
    expect(painted([[span('a', 'dim'), span('b', 'bad')], []], { ...style, colour: false })).toBe('ab\n')
  })

  it('show a cut in ASCII too', () => {
    expect(painted([[span('abc…')]], ascii)).toBe('abc~')
  })
})

describe('the history of the machine', () => {
  it('has the highest of the live nodes with its name, and the mean', () => {
    const history = new MachineHistory()
    const nodes = [node('n1', { cpuPercent: 10 }), node('n2', { cpuPercent: 30 }), node('n3', { state: 'dead', cpuPercent: 99 })]
    history.add('a', picture({ nodes, nowNs: 2e9 }))
    expect(history.curves('cpu', 2e9, 2)).toEqual({ highest: [null, 30], mean: [null, 20], now: { highest: 30, node: 'n2', mean: 20 } })
    history.add('a', picture({ nodes: nodes.slice(0, 1), nowNs: 2.5e9 }))
    expect(history.curves('cpu', 3e9, 2).highest).toEqual([10, null])
  })

  it('follows lag, or hints where a mode has no lag; what is not a number is none', () => {
    const history = new MachineHistory()
    const hinted = (value: string) => [node('n1', { facts: [{ name: 'hints', value }] })]
    history.add('a', picture({ nodes: hinted('4'), nowNs: 1e9 }))
    expect(history.behindName).toBe('hints')
    history.add('a', picture({ nodes: hinted('–'), nowNs: 2e9 }))
    expect(history.curves('behind', 2e9, 2).highest).toEqual([4, null])
  })

  it('of a moment that lies back is as it was then, and what came since is there when the picture goes on', () => {
    const history = new MachineHistory()
    const at = (second: number) => picture({ nodes: [node('n1', { rssMb: second * 10 })], nowNs: second * 1e9 })
    for (const second of [1, 2, 3, 4]) history.add('a', at(second))
    expect(history.curves('memory', 2e9, 2)).toMatchObject({ highest: [10, 20], now: { highest: 20 } })
    expect(history.curves('memory', 4e9, 4)).toMatchObject({ highest: [10, 20, 30, 40], now: { highest: 40 } })
  })

  it('begins again with another run', () => {
    const history = new MachineHistory()
    history.add('a', picture({ nowNs: 5e9 }))
    history.add('b', picture({ nowNs: 1e9 }))
    expect(history.curves('memory', 5e9, 5).highest).toEqual([64, null, null, null, null])
  })
})

describe('the layout', () => {
  const sizes = [60, 80, 119, 120, 160, 300].flatMap((columns) => [20, 24, 30, 40, 50, 80].map((rows) => ({ columns, rows })))

  it('covers no cell twice and leaves the terminal nowhere, from 60×20 to 300×80 and 1 to 100 nodes', () => {
    const wrong = sizes.flatMap(({ columns, rows }) =>
      [1, 3, 5, 9, 25, 100].flatMap((nodes) => {
        const areas = areasOf(layoutOf(columns, rows, nodes))
        const outside = areas.filter(
          ({ left, top, columns: wide, rows: high }) => high < 1 || wide < 1 || left + wide > columns || top + high > rows,
        )
        const over = areas.some((one, at) => areas.slice(at + 1).some((other) => overlap(one, other)))
        return outside.length > 0 || over || areas.length < 8 ? [`${columns}×${rows} with ${nodes}`] : []
      }),
    )
    expect(wrong).toEqual([])
  })

  it('gives charts eight rows at least and shows five nodes whole at 80×24', () => {
    const layout = layoutOf(80, 24, 5)
    expect(layout?.throughput.rows).toBeGreaterThanOrEqual(8)
    expect(layout?.nodes.rows).toBe(6)
    expect(layout?.log.rows).toBeGreaterThanOrEqual(3)
  })

  it('is none where there is no room', () => {
    expect(layoutOf(59, 24, 5)).toBeNull()
    expect(layoutOf(80, 19, 5)).toBeNull()
  })
})

function areasOf(layout: Layout | null): readonly Area[] {
  return Object.values(layout ?? {}).filter((area): area is Area => typeof area === 'object' && area !== null)
}

function overlap(a: Area, b: Area): boolean {
  return a.left < b.left + b.columns && b.left < a.left + a.columns && a.top < b.top + b.rows && b.top < a.top + a.rows
}
