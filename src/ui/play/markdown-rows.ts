/** Markdown prose as rows wrapped to a width: paragraphs, lists, tables, quotes, code, emphasis. Anything else reads as it was written. */
import { cutToWidth, printable, textWidth } from '../../lab/text-width.ts'
import { fitRow, type Row, rowWidth, type Span, type Style, span, type Tone } from '../style.ts'

/** A line that stands for itself, or lines that were broken only to be short. */
type Piece =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'item'; readonly indent: number; readonly sign: string; readonly text: string }
  | { readonly kind: 'quote'; readonly text: string }
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'rule' }

const FENCE = /^\s{0,3}(`{3,}|~{3,})/
const ITEM = /^(\s*)([-*+]|\d{1,3}[.)])\s+(.*)$/
const TABLE = /^\s*\|.*\|\s*$/
const RULE = /^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/

/** Rows of at most `columns` cells; an empty row between pieces, but for items of one list. */
export function markdownRows(text: string, columns: number, style: Style): readonly Row[] {
  const pieces = piecesOf(text)
  return pieces.flatMap((piece, at) => {
    const before = pieces[at - 1]
    const apart = before !== undefined && !(before.kind === 'item' && piece.kind === 'item')
    return [...(apart ? [[]] : []), ...pieceRows(piece, columns, style)]
  })
}

/** One paragraph, its spans told apart; `tone` is that of the plain words. */
export function inlineRows(text: string, columns: number, style: Style, tone: Tone = 'plain'): readonly Row[] {
  return wrapSpans(inlineSpans(printable(text), style, tone), columns)
}

function piecesOf(text: string): readonly Piece[] {
  const lines = text.split('\n')
  const pieces: Piece[] = []
  let open = false
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? ''
    const fence = FENCE.exec(line)?.[1]
    if (fence !== undefined) {
      const end = lines.findIndex((one, i) => i > at && one.trim().startsWith(fence))
      pieces.push({ kind: 'code', lines: lines.slice(at + 1, end < 0 ? lines.length : end) })
      at = end < 0 ? lines.length : end + 1
      open = false
    } else if (TABLE.test(line)) {
      const end = lines.findIndex((one, i) => i > at && !TABLE.test(one))
      pieces.push({ kind: 'table', rows: lines.slice(at, end < 0 ? lines.length : end).flatMap(cellsOf) })
      at = end < 0 ? lines.length : end
      open = false
    } else {
      open = takeLine(pieces, line, open)
      at += 1
    }
  }
  return pieces
}

/** Answers whether the next line may go on with the last piece. */
function takeLine(pieces: Piece[], line: string, open: boolean): boolean {
  const item = ITEM.exec(line)
  const last = pieces.at(-1)
  if (line.trim() === '') return false
  if (RULE.test(line)) pieces.push({ kind: 'rule' })
  else if (item !== null) pieces.push({ kind: 'item', indent: item[1]?.length ?? 0, sign: item[2] ?? '-', text: item[3] ?? '' })
  else if (/^\s{0,3}>/.test(line)) addText(pieces, 'quote', line.replace(/^\s*>\s?/, ''), open && last?.kind === 'quote')
  else if (open && last?.kind === 'item') pieces[pieces.length - 1] = { ...last, text: `${last.text} ${line.trim()}` }
  else addText(pieces, 'paragraph', line.trim(), open && last?.kind === 'paragraph')
  return pieces.at(-1)?.kind !== 'rule'
}

function addText(pieces: Piece[], kind: 'paragraph' | 'quote', text: string, goesOn: boolean): void {
  const last = pieces.at(-1)
  if (goesOn && last !== undefined && 'text' in last) pieces[pieces.length - 1] = { kind, text: `${last.text} ${text}` }
  else pieces.push({ kind, text })
}

/** None for the line between head and body. */
function cellsOf(line: string): readonly (readonly string[])[] {
  const cells = line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
  return cells.every((cell) => /^:?-+:?$/.test(cell)) ? [] : [cells]
}

function pieceRows(piece: Piece, columns: number, style: Style): readonly Row[] {
  switch (piece.kind) {
    case 'paragraph':
      return inlineRows(piece.text, columns, style)
    case 'item': {
      const sign = /\d/.test(piece.sign) ? piece.sign : style.ascii ? '-' : '•'
      const head = `${' '.repeat(Math.min(piece.indent, 8))}${sign} `
      return hang(head, inlineRows(piece.text, columns - textWidth(head), style))
    }
    case 'quote':
      return inlineRows(piece.text, columns - 2, style, 'dim').map((row) => [span(style.ascii ? '| ' : '│ ', 'dim'), ...row])
    case 'code':
      return piece.lines.map((line) => fitRow([span('  '), span(printable(line), 'accent')], columns))
    case 'table':
      return tableRows(piece.rows, columns, style)
    case 'rule':
      return [[span((style.ascii ? '-' : '─').repeat(Math.max(0, columns)), 'dim')]]
  }
}

/** `head` before the first row, blanks of its width before the others. */
export function hang(head: string, rows: readonly Row[], tone: Tone = 'plain'): readonly Row[] {
  return rows.map((row, at) => [at === 0 ? span(head, tone) : span(' '.repeat(textWidth(head))), ...row])
}

/** Columns as wide as their widest cell; those of a table that is too wide lose in proportion. */
function tableRows(rows: readonly (readonly string[])[], columns: number, style: Style): readonly Row[] {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const spans = rows.map((row) => Array.from({ length: count }, (_, i) => inlineSpans(printable(row[i] ?? ''), style, 'plain')))
  const wanted = Array.from({ length: count }, (_, i) => Math.max(1, ...spans.map((row) => rowWidth(row[i] ?? []))))
  const room = Math.max(count, columns - 2 * (count - 1))
  const sum = wanted.reduce((all, width) => all + width, 0)
  const widths = sum <= room ? wanted : wanted.map((width) => Math.max(1, Math.floor((width * room) / sum)))
  return spans.flatMap((row, at) => {
    const cells = row.map((cell, i) => wrapSpans(at === 0 ? cell.map((one) => ({ ...one, tone: 'bold' as const })) : cell, widths[i] ?? 1))
    const height = Math.max(1, ...cells.map((cell) => cell.length))
    return Array.from({ length: height }, (_, line) =>
      joined(
        cells.map((cell) => cell[line] ?? []),
        widths,
      ),
    )
  })
}

function joined(cells: readonly Row[], widths: readonly number[]): Row {
  return cells.flatMap((cell, i) => {
    const pad = i === cells.length - 1 ? 0 : (widths[i] ?? 0) - rowWidth(cell) + 2
    return pad > 0 ? [...cell, span(' '.repeat(pad))] : cell
  })
}

const INLINE =
  /(`+)(?<code>.+?)\1(?!`)|\*\*(?<strong>\S(?:.*?\S)?)\*\*|(?<![\w*])\*(?<em>[^\s*](?:[^*]*[^\s*])?)\*(?!\w)|(?<![\w_])_(?<under>[^\s_](?:[^_]*[^\s_])?)_(?!\w)|\[(?<label>[^\]]+)\]\((?<target>[^)\s]+)\)/u

/** Without colour the signs of code and emphasis stay, so that nothing is told by tone alone. */
function inlineSpans(text: string, style: Style, tone: Tone): readonly Span[] {
  const spans: Span[] = []
  let rest = text
  for (let found = INLINE.exec(rest); found !== null; found = INLINE.exec(rest)) {
    const { code, strong, em, under, label, target } = found.groups ?? {}
    if (found.index > 0) spans.push(span(rest.slice(0, found.index), tone))
    const emphasis = strong ?? em ?? under
    if (code !== undefined) spans.push(span(style.colour ? code : `\`${code}\``, 'accent'))
    else if (emphasis !== undefined) spans.push(span(style.colour ? emphasis.replaceAll('`', '') : found[0], 'bold'))
    else spans.push(span(label ?? '', tone), span(` (${target ?? ''})`, 'dim'))
    rest = rest.slice(found.index + found[0].length)
  }
  return rest === '' ? spans : [...spans, span(rest, tone)]
}

