import { describe, expect, it } from 'vitest'
import type { Scene } from '../../../../src/stream/scene.ts'
import { ascii, drawn, raft } from './scenes.ts'

describe('links', () => {
  const cut = (from: string, to: string) => ({ from, to, cut: true, words: 'cut' })
  const traffic: Scene['traffic'] = {
    type: 'traffic',
    ms: 2000,
    links: [
      ['n1', 'n2', 80, 0],
      ['n2', 'n1', 20, 0],
      ['n1', 'n3', 0, 12],
      ['n3', 'n1', 1, 0],
      ['c0', 'n1', 10_000, 0],
    ],
  }

  it('shows cuts, one-way cuts, held and bent links beside the traffic, and says them in words', () => {
    const bent = [
      cut('n1', 'n3'),
      { from: 'n2', to: 'n3', cut: false, words: 'held' },
      { from: 'n3', to: 'n2', cut: false, words: '50 ms ± 10, 5 % loss' },
    ]
    const scene = raft(3, { bent, traffic })
    expect(drawn('links', scene, { columns: 80, rows: 20 })).toMatchInlineSnapshot(`
      [
        " links  row sends to column · datagrams a second",
        "              n1         n2         n3         c0",
        " n1            ╲       40 ▁       6 ✗→          ·",
        " n2         10 ▁          ╲         ‖·          ·",
        " n3         <1 ▁         ~·          ╲          ·",
        " c0       5.0k █          ·          ·          ╲",
        "",
        " n1 → n3  cut, this way only",
        " n2 → n3  held",
        " n3 → n2  50 ms ± 10, 5 % loss",
        " ✗ cut, with what it dropped  ✗→ cut this way only  ‖ held  ~ bent  ▁▃▆█ traffic",
      ]
    `)
    expect(drawn('links', scene, { columns: 80, rows: 20 }, {}, ascii)).toMatchInlineSnapshot(`
      [
        " links  row sends to column, datagrams a second",
        "              n1         n2         n3         c0",
        " n1            \\       40 .       6 x>          .",
        " n2         10 .          \\         =.          .",
        " n3         <1 .         ~.          \\          .",
        " c0       5.0k @          .          .          \\",
        "",
        " n1 -> n3  cut, this way only",
        " n2 -> n3  held",
        " n3 -> n2  50 ms ± 10, 5 % loss",
        " x cut, with what it dropped  x> cut this way only  = held  ~ bent  .:#@ traffic",
      ]
    `)
  })

  it('a partition is one line, and a one-way cut beside it another', () => {
    const sides = [
      ['n1', 'n2'],
      ['n3', 'n4', 'n5'],
    ] as const
    const across = sides[0].flatMap((a) => sides[1].flatMap((b) => [cut(a, b), cut(b, a)]))
    const rows = drawn('links', raft(5, { bent: [...across, cut('n1', 'n2')] }), { columns: 80, rows: 30 })
    expect(rows.filter((row) => /[↔→] n/.test(row))).toEqual([' n1 n2 ↔ n3 n4 n5  cut', ' n1 → n2  cut, this way only'])
  })

  it('what all suffer among each other is one line', () => {
    const ids = ['n1', 'n2', 'n3', 'n4']
    const bent = ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => ({ from, to, cut: false, words: '5 % loss' })))
    expect(drawn('links', raft(5, { bent }), { columns: 80, rows: 30 })).toContain(' n1 n2 n3 n4 among each other  5 % loss')
  })

  it('where there is little room a cell keeps its sign, and who has no room is counted', () => {
    const small = drawn('links', raft(25, { bent: [cut('n1', 'n3'), cut('n3', 'n1')], traffic }), { columns: 80, rows: 40 })
    expect(small.slice(1, 4)).toMatchInlineSnapshot(`
      [
        "      n1 n2 n3 n4 n5 n6 n7 n8 n9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24",
        " n1    ╲  ▁  ✗  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·",
        " n2    ▁  ╲  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·",
      ]
    `)
    expect(drawn('links', raft(100), { columns: 80, rows: 140 })).toContain(' and 76 more, for whom there is no room')
  })

  it('says which links it knows the traffic of where there were more', () => {
    const links = Array.from({ length: 400 }, (_, i) => ['n1', `n${i + 2}`, 1, 0] as const)
    const title = (left: number) =>
      drawn('links', raft(3, { traffic: { type: 'traffic', ms: 1_000, links, left } }), { columns: 80, rows: 20 })[0]
    expect(title(200)).toContain('traffic of the busiest 400 of 600 links')
    expect(title(0)).not.toContain('busiest')
  })
})
