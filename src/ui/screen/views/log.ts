/** The replicated logs side by side, aligned by index, so that it shows where they part: a row a node, a column an entry. */
import type { LogStrip } from '../../../modes/face.ts'
import type { NodeScene } from '../../../stream/scene.ts'
import { type Row, type Span, type Style, span, type Tone } from '../../style.ts'
import { BLANK, type Cell, column, joinCells } from '../draw/cells.ts'
import { hue, sign } from '../signs.ts'
import { type Request, type Sheet, title } from './sheet.ts'

const SIGNS = {
  unicode: { missing: '·', differs: '≠', tick: '┬', sure: '✓' },
  ascii: { missing: '.', differs: '!', tick: '+', sure: '+' },
} as const

/** Facts that stand in words behind the log, where there is room. */
const FACT_COLUMNS = 100
const FACTS = ['last', 'commit', 'applied', 'lag']

export function logSheet({ scene, state, area, style }: Request): Sheet {
  const nodes = scene.nodes.filter(({ strip }) => strip !== null)
  const name = scene.nodes.reduce((most, { id }) => Math.max(most, id.length), 4) + 1
  const role = area.columns >= 60 ? scene.nodes.reduce((most, node) => Math.max(most, standing(node).length), 6) + 1 : 0
  const facts = area.columns >= FACT_COLUMNS ? FACTS.map((fact) => factCells(scene.nodes, fact)) : []
  const right = facts.reduce((sum, cells) => sum + cells + 2, 0)
  const parting = partings(nodes)
  const frame = frameOf(nodes, Math.max(4, area.columns - name - role - right))
  const margin = ' '.repeat(name + role)
  const factHeads = facts.map((cells, i) => span(`  ${column(FACTS[i] ?? '', cells, style, 'right')}`, 'dim'))
  const ruler: Row = [span(margin), ...rulerSpans(frame, style), ...factHeads]
  const body = scene.nodes.map((node): Row => {
    const tone: Tone = node.id === state.node ? 'reverse' : node.weight === 'lead' ? 'bold' : node.state === 'dead' ? 'bad' : 'plain'
    const who = [span(column(node.id, name - 1, style), tone), span(' ')]
    const stands = role === 0 ? [] : [span(column(standing(node), role, style), node.state === 'live' ? 'dim' : 'warn')]
    const values = facts.map((cells, i) => factSpan(node, FACTS[i] ?? '', cells, style))
    return [...who, ...stands, ...joinCells(logCells(node, frame, parting, style)), ...values]
  })
  const marks: Row = [span(margin), ...joinCells(partingCells(parting, frame, style))]
  const words = ['entries by index', 'the number is the term', `${sign('solid', style)} committed ${sign('hollow', style)} not yet`]
  return {
    head: [title('log', words, style), ruler],
    body,
    foot: [...(parting.size > 0 ? [marks] : []), ...partingWords(nodes, parting, style)],
  }
}

function standing({ state, role }: NodeScene): string {
  return state === 'live' ? (role ?? '') : state
}

/** The stretch of indexes that is in sight; each entry has `cell` cells, the last of them its sign. */
interface Frame {
  readonly first: number
  readonly last: number
  readonly cell: number
}

function frameOf(nodes: readonly NodeScene[], cells: number): Frame {
  let last = 0
  let oldest = Number.POSITIVE_INFINITY
  let term = 1
  for (const { strip } of nodes) {
    if (strip === null) continue
    last = Math.max(last, strip.last)
    oldest = Math.min(oldest, strip.from)
    for (const [one] of strip.runs) term = Math.max(term, one)
  }
  const cell = Math.max(2, String(term).length + 1)
  const shown = Math.max(1, Math.floor(cells / cell))
  // Nodes tell the newest of their logs only: further back there is nothing to see.
  const first = Math.max(1, last - shown + 1, Number.isFinite(oldest) ? oldest : 1)
  return { first, last: first + shown - 1, cell }
}

/** An index every few entries, right above its sign. */
function rulerSpans({ first, last, cell }: Frame, style: Style): readonly Span[] {
  const text = Array.from({ length: (last - first + 1) * cell }, () => ' ')
  const step = [5, 10, 20, 50, 100].find((every) => every * cell >= String(last).length + 3) ?? 100
  for (let index = Math.ceil(first / step) * step; index <= last; index += step) {
    const at = (index - first + 1) * cell - 1
    const word = `${index}${(style.ascii ? SIGNS.ascii : SIGNS.unicode).tick}`
    const start = at - word.length + 1
    if (start < 0) continue
    for (const [i, char] of [...word].entries()) text[start + i] = char
  }
  return [span(text.join(''), 'dim')]
}

