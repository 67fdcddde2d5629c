import { describe, expect, it } from 'vitest'
import { withoutStart } from '../../../../src/stream/ribbon.ts'
import { emptyScene, type NodeScene, type Scene } from '../../../../src/stream/scene.ts'
import { headerRows } from '../../../../src/ui/screen/panes/header.ts'
import { helpRows } from '../../../../src/ui/screen/panes/help-rows.ts'
import { nodeRows } from '../../../../src/ui/screen/panes/nodes.ts'
import { ribbonRows } from '../../../../src/ui/screen/panes/ribbon.ts'
import { stripRow, stripWindow } from '../../../../src/ui/screen/panes/strip.ts'
import { sideRows } from '../../../../src/ui/screen/panes/tempo.ts'
import { views } from '../../../../src/ui/screen/views/index.ts'
import { type Row, rowWidth } from '../../../../src/ui/style.ts'
import { healthyScene, liveNode } from '../../fake-lab.ts'

const style = { colour: true, ascii: false }
const ascii = { colour: false, ascii: true }
const text = (row: Row | undefined): string =>
  (row ?? [])
    .map((one) => one.text)
    .join('')
    .trimEnd()
const texts = (rows: readonly Row[]): readonly string[] => rows.map(text)

const point = { ms: 1000, ok: 190, fail: 0, info: 8, p50Ms: 1.24, p99Ms: 18.3, passed: 100, dropped: 0, sent: {} }
const busy: Scene = {
  ...healthyScene,
  nowNs: 20e9,
  observed: { state: 'degraded', why: 'leader does not hear n3', sinceNs: 12e9 },
  tempo: [{ atNs: 19e9, ...point }],
  faults: ['n3 dead', 'n2 cut off'],
  ribbon: [
    { state: 'unhealthy', fromNs: 0 },
    { state: 'healthy', fromNs: 2e9 },
    { state: 'degraded', fromNs: 12e9 },
  ],
  marks: [
    { atNs: 12e9, kind: 'fault', text: 'kill n3' },
    { atNs: 19e9, kind: 'undone', text: 'restart n3' },
  ],
}

describe('the header', () => {
  const header = (scene: Scene, columns = 100, heldSeconds: number | null = null) =>
    texts(headerRows({ scene, heldSeconds }, columns, style))

  it('says how it is, why, and what the cluster does', () => {
    expect(header(busy)).toEqual([
      expect.stringMatching(/^ ◐ degraded {2}leader does not hear n3 {2}predicted healthy +raft · 5 nodes · f=2$/),
      expect.stringMatching(/^ leader n4 {2}term 1 {2}│ {2}200 ops\/s .*│ {2}p50 1\.2 {2}p99 18 ms .*│ {2}▲ n3 dead/),
    ])
  })

  it('says no prediction that says the same, and that it starts while nobody has answered', () => {
    expect(header(healthyScene)[0]).not.toContain('predicted')
    expect(header(emptyScene('raft', ['n1']))[0]).toMatch(/^ ◌ starting +raft · 1 node$/)
    const silent: Scene = {
      ...healthyScene,
      observed: { state: 'unhealthy', why: 'no answer yet', sinceNs: 0 },
      ribbon: [{ state: 'unhealthy', fromNs: 0 }],
    }
    expect(header(silent)[0]).toMatch(/^ ◌ starting/)
    expect(header({ ...silent, faultCount: 1 })[0]).toMatch(/^ ✗ unhealthy {2}no answer yet/)
  })

  it('a held picture says so and how far it is behind', () => {
    expect(header(busy, 100, 12)[0]).toMatch(/ held, 12 s behind; Space goes on$/)
  })

  it('names the known-bad variant in force', () => {
    expect(header({ ...healthyScene, bug: 'double-vote' })[0]).toContain('bug=double-vote · raft')
  })

  it('never is wider than the screen, and never colour alone', () => {
    for (const columns of [20, 40, 80, 110, 300])
      for (const row of headerRows({ scene: busy, heldSeconds: null }, columns, style)) expect(rowWidth(row)).toBeLessThanOrEqual(columns)
    expect(texts(headerRows({ scene: busy, heldSeconds: null }, 100, ascii))[0]).toMatch(/^ ! degraded/)
  })

  it('shows the facts of a mode that has no leader', () => {
    const facts = [
      { name: 'hints', value: '3', warn: true as const },
      { name: 'maps', value: '1' },
    ]
    expect(header({ ...healthyScene, facts, leader: null, term: null })[1]).toMatch(/^ hints 3 {2}maps 1/)
  })
})

