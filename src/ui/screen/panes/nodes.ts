/** A row for each node: what it is, how it fares, and its log. */
import { ellipsize, printable, textWidth } from '../../../lab/text-width.ts'
import type { NodeScene, Scene } from '../../../stream/scene.ts'
import { fitRow, type Row, rowWidth, type Span, type Style, span, spread } from '../../style.ts'
import { nodeSign, sign } from '../signs.ts'
import type { Area } from '../types.ts'
import { shareRow, stripRow, stripWindow } from './strip.ts'

export interface NodesInput {
  readonly scene: Pick<Scene, 'nodes' | 'ring' | 'nowNs'>
  /** The chosen node; null while the keyboard is the prompt's. */
  readonly chosen: string | null
}

/** A log of fewer cells shows nothing worth its place. */
const LEAST_STRIP = 12
/** Wider than this, words about disk and clock are cut. Cells. */
const MOST_TROUBLE = 26

/** Of one width whatever the roles are now, so that an election moves no column. Cells. */
const ROLE = 13
const NARROW_ROLE = 9

interface Columns {
  readonly id: number
  readonly state: number
  readonly role: number
  readonly facts: readonly { readonly name: string; readonly width: number }[]
  readonly memory: number
  readonly trouble: number
}

/** Names of the columns, then the nodes; when there are more than rows, those around the chosen one and how many are not seen. */
export function nodeRows({ scene, chosen }: NodesInput, area: Area, style: Style): readonly Row[] {
  const { nodes } = scene
  if (area.rows <= 0) return []
  const room = area.rows - 1
  const from = firstShown(nodes, chosen, room)
  const shown = nodes.slice(from, from + room)
  const hidden = nodes.length - shown.length
  const arrows = style.ascii ? 'up/down' : '↑↓'
  const more = hidden > 0 ? [span(` ${from + 1}-${from + shown.length} of ${nodes.length}, more: Esc ${arrows}`, 'accent')] : []
  const columns = fitted(columnsOf(nodes, area.columns), area.columns - (more.length === 0 ? 0 : rowWidth(more) + 1))
  const head = headOf(columns)
  const stripCells = area.columns - rowWidth(head) - 2
  const window = stripWindow(nodes, stripCells)
  const rows = shown.map((node) => {
    const row = rowOf(node, columns, node.id === chosen, style)
    if (stripCells < LEAST_STRIP) return fitRow(row, area.columns)
    const strip =
      node.strip === null && scene.ring !== null
        ? shareRow(node, scene.ring, stripCells, style)
        : stripRow(node, window, scene.nowNs, style)
    return strip.length === 0 ? fitRow(row, area.columns) : fitRow([...row, span('  '), ...strip], area.columns)
  })
  const title = stripCells < LEAST_STRIP ? '' : titleOf(scene, window.first, stripCells - rowWidth(more))
  const names = title === '' ? head : [...head, span(`  ${title}`, 'dim')]
  return [more.length === 0 ? fitRow(names, area.columns) : spread(names, more, area.columns), ...rows]
}

/** The longest that fits. */
function titleOf({ nodes, ring }: NodesInput['scene'], first: number, cells: number): string {
  const logs = nodes.some(({ strip }) => strip !== null)
  const titles = logs ? [...(first > 1 ? [`log from ${first}`] : []), 'log'] : ring === null ? [] : ['share of the ring', 'share']
  return titles.find((title) => title.length <= cells) ?? ''
}

/** Half a figure is a wrong one: a column without room for the whole of it is left out, memory first, then the last of what the mode says. */
function fitted(columns: Columns, cells: number): Columns {
  let now = columns
  while (rowWidth(headOf(now)) > cells && (now.memory > 0 || now.facts.length > 0)) {
    now = now.memory > 0 ? { ...now, memory: 0 } : { ...now, facts: now.facts.slice(0, -1) }
  }
  return now
}

