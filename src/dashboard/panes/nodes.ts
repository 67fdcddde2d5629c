/** A row a node: what it is, what its process takes of the machine, and what its mode says of it, in columns. */
import type { Picture } from '../../lab/attach/protocol.ts'
import { printable, textWidth } from '../../lab/text-width.ts'
import { bar } from '../../ui/screen/draw/spark.ts'
import { nodeSign, sign } from '../../ui/screen/signs.ts'
import { fitRow, type Row, type Span, type Style, span, type Tone } from '../../ui/style.ts'
import type { Extent } from './lists.ts'

type Node = Picture['nodes'][number]

/** Of a full bar: a core, and at least so many megabytes. */
const FULL_CPU = 100
const LEAST_FULL_MB = 128
const WIDE = 90

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
  const cells = (node: Node): readonly Span[] => [...fixedCells(node, bars, fullMb, style), ...names.map((name) => factCell(node, name))]
  const body = shown.map(cells)
  const head = ['', 'node', 'role', 'cpu', 'mem', ...names.map((name) => printable(name))].map((name) => span(name, 'dim'))
  const widths = columnWidths([head, ...nodes.map(cells)])
  const table = [head, ...body].map((line, at) => joined(line, widths, at === 0 ? null : (shown[at - 1] ?? null), style))
  const beyond = fits ? [] : [[span(`  ${nodes.length - shown.length} more; up and down scroll`, 'dim')]]
  return [...table, ...beyond].slice(0, rows).map((row) => fitRow(row, columns))
}

export function mostScroll(nodes: number, rows: number): number {
  return Math.max(0, nodes - Math.max(0, rows - 2))
}

function fixedCells(node: Node, bars: number, fullMb: number, style: Style): readonly Span[] {
  const look = nodeSign(node)
  const { cpuPercent: cpu, rssMb } = node
  const gone = node.state === 'dead' || node.state === 'restarting' || node.state === 'starting'
  return [
    span(sign(look.sign, style), look.tone),
    span(node.id, node.weight === 'lead' ? 'bold' : 'plain'),
    node.state === 'live' ? span(printable(node.role ?? 'live'), roleTone(node)) : span(node.state, look.tone),
    gone || cpu === null ? span(style.ascii ? '-' : '–', 'dim') : gauge(cpu / FULL_CPU, `${cpu} %`.padStart(5), bars, style),
    gone || rssMb === null ? span(style.ascii ? '-' : '–', 'dim') : gauge(rssMb / fullMb, `${rssMb} MB`.padStart(6), bars, style),
  ]
}

function roleTone({ weight }: Node): Tone {
  return weight === 'lead' ? 'accent' : weight === 'seek' ? 'warn' : 'plain'
}

function gauge(share: number, words: string, cells: number, style: Style): Span {
  return span(`${bar(share, cells, style)}${words}`, share >= 0.8 ? 'warn' : 'plain')
}

function factCell({ facts }: Node, name: string): Span {
  const fact = facts.find((one) => one.name === name)
  return span(fact === undefined ? '' : printable(fact.value), fact?.warn === true ? 'warn' : 'plain')
}

function columnWidths(lines: readonly (readonly Span[])[]): readonly number[] {
  const count = Math.max(0, ...lines.map((line) => line.length))
  return Array.from({ length: count }, (_, at) => Math.max(0, ...lines.map((line) => textWidth(line[at]?.text ?? ''))))
}

/** Numbers stand at the right of their column, words at the left. Behind them what is wrong with disk and clock. */
function joined(line: readonly Span[], widths: readonly number[], node: Node | null, style: Style): Row {
  const row = line.flatMap((cell, at): Span[] => {
    const blanks = ' '.repeat((widths[at] ?? 0) - textWidth(cell.text))
    const right = at > 4
    return [...(right ? [span(blanks)] : []), cell, span(`${right ? '' : blanks}${at === 0 ? ' ' : '  '}`)]
  })
  const ills = [...(node?.disk == null ? [] : [`disk ${node.disk}`]), ...(node?.clock == null ? [] : [`clock ${node.clock}`])]
  return ills.length === 0 ? row : [...row, span(`${sign('fault', style)} ${ills.map(printable).join(', ')}`, 'warn')]
}
