import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../../src/ui/screen/layout.ts'

const sizes = [20, 40, 80, 109, 110, 120, 200, 300].flatMap((columns) =>
  [1, 2, 5, 8, 12, 20, 24, 40, 80].map((rows) => ({ columns, rows })),
)
const cases = sizes.flatMap((size) =>
  [0, 1, 3, 5, 9, 25, 100].flatMap((nodes) =>
    [0, 2].flatMap((banner) => [false, true].map((guided) => ({ ...size, nodes, banner, guided }))),
  ),
)

describe('the layout', () => {
  it('gives away exactly the rows there are, at every size', () => {
    for (const input of cases) {
      const { header, nodes, ribbon, banner, gaps, transcript, bottom, guide, beside, view, tail, body } = layoutOf(input)
      const above = guide !== null && !beside ? guide.rows : 0
      const sum = above + header + nodes + ribbon + banner + gaps + transcript.rows + bottom.length
      expect({ input, sum }).toEqual({ input, sum: input.rows })
      expect(body.rows).toBe(input.rows - above - header - bottom.length)
      expect(view.rows + tail.rows + (tail.rows > 0 ? 1 : 0)).toBe(body.rows)
      for (const part of [header, nodes, ribbon, banner, transcript.rows, transcript.columns]) expect(part).toBeGreaterThanOrEqual(0)
    }
  })

  it('stands panes side by side from 110 columns on, and never wider than the screen', () => {
    for (const input of cases) {
      const { side, transcript, guide, beside, columns } = layoutOf(input)
      if (side !== null) expect(transcript.columns + 3 + side.columns).toBe(columns)
      if (beside) expect((guide?.columns ?? 0) + 3 + columns).toBe(input.columns)
      if (input.columns < 110) expect([side, beside]).toEqual([null, false])
    }
  })

  it('80 by 24 has header, five nodes, ribbon, the banner, five rows of transcript and more, prompt, hint and keys', () => {
    expect(layoutOf({ columns: 80, rows: 24, nodes: 5, banner: 2, guided: false })).toMatchObject({
      header: 2,
      nodes: 6,
      ribbon: 2,
      banner: 2,
      transcript: { columns: 80, rows: 8 },
      bottom: ['prompt', 'hint', 'keys'],
    })
  })

  it('few rows keep the prompt, then the transcript, then the nodes', () => {
    const of = (rows: number) => layoutOf({ columns: 80, rows, nodes: 5, banner: 2, guided: false })
    expect(of(1)).toMatchObject({ bottom: ['prompt'], header: 0, nodes: 0, ribbon: 0 })
    expect(of(10)).toMatchObject({ bottom: ['prompt', 'hint'], header: 2, nodes: 0, ribbon: 0 })
    expect(of(20).transcript.rows).toBeGreaterThanOrEqual(5)
  })

  it('a hundred nodes leave the transcript its five rows', () => {
    const { nodes, transcript } = layoutOf({ columns: 120, rows: 40, nodes: 100, banner: 0, guided: false })
    expect(nodes).toBeGreaterThan(20)
    expect(transcript.rows).toBeGreaterThanOrEqual(5)
  })

  it('a guide takes the left on a wide screen and the upper two fifths on a narrow one', () => {
    expect(layoutOf({ columns: 120, rows: 40, nodes: 5, banner: 0, guided: true })).toMatchObject({
      beside: true,
      guide: { columns: 52, rows: 37 },
    })
    expect(layoutOf({ columns: 80, rows: 40, nodes: 5, banner: 0, guided: true })).toMatchObject({
      beside: false,
      guide: { columns: 80, rows: 16 },
    })
  })

  it('a lesson leaves all five nodes in sight on small screens: transcript, ribbon and its own rows give way first', () => {
    for (const size of [
      { columns: 80, rows: 24 },
      { columns: 60, rows: 18 },
      { columns: 100, rows: 30 },
    ])
      expect(layoutOf({ ...size, nodes: 5, banner: 0, guided: true }).nodes).toBe(6)
    expect(layoutOf({ columns: 60, rows: 18, nodes: 5, banner: 0, guided: true })).toMatchObject({
      guide: { rows: 6 },
      transcript: { rows: 1 },
    })
    expect(layoutOf({ columns: 80, rows: 24, nodes: 5, banner: 0, guided: true })).toMatchObject({
      guide: { rows: 9 },
      transcript: { rows: 4 },
    })
  })
})
