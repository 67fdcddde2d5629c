/** The screen as panes. Each is memoised on its slice of the picture, so that a keystroke draws no charts and a sample draws no transcript. */
import { Box, Text } from 'ink'
import { memo } from 'react'
import { withoutStart } from '../../stream/ribbon.ts'
import type { Scene } from '../../stream/scene.ts'
import { fitRow, type Row, renderRow, type Style, span } from '../style.ts'
import type { Layout } from './layout.ts'
import { headerRows } from './panes/header.ts'
import { type HelpInput, helpRows } from './panes/help-rows.ts'
import { nodeRows } from './panes/nodes.ts'
import { ribbonRows } from './panes/ribbon.ts'
import { sideRows } from './panes/tempo.ts'
import { type ScreenState, viewState } from './screen-state.ts'
import { sign } from './signs.ts'
import type { Area, BodyView } from './types.ts'

export interface ScreenProps {
  readonly scene: Scene
  readonly state: ScreenState
  readonly layout: Layout
  readonly style: Style
  readonly views: readonly BodyView[]
  readonly heldSeconds: number | null
  readonly dashboard: string | null
  readonly banner: readonly string[]
  readonly transcript: readonly Row[]
  /** Its newest rows, below a view. */
  readonly tail: readonly Row[]
  readonly guide: readonly Row[]
  /** Of the whole screen. */
  readonly columns: number
  /** Below the body, exactly as many as the layout has. */
  readonly bottom: readonly Row[]
}

export function Screen(props: ScreenProps) {
  const { layout, style, guide, bottom, columns } = props
  const lab = (
    <Box flexDirection="column" width={layout.columns}>
      <Lab {...props} />
    </Box>
  )
  const rows = (layout.guide?.rows ?? 0) + (layout.beside ? 0 : layout.header + layout.body.rows)
  return (
    <Box flexDirection="column" width={columns}>
      {layout.guide === null ? (
        lab
      ) : (
        <Box flexDirection={layout.beside ? 'row' : 'column'} height={rows}>
          <Rows rows={guide} area={layout.guide} style={style} />
          {layout.beside && <Edge rows={layout.guide.rows} style={style} />}
          {lab}
        </Box>
      )}
      <Rows rows={bottom} area={{ columns, rows: bottom.length }} style={style} />
    </Box>
  )
}

function Lab({ scene, state, layout, style, views, heldSeconds, dashboard, banner, transcript, tail }: ScreenProps) {
  const view = views.find(({ digit }) => digit === state.view)
  const { columns } = layout
  return (
    <>
      <Rows rows={headerRows({ scene, heldSeconds }, columns, style)} area={{ columns, rows: layout.header }} style={style} />
      {state.help !== null ? (
        <Help topic={state.help} views={views} dashboard={dashboard} area={layout.body} style={style} />
      ) : view !== undefined ? (
        <>
          <Rows rows={view.rows(scene, viewState(state), layout.view, style)} area={layout.view} style={style} />
          {layout.tail.rows > 0 && <Rule columns={columns} style={style} />}
          <Rows rows={atBottom(tail, layout.tail)} area={layout.tail} style={style} />
        </>
      ) : (
        <>
          {layout.gaps > 1 && <Rule columns={columns} style={style} />}
          <Nodes
            nodes={scene.nodes}
            ring={scene.ring}
            flashNs={flashOf(scene)}
            chosen={state.focus === 'nodes' ? state.node : null}
            area={{ columns, rows: layout.nodes }}
            style={style}
          />
          {layout.gaps > 1 && <Rule columns={columns} style={style} />}
          <Rows
            rows={layout.ribbon === 0 ? [] : ribbonRows({ ...scene, ribbon: withoutStart(scene) }, columns, style)}
            area={{ columns, rows: layout.ribbon }}
            style={style}
          />
          {layout.gaps > 0 && <Rule columns={columns} style={style} />}
          <Rows
            rows={layout.banner === 0 ? [] : banner.map((line): Row => [span(` ${line}`, 'accent')])}
            area={{ columns, rows: layout.banner }}
            style={style}
          />
          <Box>
            <Rows rows={atBottom(transcript, layout.transcript)} area={layout.transcript} style={style} />
            {layout.side !== null && (
              <>
                <Edge rows={layout.side.rows} style={style} />
                <Side tempo={scene.tempo} faults={scene.faults} invariants={scene.invariants} area={layout.side} style={style} />
              </>
            )}
          </Box>
        </>
      )}
    </>
  )
}