describe('the reason for health', () => {
  const why = 'no replica of the keys in 12 of 64 partitions'
  const row = (columns: number, bug = 'none') =>
    texts(
      headerRows(
        { scene: { ...busy, bug, observed: { state: 'unhealthy', why, sinceNs: 0 }, predicted: null }, heldSeconds: null },
        columns,
        style,
      ),
    )[0]

  it('is whole as long as there is room, and the number of nodes gives way to it', () => {
    expect(row(100)).toMatch(new RegExp(`${why} .*raft · 5 nodes · f=2$`))
    expect(row(78)).toMatch(new RegExp(`^ ✗ unhealthy {2}${why} {2,}raft$`))
    expect(row(80, 'ack-early')).toMatch(new RegExp(`${why} +bug=ack-early · raft$`))
    expect(row(60, 'ack-early')).toMatch(/ no replica of the key.*… +bug=ack-early · raft$/)
  })
})

describe('the node rows', () => {
  const dead: NodeScene = { ...liveNode('n3'), state: 'dead', role: null, weight: 'none', facts: [], strip: null }
  const nodes = [liveNode('n1', { leads: true, last: 5, commit: 4 }), liveNode('n2', { last: 4 }), dead]

  it('name the columns, then each node, its log aligned with the others', () => {
    expect(texts(nodeRows({ scene: { nodes, ring: null, nowNs: 0 }, chosen: null }, { columns: 90, rows: 4 }, style))).toEqual([
      '     node state role      term last commit applied lag memory  log',
      '   ★ n1   live  leader       1    5      4       4   0  48 MB  1■■■□',
      '   ● n2   live  follower     1    4      4       4   0  48 MB  1■■■',
      '   ✗ n3   dead                                          48 MB',
    ])
  })

  it('an election moves no column', () => {
    const voting = nodes.map((node) => ({ ...node, role: node.id === 'n2' ? 'pre-candidate' : node.role }))
    for (const columns of [80, 120]) {
      const place = { columns, rows: 4 }
      const [before] = texts(nodeRows({ scene: { nodes, ring: null, nowNs: 0 }, chosen: null }, place, style))
      const [during, , second] = texts(nodeRows({ scene: { nodes: voting, ring: null, nowNs: 0 }, chosen: null }, place, style))
      expect(during).toBe(before)
      expect(second).toContain(columns === 80 ? 'pre-cand…' : 'pre-candidate')
    }
  })

  it('disk and clock have a column only while they are bent', () => {
    const bent = [{ ...liveNode('n1'), disk: 'slow 200 ms', clock: '+60 s' }, liveNode('n2')]
    const [head, first] = texts(nodeRows({ scene: { nodes: bent, ring: null, nowNs: 0 }, chosen: null }, { columns: 120, rows: 3 }, style))
    expect(head).toContain('disk, clock')
    expect(first).toContain('disk slow 200 ms, clock +…')
  })

  it('more nodes than rows scroll around the chosen one', () => {
    const many = Array.from({ length: 100 }, (_, at) => liveNode(`n${at + 1}`))
    const rows = texts(nodeRows({ scene: { nodes: many, ring: null, nowNs: 0 }, chosen: 'n50' }, { columns: 100, rows: 11 }, style))
    expect(rows).toHaveLength(11)
    expect(rows[0]).toContain('45-54 of 100')
    expect(rows.find((row) => row.startsWith(' ▸'))).toContain('n50')
  })

  it('while nobody chooses, the leader is among the nodes in sight, and how many are not is said at every width', () => {
    const five = ['n1', 'n2', 'n3', 'n4', 'n5'].map((id) => liveNode(id, { leads: id === 'n5' }))
    for (const columns of [60, 80, 109]) {
      const rows = texts(nodeRows({ scene: { nodes: five, ring: null, nowNs: 0 }, chosen: null }, { columns, rows: 4 }, style))
      expect(rows[0]).toMatch(/3-5 of 5, more: Esc ↑↓$/)
      expect(rows.at(-1)).toContain('★ n5')
    }
  })

  it('in a ring, what a node owns takes the place of its log', () => {
    const members = ['n1', 'n2'].map((id) => ({ ...liveNode(id), strip: null }))
    const ring = { nodes: ['n1', 'n2'], owners: [0, 0, 1, 1, 0, 1, 0, 1] }
    const rows = texts(nodeRows({ scene: { nodes: members, ring, nowNs: 0 }, chosen: null }, { columns: 100, rows: 3 }, style))
    expect(rows[0]).toMatch(/share of the ring$/)
    expect(rows[1]).toMatch(/ {2}■■··■·■·$/)
    expect(rows[2]).toMatch(/ {2}··■■·■·■$/)
  })

  it('leaves a column out rather than half of it, whatever stands in it, from the last on', () => {
    const ring = { nodes: ['n1'], owners: [0] }
    for (const moving of ['0 in 0 out', '128 in 64 out']) {
      const values = { keys: '12', hints: '3', siblings: '1', down: 'n2,n3', moving, repairs: 'read 12 sync 30' }
      const facts = Object.entries(values).map(([name, value]) => ({ name, value }))
      const members = ['n1', 'n2'].map((id) => ({ ...liveNode(id), role: 'member', strip: null, facts }))
      for (let columns = 30; columns <= 120; columns++) {
        const [head = '', first = ''] = texts(
          nodeRows({ scene: { nodes: members, ring, nowNs: 0 }, chosen: null }, { columns, rows: 3 }, style),
        )
        expect(head + first).not.toContain('…')
        const named = Object.keys(values).filter((name) => head.split(/ +/).includes(name))
        expect(named).toEqual(Object.keys(values).slice(0, named.length))
        for (const name of named) expect(first).toContain(values[name as keyof typeof values])
        expect(first.includes('48 MB')).toBe(head.includes('memory'))
      }
    }
  })

  it('at every width no row is wider than its place', () => {
    for (const columns of [20, 40, 60, 80, 120, 300])
      for (const row of nodeRows({ scene: { nodes, ring: null, nowNs: 0 }, chosen: 'n2' }, { columns, rows: 4 }, style))
        expect(rowWidth(row)).toBeLessThanOrEqual(columns)
  })
})

