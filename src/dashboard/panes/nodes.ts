/** A row a node: what it is, what its process takes of the machine, and what its mode says of it, in columns. */
import type { Picture } from '../../lab/attach/protocol.ts'
import { printable } from '../../lab/text-width.ts'
import { markSign } from '../../ui/screen/draw/ribbon.ts'
import { bar } from '../../ui/screen/draw/spark.ts'
import { nodeSign, sign } from '../../ui/screen/signs.ts'
import { fitRow, type Row, rowWidth, type Span, type Style, span, type Tone } from '../../ui/style.ts'
import type { Extent } from './lists.ts'

type Node = Picture['nodes'][number]

/** Of a full bar: a core, and at least so many megabytes. */
const FULL_CPU = 100
const LEAST_FULL_MB = 128
const WIDE = 90
const MUCH = 0.8
/** The last column that is the same in every mode, and what stands between two. */
const FIXED = { at: 4, gap: '  ' } as const

/** The head, then nodes from `scroll` on; where they do not fit, the last row says how many there are beyond. */
export function nodesRows({ nodes }: Pick<Picture, 'nodes'>, { columns, rows }: Extent, scroll: number, style: Style): readonly Row[] {
  if (rows <= 0) return []
  const room = rows - 1
  const fits = nodes.length <= room
  const from = fits ? 0 : Math.min(Math.max(0, scroll), mostScroll(nodes.length, rows))
  const shown = nodes.slice(from, from + (fits ? room : room - 1))
  const bars = columns >= WIDE ? 12 : 6
  const fullMb = Math.max(LEAST_FULL_MB, ...nodes.map(({ rssMb }) => rssMb ?? 0))
  const names = [...new Set(nodes.flatMap(({ facts }) => facts.map(({ name }) => name)))]
  const cells = (node: Node): readonly Row[] => [...fixedCells(node, bars, fullMb, style), ...names.map((name) => [factCell(node, name)])]
  const head = ['', 'node', 'role', 'cpu', 'memory', ...names.map((name) => printable(name))].map((name): Row => [span(name, 'dim')])
  const widths = columnWidths([head, ...nodes.map(cells)])
  const table = [joined(head, widths), ...shown.map((node) => [...joined(cells(node), widths), ...ills(node, style)])]
  const beyond: readonly Row[] = fits ? [] : [[span(`  ${nodes.length - shown.length} more; up and down scroll`, 'dim')]]
  return [...table, ...beyond].slice(0, rows).map((row) => fitRow(row, columns))
}

export function mostScroll(nodes: number, rows: number): number {
  return Math.max(0, nodes - Math.max(0, rows - 2))
}

/** Sign, name, role, processor and memory. */
function fixedCells(node: Node, bars: number, fullMb: number, style: Style): readonly Row[] {
  const look = nodeSign(node)
  const { cpuPercent: cpu, rssMb } = node
  const gone = node.state === 'dead' || node.state === 'restarting' || node.state === 'starting'
  const none: Row = [span(style.ascii ? '-' : '–', 'dim')]
  return [
    [span(sign(look.sign, style), look.tone)],
    [span(node.id, node.weight === 'lead' ? 'bold' : 'plain')],
    [node.state === 'live' ? span(printable(node.role ?? 'live'), roleTone(node)) : span(node.state, look.tone)],
    gone || cpu === null ? none : gauge(cpu / FULL_CPU, `${cpu} %`.padStart(5), 'hue2', bars, style),
    gone || rssMb === null ? none : gauge(rssMb / fullMb, `${rssMb} MB`.padStart(6), 'hue1', bars, style),
  ]
}

function roleTone({ weight }: Node): Tone {
  return weight === 'lead' ? 'accent' : weight === 'seek' ? 'warn' : 'plain'
}

function gauge(share: number, words: string, tone: Tone, cells: number, style: Style): Row {
  return [span(bar(share, cells, style), share >= MUCH ? 'warn' : tone), span(words)]
}

function factCell({ facts }: Node, name: string): Span {
  const fact = facts.find((one) => one.name === name)
  return span(fact === undefined ? '' : printable(fact.value), fact?.warn === true ? 'warn' : 'plain')
}

function columnWidths(lines: readonly (readonly Row[])[]): readonly number[] {
  const count = Math.max(0, ...lines.map((line) => line.length))
  return Array.from({ length: count }, (_, at) => Math.max(0, ...lines.map((line) => rowWidth(line[at] ?? []))))
}

/** What the mode says stands at the right of its column, as numbers do. */
function joined(line: readonly Row[], widths: readonly number[]): Row {
  return line.flatMap((cell, at): Row => {
    const blanks = ' '.repeat(Math.max(0, (widths[at] ?? 0) - rowWidth(cell)))
    if (at > FIXED.at) return [span(blanks), ...cell, span(FIXED.gap)]
    return [...cell, span(`${blanks}${at === 0 ? ' ' : FIXED.gap}`)]
  })
}

/** What is wrong with disk and clock. */
function ills({ disk, clock }: Node, style: Style): Row {
  const words = [...(disk === null ? [] : [`disk ${disk}`]), ...(clock === null ? [] : [`clock ${clock}`])]
  return words.length === 0 ? [] : [span(`${markSign({ kind: 'fault' }, style)} ${words.map(printable).join(', ')}`, 'warn')]
}
