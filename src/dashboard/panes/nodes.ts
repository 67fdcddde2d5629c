/** A row a node: what it is, what its process takes of the machine, and what its mode says of it, in columns. */
import type { Picture } from '../../lab/attach/protocol.ts'
import { printable } from '../../lab/text-width.ts'
import { bar } from '../../ui/screen/draw/spark.ts'
import { nodeSign, sign } from '../../ui/screen/signs.ts'
import { fitRow, type Row, rowWidth, type Span, type Style, span, type Tone } from '../../ui/style.ts'
import type { Extent } from './lists.ts'

type Node = Picture['nodes'][number]

/** Of a full bar: a core, and at least so many megabytes. */
const FULL_CPU = 100
const LEAST_FULL_MB = 128
const BARS = { long: 12, short: 6 } as const
const MUCH = 0.8
const GAP = '  '
/** Or none is known. */
const NUMBER = /^[\d.–-]*$/

/** The head, then nodes from `scroll` on; where they do not fit, the last row says how many there are beyond. */
export function nodesRows({ nodes }: Pick<Picture, 'nodes'>, { columns, rows }: Extent, scroll: number, style: Style): readonly Row[] {
  if (rows <= 0) return []
  const room = rows - 1
  const fits = nodes.length <= room
  const from = fits ? 0 : Math.min(Math.max(0, scroll), mostScroll(nodes.length, rows))
  const shown = nodes.slice(from, from + (fits ? room : room - 1))
  const table = tableOf(nodes, columns, style)
  const beyond: readonly Row[] = fits ? [] : [[span(`  ${nodes.length - shown.length} more; up and down scroll`, 'dim')]]
  const [head = [], ...body] = table
  return [head, ...body.slice(from, from + shown.length), ...beyond].slice(0, rows).map((row) => fitRow(row, columns))
}

/** The head and a row a node: with long bars where they fit, then with short ones, then without the last of what the mode says. */
function tableOf(nodes: readonly Node[], columns: number, style: Style): readonly Row[] {
  const names = [...new Set(nodes.flatMap(({ facts }) => facts.map(({ name }) => name)))]
  const long = linesOf(nodes, names, BARS.long, style)
  for (let count = names.length; widthOf(long) > columns && count >= 0; count--) {
    const short = linesOf(nodes, names.slice(0, count), BARS.short, style)
    if (widthOf(short) <= columns || count === 0) return aligned(short)
  }
  return aligned(long)
}

function linesOf(nodes: readonly Node[], names: readonly string[], bars: number, style: Style): readonly (readonly Row[])[] {
  const fullMb = Math.max(LEAST_FULL_MB, ...nodes.map(({ rssMb }) => rssMb ?? 0))
  const ailing = nodes.some(({ disk, clock }) => disk !== null || clock !== null)
  const head = ['', 'node', 'role', ...(ailing ? ['broken'] : []), 'cpu', 'memory', ...names]
  return [
    head.map((name): Row => [span(printable(name), 'dim')]),
    ...nodes.map((node) => [...fixedCells(node, ailing, bars, fullMb, style), ...names.map((name) => [factCell(node, name)])]),
  ]
}

export function mostScroll(nodes: number, rows: number): number {
  return Math.max(0, nodes - Math.max(0, rows - 2))
}

/** Sign, name, role, processor and memory. */
function fixedCells(node: Node, ailing: boolean, bars: number, fullMb: number, style: Style): readonly Row[] {
  const look = nodeSign(node)
  const { cpuPercent: cpu, rssMb } = node
  const gone = node.state === 'dead' || node.state === 'restarting' || node.state === 'starting'
  const none: Row = [span(style.ascii ? '-' : '–', 'dim')]
  return [
    [span(sign(look.sign, style), look.tone)],
    [span(node.id, node.weight === 'lead' ? 'bold' : 'plain')],
    [node.state === 'live' ? span(printable(node.role ?? 'live'), roleTone(node)) : span(node.state, look.tone)],
    ...(ailing ? [ills(node)] : []),
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

function widthOf(lines: readonly (readonly Row[])[]): number {
  const widths = columnWidths(lines)
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1) - 1
}

/** What is numbers in all rows stands at the right of its column. */
function aligned(lines: readonly (readonly Row[])[]): readonly Row[] {
  const widths = columnWidths(lines)
  const right = widths.map((_, at) => lines.slice(1).every((line) => NUMBER.test(textOf(line[at] ?? []))))
  return lines.map((line) =>
    line.flatMap((cell, at): Row => {
      const blanks = span(' '.repeat(Math.max(0, (widths[at] ?? 0) - rowWidth(cell))))
      const gap = span(at === 0 ? ' ' : at === line.length - 1 ? '' : GAP)
      return right[at] === true ? [blanks, ...cell, gap] : [...cell, blanks, gap]
    }),
  )
}

function textOf(row: Row): string {
  return row.map(({ text }) => text).join('')
}

/** What is wrong with disk and clock. */
function ills({ disk, clock }: Node): Row {
  const words = [...(disk === null ? [] : [`disk ${disk}`]), ...(clock === null ? [] : [`clock ${clock}`])]
  return [span(words.map(printable).join(', '), 'warn')]
}