/** The newest row stands right above the prompt, and older ones above it. */
function atBottom(rows: readonly Row[], area: Area): readonly Row[] {
  return [...Array.from({ length: Math.max(0, area.rows - rows.length) }, (): Row => []), ...rows]
}

/** Time matters to the node rows only while an overwritten entry is shown. */
function flashOf({ nodes, nowNs }: Scene): number {
  return nodes.some(({ overwritten }) => overwritten !== null) ? nowNs : 0
}

interface NodesProps extends Pick<Scene, 'nodes' | 'ring'> {
  readonly flashNs: number
  readonly chosen: string | null
  readonly area: Area
  readonly style: Style
}

const sameArea = (a: Area, b: Area): boolean => a.columns === b.columns && a.rows === b.rows

const Nodes = memo(
  function Nodes({ nodes, ring, flashNs, chosen, area, style }: NodesProps) {
    return <Rows rows={nodeRows({ scene: { nodes, ring, nowNs: flashNs }, chosen }, area, style)} area={area} style={style} />
  },
  (a, b) =>
    a.nodes === b.nodes &&
    a.ring === b.ring &&
    a.flashNs === b.flashNs &&
    a.chosen === b.chosen &&
    a.style === b.style &&
    sameArea(a.area, b.area),
)

interface SideProps extends Pick<Scene, 'tempo' | 'faults' | 'invariants'> {
  readonly area: Area
  readonly style: Style
}

const Side = memo(
  function Side({ tempo, faults, invariants, area, style }: SideProps) {
    return <Rows rows={sideRows({ tempo, faults, invariants }, area, style)} area={area} style={style} />
  },
  (a, b) =>
    a.tempo === b.tempo && a.faults === b.faults && a.invariants === b.invariants && a.style === b.style && sameArea(a.area, b.area),
)

interface HelpProps extends HelpInput {
  readonly area: Area
  readonly style: Style
}

const Help = memo(function Help({ topic, views, dashboard, area, style }: HelpProps) {
  return <Rows rows={helpRows({ topic, views, dashboard }, area, style)} area={area} style={style} />
})

const Rule = memo(function Rule({ columns, style }: { columns: number; style: Style }) {
  return <Line text={renderRow([span(sign('rule', style).repeat(columns), 'dim')], style)} />
})

const Edge = memo(function Edge({ rows, style }: { rows: number; style: Style }) {
  return (
    <Rows
      rows={Array.from({ length: rows }, (): Row => [span(style.ascii ? ' | ' : ' │ ', 'dim')])}
      area={{ columns: 3, rows }}
      style={style}
    />
  )
})

/** Rows at their full height, whatever is in them: what stands below never jumps. */
function Rows({ rows, area, style }: { rows: readonly Row[]; area: Area; style: Style }) {
  if (area.rows <= 0 || area.columns <= 0) return null
  return (
    <Box flexDirection="column" width={area.columns} height={area.rows} flexShrink={0}>
      {inPlaces(rows, area, style).map(({ place, text }) => (
        <Line key={place} text={text} />
      ))}
    </Box>
  )
}

/** Rows have no name but their place. */
function inPlaces(rows: readonly Row[], area: Area, style: Style): readonly { readonly place: number; readonly text: string }[] {
  return Array.from({ length: area.rows }, (_, place) => ({ place, text: renderRow(fitRow(rows[place] ?? [], area.columns), style) }))
}

/** An empty text has no height for Ink. */
const Line = memo(function Line({ text }: { text: string }) {
  return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>
})