describe('the log strip', () => {
  it('an entry that was overwritten is a cross for a moment', () => {
    const node = { ...liveNode('n1', { last: 6, commit: 3 }), overwritten: { atNs: 10e9, from: 5, to: 7 } }
    const window = stripWindow([node], 20)
    expect(text(stripRow(node, window, 11e9, style))).toBe('1■■□×××')
    expect(text(stripRow(node, window, 20e9, style))).toBe('1■■□□□')
  })

  it('each term has its digit and its own tone; a log shorter than the window starts in its column', () => {
    const node: NodeScene = {
      ...liveNode('n1'),
      strip: {
        from: 1,
        runs: [
          [1, 3],
          [2, 2],
          [12, 1],
        ],
        last: 6,
        commit: 6,
      },
    }
    const row = stripRow(node, stripWindow([node], 20), 0, style)
    expect(text(row)).toBe('1■■2■2')
    expect(new Set(row.map((one) => one.tone)).size).toBe(3)
    const late: NodeScene = { ...liveNode('n2'), strip: { from: 4, runs: [[2, 2]], last: 5, commit: 4 } }
    expect(text(stripRow(late, stripWindow([node, late], 20), 0, style))).toBe('···2□')
  })
})

describe('the ribbon', () => {
  it('shows each state in a height of its own, and under it what was done', () => {
    const [band, marks] = texts(ribbonRows({ ...busy, ribbon: withoutStart(busy) }, 72, style))
    expect(band).toBe(` -30 s  ${' '.repeat(24)}${'▂'.repeat(20)}${'▅'.repeat(16)} now`)
    expect(marks).toBe(`${' '.repeat(52)}▲kill n3${' '.repeat(6)}△`)
  })

  it('a mark at the right edge has its words before it', () => {
    const scene = { ...busy, marks: [{ atNs: 19.9e9, kind: 'fault' as const, text: 'partition halves' }] }
    expect(texts(ribbonRows(scene, 72, style))[1]).toMatch(/partition halves▲$/)
  })

  it('spans the last two minutes of a long run', () => {
    expect(texts(ribbonRows({ ...busy, nowNs: 900e9 }, 72, style))[0]).toMatch(/^ -2 min /)
  })
})

describe('the side', () => {
  it('has curves, what is broken, and the rules', () => {
    const invariants = [
      { name: 'one leader a term', holds: true, why: '' },
      { name: 'log matching', holds: false, why: 'n1 and n2 differ at 3' },
    ]
    const rows = texts(sideRows({ tempo: busy.tempo, faults: busy.faults, invariants }, { columns: 40, rows: 24 }, style))
    expect(rows[0]).toMatch(/^throughput 200 ops\/s +highest 200$/)
    expect(rows).toContain('▲ n3 dead')
    expect(rows).toContain('✓ one leader a term')
    expect(rows).toContain('✗ log matching')
    expect(rows.length).toBeLessThanOrEqual(24)
  })
})

describe('help', () => {
  it('turns its pages round and names every view', () => {
    const names = (topic: number) => texts(helpRows({ topic, views, dashboard: null }, { columns: 100, rows: 20 }, style))
    expect(names(0)).toEqual(names(5))
    expect(names(-1).join('\n')).toContain('2 messages')
  })
})
