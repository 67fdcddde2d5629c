/** The components as Ink draws them, without a terminal: what stands where, and that the bundle's own way of joining rows says the same. */
import { Box, Text } from 'ink'
import { render } from 'ink-testing-library'
import { describe, expect, it } from 'vitest'
import type { Scene } from '../../../src/stream/scene.ts'
import { frameOf, type Model } from '../../../src/ui/screen/frame.ts'
import RowOutput from '../../../src/ui/screen/row-output.ts'
import { Screen } from '../../../src/ui/screen/Screen.tsx'
import { startScreen } from '../../../src/ui/screen/screen-state.ts'
import { views } from '../../../src/ui/screen/views/index.ts'
import widestRow from '../../../src/ui/screen/widest-row.ts'
import { healthyScene, ok } from '../fake-lab.ts'

const style = { colour: false, ascii: false }
const size = { columns: 100, rows: 26 }

function model(scene: Scene = healthyScene, more: Partial<Model> = {}): Model {
  return {
    scene,
    heldSeconds: null,
    dashboard: null,
    state: startScreen([]),
    items: [{ type: 'command', line: 'put city Oslo', sinceMs: 0, outcome: { type: 'answer', answer: ok({ node: 'n4' }) } }],
    done: { tried: new Set(), checked: false },
    views,
    guide: null,
    nowMs: 0,
    ...more,
  }
}

function drawn(of: Model, area = size): readonly string[] {
  const { lastFrame, unmount } = render(<Screen {...frameOf(of, area, style).props} />)
  const rows = (lastFrame() ?? '').split('\n').map((row) => row.trimEnd())
  unmount()
  return rows
}

describe('the screen', () => {
  it('has header, nodes, ribbon, banner, transcript, prompt, hint and keys, from top to bottom', () => {
    const rows = drawn(model())
    expect(rows).toHaveLength(26)
    expect(rows[0]).toMatch(/^ ● healthy .* raft · 5 nodes · f=2$/)
    expect(rows[1]).toMatch(/^ leader n4 {2}term 1/)
    expect(rows[2]).toMatch(/^ {5}node state role/)
    expect(rows.slice(3, 8).map((row) => row.slice(5, 7))).toEqual(['n1', 'n2', 'n3', 'n4', 'n5'])
    expect(rows[8]).toMatch(/▂ now$/)
    expect(rows.slice(10, 12)).toEqual([
      '─'.repeat(100),
      ' Five servers agree on one store. Try: put city Oslo · kill leader · get city. New to this? learn',
    ])
    expect(rows[22]).toBe('❯ put city Oslo  → ok  n4 4 ms')
    expect(rows[23]).toBe('❯ put city Oslo')
    expect(rows[25]).toMatch(/^ \? help {2}Esc nodes {2}1-6 views {2}ctrl-d leaves/)
  })

  it('a view takes the place of the body and leaves the newest answer in sight', () => {
    const rows = drawn(model(healthyScene, { state: { ...startScreen([]), view: '6' } }))
    expect(rows[2]).toMatch(/^ invariants/)
    expect(rows[22]).toBe('❯ put city Oslo  → ok  n4 4 ms')
    expect(rows).toHaveLength(26)
  })

  it('a guide stands above on this width, and beside on a wide one', () => {
    const guide = {
      rows: () => [[{ text: 'The lesson', tone: 'bold' as const }]],
      ghost: 'kill leader',
      keys: 'Enter goes on',
      key: () => false,
      line: () => false,
      listen: () => () => {},
      summary: () => [],
    }
    const rows = drawn(model(healthyScene, { guide }))
    expect(rows[0]).toBe('The lesson')
    expect(rows[10]).toMatch(/^ ● healthy/)
    expect(rows[23]).toBe('❯ kill leader')
    expect(rows[25]).toMatch(/^ Enter goes on/)
    const { props } = frameOf(model(healthyScene, { guide }), { columns: 120, rows: 30 }, style)
    expect(props.layout).toMatchObject({ beside: true, columns: 65 })
  })

  it.each([
    [20, 6],
    [40, 10],
    [60, 16],
    [80, 20],
    [100, 80],
  ])('%i by %i is filled exactly and no row is too wide', (columns, rows) => {
    const screen = drawn(model(), { columns, rows })
    expect(screen).toHaveLength(rows)
    for (const row of screen) expect(widestRow(row)).toBeLessThanOrEqual(columns)
  })
})

describe('rows joined without cells', () => {
  it('are the frame that Ink makes of the same panes', () => {
    const tree = (
      <Box width={40}>
        <Box width={12} flexDirection="column">
          <Text>left one</Text>
          <Text> </Text>
          <Text>日本 ■</Text>
        </Box>
        <Box width={3} flexDirection="column">
          <Text> │ </Text>
        </Box>
        <Text>right</Text>
      </Box>
    )
    const { lastFrame, unmount } = render(tree)
    const plain = { transformers: [] }
    const output = new RowOutput({ width: 40, height: 3 })
    output.write(15, 0, 'right', plain)
    output.write(0, 0, 'left one', plain)
    output.write(12, 0, ' │ ', plain)
    output.write(0, 1, ' ', plain)
    output.write(0, 2, '日本 ■', plain)
    expect(output.get()).toEqual({ output: lastFrame(), height: 3 })
    unmount()
  })

  it('what stands below the frame is left out, and nothing may ask to be clipped', () => {
    const output = new RowOutput({ width: 10, height: 1 })
    output.write(0, 0, 'a\nb', { transformers: [(line) => line.toUpperCase()] })
    expect(output.get().output).toBe('A')
    expect(() => output.clip()).toThrow(/cut to their area/)
  })

  it('styles take no cells, and a text asked for again is not measured anew wrongly', () => {
    for (let round = 0; round < 3; round++) {
      expect(widestRow('\x1b[31mred\x1b[0m')).toBe(3)
      for (let n = 0; n < 3000; n++) expect(widestRow(`${n}`)).toBe(`${n}`.length)
    }
    expect(widestRow('a\nbbb\ncc')).toBe(3)
  })
})
