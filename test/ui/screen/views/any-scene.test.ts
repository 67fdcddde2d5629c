import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyScene } from '../../../../src/stream/scene.ts'
import { views } from '../../../../src/ui/screen/views/index.ts'
import { rowWidth } from '../../../../src/ui/style.ts'
import { anyScene, ascii, drawn, raft, unicode } from './scenes.ts'

const area = fc.record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 60 }) })
const state = fc.record({
  scroll: fc.integer({ min: -3, max: 90 }),
  filter: fc.constantFrom('', '', 'vote', '/', 'n3 !append', '!', 'nothing has this'),
  node: fc.option(fc.constantFrom('n1', 'n7', 'x')),
})

describe('every view', () => {
  it('has its digit to itself', () => {
    expect(views.map(({ digit, name }) => `${digit} ${name}`)).toEqual([
      '2 messages',
      '3 links',
      '4 ring or log',
      '5 events',
      '6 invariants',
    ])
  })

  it('is never wider or higher than its area, whatever the scene, and never scrolls out of sight', () => {
    fc.assert(
      fc.property(anyScene, state, area, fc.boolean(), (scene, typed, size, twin) => {
        const style = twin ? ascii : unicode
        for (const view of views) {
          const rows = view.rows(scene, typed, size, style)
          expect(rows.length).toBeLessThanOrEqual(size.rows)
          for (const row of rows) expect(rowWidth(row)).toBeLessThanOrEqual(size.columns)
          const extent = view.extent(scene, typed, size, style)
          const furthest = view.rows(scene, { ...typed, scroll: extent }, size, style)
          expect(view.rows(scene, { ...typed, scroll: extent + 50 }, size, style)).toEqual(furthest)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('says in words that there is nothing yet, before the first event and without any node', () => {
    for (const scene of [emptyScene('raft', []), emptyScene('dynamo', ['n1', 'n2', 'n3'])]) {
      const said = views.map(({ name }) => drawn(name, scene, { columns: 80, rows: 20 }).join(' '))
      expect(said[0]).toContain('nothing was said yet')
      expect(said[1]).toContain('every link is as it was made')
      expect(said[2]).toContain('no node has told yet what it keeps')
      expect(said[3]).toContain('nothing happened yet')
      expect(said[4]).toContain('nothing is watched yet')
    }
  })

  it('lives with a hundred nodes, and with one', () => {
    for (const scene of [raft(100), raft(1)]) {
      for (const { name } of views) expect(drawn(name, scene, { columns: 80, rows: 24 }).length).toBeGreaterThan(1)
    }
  })

  it('draws with ASCII alone where that is wanted', () => {
    const scene = raft(3, {
      messages: [[[1_000_000, 'n1', 'n2', 'vote', 'cut', 0]]],
      bent: [{ from: 'n1', to: 'n2', cut: true, words: 'cut' }],
    })
    for (const { name } of views) {
      for (const row of drawn(name, scene, { columns: 100, rows: 30 }, {}, ascii)) expect(row).toMatch(/^[ -~]*$/)
    }
  })
})