function logCells({ strip, overwritten }: NodeScene, { first, last, cell }: Frame, parting: ReadonlySet<number>, style: Style): Cell[] {
  const signs = style.ascii ? SIGNS.ascii : SIGNS.unicode
  const cells: Cell[] = Array.from({ length: (last - first + 1) * cell }, () => BLANK)
  if (strip === null) return cells
  let before: number | null = null
  for (let index = first; index <= last; index++) {
    const term = termAt(strip, index)
    const at = (index - first + 1) * cell - 1
    const gone = overwritten !== null && index >= overwritten.from && index <= overwritten.to
    if (term === null) {
      if (gone || (index > 0 && index < strip.from)) cells[at] = { sign: signs.missing, tone: gone ? 'reverse' : 'dim' }
      continue
    }
    const tone: Tone = gone ? 'reverse' : hue(term)
    cells[at] = { sign: sign(index <= strip.commit ? 'solid' : 'hollow', style), tone }
    const digits = String(term)
    // A term is named where it begins, and where logs part: there the hue alone would have to tell it.
    if (term !== before || parting.has(index))
      for (const [i, char] of [...digits].entries()) cells[at - digits.length + i] = { sign: char, tone }
    before = term
  }
  return cells
}

/** Null for an index that the log does not have, or that it does not tell. */
function termAt({ from, runs, last }: LogStrip, index: number): number | null {
  if (index < from || index > last) return null
  let at = from
  for (const [term, count] of runs) {
    at += count
    if (index < at) return term
  }
  return null
}

/** Indexes at which two logs have different terms, from the first on. */
function partings(nodes: readonly NodeScene[]): ReadonlySet<number> {
  const parting = new Set<number>()
  const terms = new Map<number, number>()
  for (const { strip } of nodes) {
    if (strip === null) continue
    let index = strip.from
    for (const [term, count] of strip.runs) {
      for (const end = index + count; index < end; index++) {
        const known = terms.get(index)
        if (known === undefined) terms.set(index, term)
        else if (known !== term) parting.add(index)
      }
    }
  }
  return parting
}

function partingCells(parting: ReadonlySet<number>, { first, last, cell }: Frame, style: Style): Cell[] {
  const cells: Cell[] = Array.from({ length: (last - first + 1) * cell }, () => BLANK)
  const differs = (style.ascii ? SIGNS.ascii : SIGNS.unicode).differs
  for (const index of parting) if (index >= first && index <= last) cells[(index - first + 1) * cell - 1] = { sign: differs, tone: 'bad' }
  return cells
}

/** `logs differ from index 14: n1 n2 have term 3, n3 n4 n5 term 5`. */
function partingWords(nodes: readonly NodeScene[], parting: ReadonlySet<number>, style: Style): readonly Row[] {
  if (nodes.length < 2) return []
  if (parting.size === 0)
    return [[span(`${(style.ascii ? SIGNS.ascii : SIGNS.unicode).sure} the logs agree wherever they overlap`, 'good')]]
  const index = Math.min(...parting)
  const holders = new Map<number, string[]>()
  for (const { id, strip } of nodes) {
    const term = strip === null ? null : termAt(strip, index)
    if (term !== null) holders.set(term, [...(holders.get(term) ?? []), id])
  }
  const sides = [...holders]
    .sort(([a], [b]) => a - b)
    .map(([term, ids]) => `${ids.join(' ')} ${ids.length === 1 ? 'has' : 'have'} term ${term}`)
  return [[span(`${(style.ascii ? SIGNS.ascii : SIGNS.unicode).differs} the logs differ from index ${index}: ${sides.join(', ')}`, 'bad')]]
}

function factCells(nodes: readonly NodeScene[], name: string): number {
  return nodes.reduce((most, node) => Math.max(most, factOf(node, name).length), name.length)
}

function factOf({ facts }: NodeScene, name: string): string {
  return facts.find((fact) => fact.name === name)?.value ?? ''
}

function factSpan(node: NodeScene, name: string, cells: number, style: Style): Span {
  const warn = node.facts.find((fact) => fact.name === name)?.warn === true
  return span(`  ${column(factOf(node, name), cells, style, 'right')}`, warn ? 'warn' : 'plain')
}
