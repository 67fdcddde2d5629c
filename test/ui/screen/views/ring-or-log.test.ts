import { describe, expect, it } from 'vitest'
import { ascii, drawn, raft, unicode, view, withLogs } from './scenes.ts'

describe('ring or log', () => {
  const minority = { from: 1, runs: [[1, 7]] as const, last: 7, commit: 4 }
  const majority = {
    from: 1,
    runs: [
      [1, 4],
      [2, 5],
    ] as const,
    last: 9,
    commit: 8,
  }

  it('two leaders show as two logs that part, named by index and term', () => {
    const scene = withLogs(raft(4), [minority, majority, majority, null])
    expect(drawn('ring or log', scene, { columns: 80, rows: 20 })).toMatchInlineSnapshot(`
      [
        " log  entries by index · the number is the term · ■ committed □ not yet",
        "                       5┬       10┬       15┬       20┬       25┬       30┬",
        " n1   leader   1■ ■ ■ ■1□1□1□",
        " n2   follower 1■ ■ ■ ■2■2■2■ ■ □",
        " n3   follower 1■ ■ ■ ■2■2■2■ ■ □",
        " n4   follower",
        "                        ≠ ≠ ≠",
        " ≠ the logs differ from index 5: n1 has term 1, n2 n3 have term 2",
      ]
    `)
    expect(drawn('ring or log', scene, { columns: 110, rows: 20 }, {}, ascii)).toMatchInlineSnapshot(`
      [
        " log  entries by index, the number is the term, # committed o not yet",
        "                       5+       10+       15+       20+       25+       30+        last  commit  applied  lag",
        " n1   leader   1# # # #1o1o1o                                                         7       4",
        " n2   follower 1# # # #2#2#2# # o                                                     9       8",
        " n3   follower 1# # # #2#2#2# # o                                                     9       8",
        " n4   follower",
        "                        ! ! !",
        " ! the logs differ from index 5: n1 has term 1, n2 n3 have term 2",
      ]
    `)
  })

  it('logs that are the same as far as they go agree, and the newest entries are kept in sight', () => {
    const long = { from: 100, runs: [[12, 90]] as const, last: 189, commit: 189 }
    const rows = drawn('ring or log', withLogs(raft(2), [long, { ...long, runs: [[12, 80]], last: 179, commit: 170 }]), {
      columns: 60,
      rows: 9,
    })
    expect(rows).toMatchInlineSnapshot(`
      [
        " log  entries by index · the number is the term · ■ committ…",
        "              175┬           180┬           185┬",
        " n1   12■  ■  ■  ■  ■  ■  ■  ■  ■  ■  ■  ■  ■  ■  ■  ■  ■  ■",
        " n2   12□  □  □  □  □  □  □  □",
        " ✓ the logs agree wherever they overlap",
      ]
    `)
  })

  it('what was overwritten is marked for a moment', () => {
    const scene = withLogs(raft(1), [majority])
    const nodes = scene.nodes.map((node) => ({ ...node, overwritten: { atNs: 0, from: 5, to: 6 } }))
    const rows = view('ring or log').rows({ ...scene, nodes }, { scroll: 0, filter: '', node: null }, { columns: 80, rows: 9 }, unicode)
    expect(rows[2]?.filter(({ tone }) => tone === 'reverse').map(({ text }) => text)).toEqual(['2■', '■'])
  })

  const ring = { nodes: ['n1', 'n2', 'n3'], owners: Array.from({ length: 24 }, (_, i) => (i < 12 ? 0 : i % 2 === 0 ? 1 : 2)) }
  const keys = [{ key: 'city', homes: ['n3', 'n1'], fallbacks: ['n2'] }]

  it('the ring tells who owns how much, and who keeps a key', () => {
    const scene = raft(3, { ring, keys })
    const nodes = scene.nodes.map((node, i) => ({
      ...node,
      state: i === 2 ? ('dead' as const) : node.state,
      facts: [
        { name: 'keys', value: String(i) },
        { name: 'hints', value: '2', warn: true as const },
      ],
    }))
    expect(drawn('ring or log', { ...scene, nodes }, { columns: 80, rows: 12 })).toMatchInlineSnapshot(`
      [
        " ring  24 partitions by their first home",
        " 1──1──1──1──1──1──1──1──1──1──1──1──2──3──2──3──2──3──2──3──2──3──2──3──",
        "   node        share       keys hints",
        " 1 n1          █████  50%     0     2",
        " 2 n2          ██▌    25%     1     2",
        " 3 n3     dead ██▌    25%     2     2",
        "",
        " keys mentioned last, with their homes",
        "   city  n3 n1  n2 stands in",
      ]
    `)
    expect(drawn('ring or log', { ...scene, nodes }, { columns: 100, rows: 24 })).toMatchInlineSnapshot(`
      [
        " ring  24 partitions by their first home",
        "                33331111                   node        share       keys hints",
        "           222223333111111111            1 n1          █████  50%     0     2",
        "        33332222        11111111         2 n2          ██▌    25%     1     2",
        "      223333                111111       3 n3     dead ██▌    25%     2     2",
        "    22222                      11111",
        "   33322                        11111",
        "  33333                          11111",
        "  2223                            1111",
        "  2222                            1111",
        " 2222          24 parts            1111",
        "  3333          3 nodes           1111",
        "  3332                            1111",
        "  22222                          11111",
        "   22233                        11111",
        "    33333                      11111",
        "      332222                111111",
        "        22223333        11111111",
        "           333332222111111111",
        "                22221111",
        "",
        " keys mentioned last, with their homes",
        "   city  n3 n1  n2 stands in",
      ]
    `)
  })
})