/** Broken at blanks; a word that is longer than a row is broken where the row ends. */
export function wrapSpans(spans: readonly Span[], columns: number): readonly Row[] {
  const width = Math.max(1, columns)
  const rows: Span[][] = [[]]
  let used = 0
  let blank: Tone | null = null
  for (const word of wordsOf(spans)) {
    if (word === 'blank') {
      blank = 'plain'
      continue
    }
    const size = rowWidth(word)
    if (used > 0 && blank !== null && used + 1 + size > width) {
      rows.push([])
      used = 0
    } else if (used > 0 && blank !== null) {
      add(rows, span(' ', rows.at(-1)?.at(-1)?.tone === word[0]?.tone ? (word[0]?.tone ?? 'plain') : 'plain'))
      used += 1
    }
    blank = null
    for (const one of word) used = addCut(rows, one, used, width)
  }
  return rows
}

function addCut(rows: Span[][], { text, tone }: Span, from: number, width: number): number {
  let used = from
  let rest = text
  while (rest !== '') {
    if (used >= width) {
      rows.push([])
      used = 0
    }
    // A wide sign that does not fit in a row of one cell stands there all the same.
    const head = cutToWidth(rest, width - used) || (used === 0 ? ([...rest][0] ?? rest) : '')
    if (head === '') {
      rows.push([])
      used = 0
      continue
    }
    add(rows, span(head, tone))
    used += textWidth(head)
    rest = rest.slice(head.length)
  }
  return used
}

/** Neighbours of one tone are one span. */
function add(rows: Span[][], one: Span): void {
  const row = rows.at(-1)
  const last = row?.at(-1)
  if (row === undefined) return
  if (last?.tone === one.tone) row[row.length - 1] = span(last.text + one.text, one.tone)
  else row.push(one)
}

/** A word may be of several spans: `**b**old`. */
function wordsOf(spans: readonly Span[]): readonly (readonly Span[] | 'blank')[] {
  const words: (Span[] | 'blank')[] = []
  for (const { text, tone } of spans) {
    for (const [part] of text.matchAll(/\s+|\S+/g)) {
      const last = words.at(-1)
      if (/^\s/.test(part)) words.push('blank')
      else if (last === undefined || last === 'blank') words.push([span(part, tone)])
      else last.push(span(part, tone))
    }
  }
  return words
}
