/** The little of Markdown that lessons are written in, as HTML: headings, paragraphs, lists, tables, quotes, code, emphasis, links. Everything else is text. */
import { type Html, html, NOTHING } from './html.ts'

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/
/** Begins a block that means something; wherever it stands at the margin, the lab language takes it for one. */
const MEANT = /^ {0,3}(?:`{3,}|~{3,})\s*(?:lab|predict)(?:\s[^`]*)?$/
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/
const ITEM = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/
const QUOTE = /^ {0,3}>\s?(.*)$/
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/
/** Lists and quotes inside each other: deeper ones are text. */
const DEEPEST = 6

const CODE = (): null => null

export interface FenceText {
  readonly info: string
  /** In the file, from 1. */
  readonly line: number
  readonly body: readonly string[]
}

/**
 * `fence` draws the blocks that mean something; null for those that are only code. They are those that `lab/language/markdown.ts` finds, which
 * knows no lists and quotes: what stands inside these is code, and a block at the margin ends a list (`test/report/page/same-grammar.test.ts`).
 */
export function prose(text: string, fence: (fence: FenceText) => Html | null): Html {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const start = lines[0]?.trimEnd() === '---' ? lines.findIndex((line, i) => i > 0 && line.trimEnd() === '---') + 1 : 0
  return blocks(lines.slice(start), start, fence, 0)
}

function blocks(lines: readonly string[], offset: number, fence: (fence: FenceText) => Html | null, depth: number): Html {
  const parts: Html[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    if (line.trim() === '') {
      at += 1
      continue
    }
    const [part, next] = oneBlock(lines, at, offset, fence, depth)
    parts.push(part)
    at = next
  }
  return html`${parts}`
}

/** The block that begins at this line, and where the next one may begin; always further on. */
function oneBlock(
  lines: readonly string[],
  at: number,
  offset: number,
  fence: (fence: FenceText) => Html | null,
  depth: number,
): readonly [Html, number] {
  const line = lines[at] ?? ''
  const open = FENCE.exec(line)
  if (open !== null) return fenced(lines, at, offset, open[1] ?? '', (open[2] ?? '').trim(), fence)
  const heading = HEADING.exec(line)
  if (heading !== null) return [headingOf(heading[1]?.length ?? 1, heading[2] ?? ''), at + 1]
  if (RULE.test(line)) return [html`<hr/>`, at + 1]
  if (QUOTE.test(line) && depth < DEEPEST) {
    const end = endOf(lines, at, (one) => QUOTE.test(one))
    const inner = lines.slice(at, end).map((one) => QUOTE.exec(one)?.[1] ?? '')
    return [html`<blockquote>${blocks(inner, 0, CODE, depth + 1)}</blockquote>`, end]
  }
  if (ITEM.test(line) && depth < DEEPEST) return list(lines, at, depth)
  if (line.includes('|') && TABLE_LINE.test(lines[at + 1] ?? '') && (lines[at + 1] ?? '').includes('|')) return table(lines, at)
  const end = Math.max(
    at + 1,
    endOf(lines, at, (one, i) => i === at || !beginsBlock(one)),
  )
  return [
    html`<p>${inline(lines.slice(at, end).join('\n'))}</p>
`,
    end,
  ]
}

function beginsBlock(line: string): boolean {
  return line.trim() === '' || FENCE.test(line) || HEADING.test(line) || QUOTE.test(line) || ITEM.test(line)
}

function endOf(lines: readonly string[], at: number, goesOn: (line: string, i: number) => boolean): number {
  let end = at
  while (end < lines.length && goesOn(lines[end] ?? '', end)) end += 1
  return end
}

function headingOf(level: number, text: string): Html {
  // The page's own title is the first level, its sections the second.
  const content = inline(text)
  switch (level) {
    case 1:
      return html`<h3 class="lesson-title">${content}</h3>
`
    case 2:
      return html`<h4>${content}</h4>
`
    case 3:
      return html`<h5>${content}</h5>
`
    default:
      return html`<h6>${content}</h6>
`
  }
}