/** The chosen one stays in view; while nobody chooses, the one that leads. */
function firstShown(nodes: readonly NodeScene[], chosen: string | null, room: number): number {
  if (chosen === null) {
    const led = nodes.findIndex(({ state, weight }) => state === 'live' && weight === 'lead')
    return Math.max(0, led - room + 1)
  }
  const at = Math.max(
    0,
    nodes.findIndex(({ id }) => id === chosen),
  )
  return Math.max(0, Math.min(nodes.length - room, at - Math.floor(room / 2)))
}

function columnsOf(nodes: readonly NodeScene[], cells: number): Columns {
  const widest = (texts: readonly string[], least: number): number => Math.max(least, ...texts.map(textWidth))
  const named = nodes.find(({ facts }) => facts.length > 0)?.facts ?? []
  const trouble = Math.min(MOST_TROUBLE, widest(nodes.map(troubleOf), 0))
  const columns = {
    id: widest(
      nodes.map(({ id }) => id),
      4,
    ),
    state: widest(
      nodes.map(({ state }) => state),
      5,
    ),
    role:
      cells < 100
        ? NARROW_ROLE
        : Math.max(
            ROLE,
            widest(
              nodes.map(({ role }) => role ?? ''),
              0,
            ),
          ),
    facts: named.map(({ name }, at) => ({ name, width: widest([name, ...nodes.map(({ facts }) => facts[at]?.value ?? '')], 1) })),
    memory: 6,
    trouble,
  }
  // On a narrow screen memory gives way to the log.
  return cells < 72 ? { ...columns, memory: 0 } : columns
}

function headOf(columns: Columns): Row {
  const facts = columns.facts.map(({ name, width }) => ` ${name.padStart(width)}`).join('')
  const memory = columns.memory === 0 ? '' : ` ${'memory'.padStart(columns.memory)}`
  const trouble = columns.trouble === 0 ? '' : `  ${'disk, clock'.padEnd(columns.trouble).slice(0, columns.trouble)}`
  const text = `     ${'node'.padEnd(columns.id)} ${'state'.padEnd(columns.state)} ${'role'.padEnd(columns.role)}${facts}${memory}${trouble}`
  return [span(text, 'dim')]
}

function rowOf(node: NodeScene, columns: Columns, chosen: boolean, style: Style): Row {
  const { sign: name, tone } = nodeSign(node)
  const quiet = node.state === 'live' ? 'plain' : 'dim'
  const spans: Span[] = [
    span(chosen ? ` ${sign('chosen', style)} ` : '   ', 'accent'),
    span(`${sign(name, style)} `, tone),
    span(node.id.padEnd(columns.id), chosen ? 'reverse' : node.weight === 'lead' && node.state === 'live' ? 'bold' : 'plain'),
    span(` ${node.state.padEnd(columns.state)}`, node.state === 'live' ? 'plain' : tone),
    span(
      ` ${ellipsize(printable(node.role ?? ''), columns.role).padEnd(columns.role)}`,
      quiet === 'plain' && node.weight === 'lead' ? 'bold' : quiet,
    ),
  ]
  for (const [at, { width }] of columns.facts.entries()) {
    const fact = node.facts[at]
    spans.push(span(` ${printable(fact?.value ?? '').padStart(width)}`, fact?.warn === true ? 'warn' : quiet))
  }
  if (columns.memory > 0)
    spans.push(span(` ${(node.rssMb === null ? '' : `${Math.round(node.rssMb)} MB`).padStart(columns.memory)}`, 'dim'))
  if (columns.trouble > 0) spans.push(span(`  ${ellipsize(troubleOf(node), columns.trouble).padEnd(columns.trouble)}`, 'warn'))
  return spans
}

function troubleOf({ disk, clock }: NodeScene): string {
  return [disk === null ? '' : `disk ${disk}`, clock === null ? '' : `clock ${clock}`]
    .filter((word) => word !== '')
    .map(printable)
    .join(', ')
}
