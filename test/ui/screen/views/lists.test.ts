import { describe, expect, it } from 'vitest'
import { ascii, drawn, raft, unicode, view } from './scenes.ts'

describe('events', () => {
  const scene = raft(3, {
    events: [
      { time: 1_240_000_000, type: 'command', text: 'kill n3' },
      { time: 1_300_000_000, type: 'health', text: 'degraded: leader does not hear n3', state: 'degraded' },
      { time: 95_000_000_000, type: 'finding', text: `a finding of ${'many words '.repeat(9)}in all` },
      { time: 125_000_000_000, type: 'note', text: 'bytes \x1b[31m of others\nand lines' },
    ],
  })

  it('each has its moment and its kind, long ones go on below, and no escape sequence gets through', () => {
    expect(drawn('events', scene, { columns: 80, rows: 20 })).toMatchInlineSnapshot(`
      [
        " events",
        "    +1.2s command   kill n3",
        "    +1.3s health    degraded: leader does not hear n3",
        "   +95.0s finding   a finding of many words many words many words many words",
        "                      many words many words many words many words many words in",
        "                      all",
        "  +2:05.0 note      bytes \\x1b[31m of others and lines",
      ]
    `)
    expect(drawn('events', scene, { columns: 40, rows: 4 })).toMatchInlineSnapshot(`
      [
        " events                           ↑ more",
        "            in all",
        "  +2:05.0 bytes \\x1b[31m of others and",
        "            lines",
      ]
    `)
  })

  it('tells health by its state, and filters by kind and by words', () => {
    const rows = view('events').rows(scene, { scroll: 0, filter: 'health', node: null }, { columns: 80, rows: 20 }, unicode)
    expect(rows[1]?.at(-1)).toEqual({ text: 'degraded: leader does not hear n3', tone: 'warn' })
    expect(drawn('events', scene, { columns: 80, rows: 20 }, { filter: 'n3 !degraded' })).toEqual([
      ' events  only /n3 !degraded',
      '    +1.2s command   kill n3',
    ])
    expect(drawn('events', scene, { columns: 80, rows: 20 }, { filter: 'n33' }).at(-1)).toBe(' nothing fits the filter')
  })
})

describe('invariants', () => {
  const why = 'n1 and n4 both led term 3: n1 since +1.2 s, n4 since +1.9 s, which no election can give'
  const invariants = [
    { name: 'one leader a term', holds: false, why },
    { name: 'log matching', holds: true, why: 'looked at 14 logs' },
    { name: 'linearizable so far', holds: null, why: 'no operation yet' },
  ]

  it('a tick each; what is broken has its evidence in full', () => {
    expect(drawn('invariants', raft(3, { invariants }), { columns: 60, rows: 20 })).toMatchInlineSnapshot(`
      [
        " invariants  1 hold, 1 broken, 1 not judged yet",
        " ✗ one leader a term    broken",
        "     n1 and n4 both led term 3: n1 since +1.2 s, n4 since",
        "       +1.9 s, which no election can give",
        " ✓ log matching         looked at 14 logs",
        " · linearizable so far  no operation yet",
      ]
    `)
    expect(drawn('invariants', raft(3, { invariants }), { columns: 60, rows: 20 }, {}, ascii).slice(0, 2)).toMatchInlineSnapshot(`
      [
        " invariants  1 hold, 1 broken, 1 not judged yet",
        " x one leader a term    broken",
      ]
    `)
  })

  it('red is said in tones too', () => {
    const rows = view('invariants').rows(raft(3, { invariants }), { scroll: 0, filter: '', node: null }, { columns: 60, rows: 20 }, unicode)
    const toned = (tone: string) => rows.filter((row) => row.some((one) => one.tone === tone)).length
    expect([toned('bad'), toned('good')]).toEqual([3, 1])
  })
})