function fenced(
  lines: readonly string[],
  at: number,
  offset: number,
  mark: string,
  info: string,
  fence: (fence: FenceText) => Html | null,
): readonly [Html, number] {
  const close = new RegExp(`^ {0,3}${mark.charAt(0)}{${mark.length},}\\s*$`)
  const end = endOf(lines, at + 1, (one) => !close.test(one))
  const body = lines.slice(at + 1, end)
  const drawn = fence({ info, line: offset + at + 1, body })
  return [drawn ?? html`<pre><code>${body.join('\n')}</code></pre>`, end + 1]
}

function list(lines: readonly string[], at: number, depth: number): readonly [Html, number] {
  const first = ITEM.exec(lines[at] ?? '')
  const indent = first?.[1]?.length ?? 0
  const ordered = first?.[2] !== undefined
  const items: Html[] = []
  let next = at
  while (next < lines.length) {
    const item = ITEM.exec(lines[next] ?? '')
    if (item === null || (item[1]?.length ?? 0) !== indent || (item[2] !== undefined) !== ordered) break
    const end = endOf(lines, next + 1, (one) => belongsToItem(one, indent))
    const inner = [item[3] ?? '', ...lines.slice(next + 1, end).map((one) => one.slice(Math.min(indent + 2, one.search(/\S|$/))))]
    items.push(html`<li>${itemOf(inner, depth)}</li>
`)
    next = end
    // One empty line between items does not end a list.
    if ((lines[next] ?? '').trim() === '' && ITEM.test(lines[next + 1] ?? '')) next += 1
  }
  return [ordered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`, Math.max(next, at + 1)]
}

function belongsToItem(line: string, indent: number): boolean {
  if (line.trim() === '' || MEANT.test(line)) return false
  return line.search(/\S/) > indent || !beginsBlock(line)
}

/** An item of one paragraph is its words alone. */
function itemOf(lines: readonly string[], depth: number): Html {
  return lines.some((line, i) => i > 0 && beginsBlock(line)) ? blocks(lines, 0, CODE, depth + 1) : inline(lines.join('\n'))
}

function table(lines: readonly string[], at: number): readonly [Html, number] {
  const end = endOf(lines, at, (one) => one.includes('|'))
  const cells = (line: string): readonly string[] =>
    line
      .trim()
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim())
  const head = cells(lines[at] ?? '')
  const body = lines.slice(at + 2, end).map(cells)
  return [
    html`<table><thead><tr>${head.map((cell) => html`<th scope="col">${inline(cell)}</th>`)}</tr></thead>
<tbody>${body.map(
      (row) => html`<tr>${head.map((_, i) => html`<td>${inline(row[i] ?? '')}</td>`)}</tr>
`,
    )}</tbody></table>`,
    end,
  ]
}

const INLINE =
  /(?<ticks>`+)(?<code>[^`].*?|)\k<ticks>(?!`)|\*\*(?<strong>\S(?:[^*]*\S)?)\*\*|(?<![\w*])\*(?<em>\S(?:[^*]*\S)?)\*(?!\w)|(?<!\w)_(?<em2>\S(?:[^_]*\S)?)_(?!\w)|\[(?<label>[^\]]+)\]\((?<target>[^)\s]+)\)/gs

/** Emphasis, code and links. A link that is no web address or place on the page is its words alone. */
export function inline(text: string): Html {
  const parts: Html[] = []
  let at = 0
  for (const found of text.matchAll(INLINE)) {
    parts.push(html`${text.slice(at, found.index)}`, marked(found.groups ?? {}))
    at = found.index + found[0].length
  }
  return html`${parts}${text.slice(at)}`
}

function marked({ code, strong, em, em2, label, target }: Readonly<Record<string, string | undefined>>): Html {
  if (code !== undefined) return html`<code>${code}</code>`
  if (strong !== undefined) return html`<strong>${inline(strong)}</strong>`
  const emphasis = em ?? em2
  if (emphasis !== undefined) return html`<em>${inline(emphasis)}</em>`
  if (label === undefined || target === undefined) return NOTHING
  return /^https?:\/\//.test(target) ? html`<a href="${target}" rel="noreferrer">${inline(label)}</a>` : html`${inline(label)}`
}
