import { type Fence, readMarkdown, readSteps, splitLines } from './markdown.ts'

export type Match = { readonly ok: true } | { readonly ok: false; readonly expected: string; readonly actual: string }

/**
 * Does the answer read as expected, line by line? In a line `*` matches anything and `\*` a star, ` OR ` parts alternatives; a
 * line that is only `*` matches one line or more. Without expected lines everything matches: whether the answer had to be ok
 * is the caller's to say.
 */
export function matchAnswer(expected: readonly string[], actual: readonly string[]): Match {
  if (expected.length === 0 || matchFrom(expected, 0, actual, 0)) return { ok: true }
  const at = expected.findIndex((pattern, i) => pattern === '*' || !lineMatches(pattern, actual[i] ?? ''))
  const line = at < 0 || expected[at] === '*' ? Math.min(expected.length, actual.length) : at
  return { ok: false, expected: expected[line] ?? '(no more lines)', actual: actual[line] ?? '(no more lines)' }
}

function matchFrom(expected: readonly string[], e: number, actual: readonly string[], a: number): boolean {
  const pattern = expected[e]
  if (pattern === undefined) return a === actual.length
  if (a >= actual.length) return false
  if (pattern.trim() !== '*') return lineMatches(pattern, actual[a] ?? '') && matchFrom(expected, e + 1, actual, a + 1)
  if (e === expected.length - 1) return true
  for (let next = a + 1; next <= actual.length; next++) if (matchFrom(expected, e + 1, actual, next)) return true
  return false
}

function lineMatches(pattern: string, actual: string): boolean {
  return pattern.split(' OR ').some((one) => globMatches(one.trim(), actual.trim()))
}

/** Greedy with one point of return, so that no pattern takes more than pattern times text steps. */
function globMatches(pattern: string, text: string): boolean {
  const parts = [...pattern.matchAll(/\\\*|[\s\S]/g)].map(([part]) => (part === '*' ? null : part === '\\*' ? '*' : part))
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    if (parts[p] === null) {
      star = p
      resume = t
      p += 1
    } else if (p < parts.length && parts[p] === text.charAt(t)) {
      p += 1
      t += 1
    } else if (star >= 0) {
      p = star + 1
      resume += 1
      t = resume
    } else return false
  }
  while (parts[p] === null) p += 1
  return p === parts.length
}

/** An answer line as a pattern that matches it; `*` for one that would not read back as an answer inside a lab block. */
export function asPattern(line: string): string {
  if (line.trim() === '' || /^\s*(?:>|`{3}|~{3})/.test(line)) return '*'
  return line.replaceAll('*', '\\*').replaceAll(' OR ', '*OR*')
}

export interface GivenAnswer {
  /** The line of the command in the file. */
  readonly line: number
  readonly answer: readonly string[]
}

/**
 * The lab's text with the answer lines of these commands rewritten, and nothing else touched. Lines that already match stay, and
 * so does a command without lines whose answer was ok or a value.
 */
export function updateAnswers(text: string, answers: readonly GivenAnswer[]): string {
  const lines = splitLines(text)
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const fences = readMarkdown(text).filter((piece): piece is Fence => piece.kind === 'fence' && /^lab(\s|$)/.test(piece.info))
  const steps = fences.flatMap((fence) => readSteps(fence).steps)
  for (const step of steps.sort((a, b) => b.line - a.line)) {
    const given = answers.find(({ line }) => line === step.line)
    if (given === undefined) continue
    const wanted = step.expected.map((one) => one.text)
    if (wanted.length === 0 ? !isRefusal(given.answer) : matchAnswer(wanted, given.answer).ok) continue
    for (const { line } of [...step.expected].reverse()) lines.splice(line - 1, 1)
    lines.splice(step.line, 0, ...given.answer.map(asPattern))
  }
  return lines.join(newline)
}

function isRefusal(answer: readonly string[]): boolean {
  return /^(?:fail|unknown|refused)\b/.test(answer[0] ?? '')
}
