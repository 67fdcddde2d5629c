/** The little of Markdown that a lab needs: front matter, headings, fences, and prose in between, with line numbers from 1. */

export interface Fence {
  readonly kind: 'fence'
  readonly info: string
  readonly line: number
  readonly body: readonly string[]
  /** The line of `body[0]`. */
  readonly bodyLine: number
  readonly closed: boolean
}

export type Piece =
  | { readonly kind: 'front'; readonly text: string; readonly line: number; readonly closed: boolean }
  | { readonly kind: 'heading'; readonly level: number; readonly text: string; readonly line: number }
  | { readonly kind: 'prose'; readonly text: string; readonly line: number }
  | Fence

export function splitLines(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/)
}

export function readMarkdown(text: string): Piece[] {
  const lines = splitLines(text)
  const pieces: Piece[] = []
  let at = 0
  if (lines[0]?.trimEnd() === '---') {
    const front = readFront(lines)
    pieces.push(front.piece)
    at = front.next
  }
  let prose: string[] = []
  const endProse = (): void => {
    if (prose.some((line) => line.trim() !== '')) pieces.push({ kind: 'prose', text: prose.join('\n').trim(), line: at - prose.length + 1 })
    prose = []
  }
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const open = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/.exec(line)
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line)
    if (open !== null) {
      endProse()
      const fence = readFence(lines, at, open[1] ?? '', (open[2] ?? '').trim())
      pieces.push(fence)
      at += fence.body.length + (fence.closed ? 2 : 1)
    } else if (heading !== null) {
      endProse()
      pieces.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '', line: at + 1 })
      at += 1
    } else {
      prose.push(line)
      at += 1
    }
  }
  endProse()
  return pieces
}

function readFront(lines: readonly string[]): { piece: Piece; next: number } {
  const end = lines.findIndex((line, i) => i > 0 && line.trimEnd() === '---')
  const last = end < 0 ? lines.length : end
  return {
    piece: { kind: 'front', text: lines.slice(1, last).join('\n'), line: 2, closed: end >= 0 },
    next: end < 0 ? lines.length : end + 1,
  }
}

/** A fence ends at a line of the same sign, at least as long, so that a lab can show a lab. */
function readFence(lines: readonly string[], start: number, mark: string, info: string): Fence {
  const close = new RegExp(`^ {0,3}${mark.charAt(0)}{${mark.length},}\\s*$`)
  let end = start + 1
  while (end < lines.length && !close.test(lines[end] ?? '')) end += 1
  return { kind: 'fence', info, line: start + 1, body: lines.slice(start + 1, end), bodyLine: start + 2, closed: end < lines.length }
}

/** A command line of a lab block with the answer lines below it, before any grammar. */
export interface RawStep {
  readonly line: number
  /** Without the `> `. */
  readonly source: string
  readonly expected: readonly { readonly line: number; readonly text: string }[]
}

export interface RawSteps {
  readonly steps: readonly RawStep[]
  /** Lines that are neither a command nor below one. */
  readonly stray: readonly { readonly line: number; readonly text: string }[]
}

export function readSteps(fence: Fence): RawSteps {
  const steps: { line: number; source: string; expected: { line: number; text: string }[] }[] = []
  const stray: { line: number; text: string }[] = []
  for (const [i, raw] of fence.body.entries()) {
    const line = fence.bodyLine + i
    const text = raw.trimEnd()
    if (text === '') continue
    const step = steps.at(-1)
    if (/^>(?:[ \t]|$)/.test(text)) steps.push({ line, source: text.slice(2), expected: [] })
    else if (step === undefined || text.startsWith('>')) stray.push({ line, text })
    else step.expected.push({ line, text })
  }
  return { steps, stray }
}
