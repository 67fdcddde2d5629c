import { reject } from './errors.ts'

/**
 * The words of a line. `start` and `end` are offsets into it; a column is an offset plus one.
 * A quoted word is never an option, an operator, a set or a comment.
 */
export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'quoted'; readonly text: string; readonly start: number; readonly end: number }
  | {
      readonly kind: 'option'
      readonly name: string
      readonly value: string
      readonly valueStart: number
      readonly start: number
      readonly end: number
    }
  | { readonly kind: 'operator'; readonly text: '|' | '->'; readonly start: number; readonly end: number }

export interface Line {
  readonly source: string
  readonly tokens: readonly Token[]
  /** The line ended in `&`. */
  readonly background: boolean
  /** Offset where the command ends: before `&`, a comment and trailing blanks. */
  readonly end: number
}

/** A value of 64 kB with every character escaped still fits. */
const LONGEST_LINE = 450_000

const OPTION = /^([A-Za-z][A-Za-z0-9-]*)=/
const CALL = /(?:^|,)[A-Za-z][A-Za-z-]{0,40}$/
/** Longer than any key with its node set; bounds the look ahead. */
const LONGEST_CALL = 1_000
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t' }

/** Rejects an unclosed quote, a quote inside a word, a control character, and a line over LONGEST_LINE characters. */
export function tokenize(source: string): Line {
  if (source.length > LONGEST_LINE) reject(`the line has ${source.length} characters; ${LONGEST_LINE} are the most`, 1)
  const control = source.search(/[\u0000-\u0008\u000a-\u001f\u007f]/)
  if (control >= 0) reject('a control character; write it as \\n, \\t or \\u001b inside quotes', control + 1)
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const char = source.charAt(at)
    if (isBlank(char)) {
      at += 1
      continue
    }
    if (char === '#') break
    const token = nextToken(source, at)
    tokens.push(token)
    at = token.end
  }
  const last = tokens.at(-1)
  const background = last?.kind === 'word' && last.text === '&'
  if (background) tokens.pop()
  return { source, tokens, background, end: tokens.at(-1)?.end ?? 0 }
}

function nextToken(source: string, start: number): Token {
  const operator = operatorAt(source, start)
  if (operator !== null) return { kind: 'operator', text: operator, start, end: start + operator.length }
  if (source.charAt(start) === '"') {
    const quoted = readQuoted(source, start)
    endsCleanly(source, quoted.end)
    return { kind: 'quoted', text: quoted.text, start, end: quoted.end }
  }
  return readWord(source, start)
}

function readWord(source: string, start: number): Token {
  let at = start
  while (at < source.length && !isBlank(source.charAt(at)) && operatorAt(source, at) === null) {
    const char = source.charAt(at)
    const before = source.slice(start, at)
    if (char === '"') {
      if (!before.endsWith('=')) reject('a quote inside a word; put the whole word in quotes', at + 1)
      const quoted = readQuoted(source, at)
      endsCleanly(source, quoted.end)
      const name = OPTION.exec(before)?.[1]
      if (name === undefined || before.length !== name.length + 1) {
        return { kind: 'word', text: source.slice(start, quoted.end), start, end: quoted.end }
      }
      return { kind: 'option', name, value: quoted.text, valueStart: at, start, end: quoted.end }
    }
    at = char === '(' && isCallName(before) ? afterCall(source, at) : at + 1
  }
  const text = source.slice(start, at)
  const name = OPTION.exec(text)?.[1]
  if (name === undefined) return { kind: 'word', text, start, end: at }
  return { kind: 'option', name, value: text.slice(name.length + 1), valueStart: start + name.length + 1, start, end: at }
}

/** Only the end of a long word is looked at: `f(((…` must not cost the square of its length. */
function isCallName(before: string): boolean {
  return CALL.test(before.length > 50 ? `.${before.slice(-50)}` : before)
}

/** `home(my key, 1)` is one word although it holds blanks; a bracket that never closes is an ordinary letter. */
function afterCall(source: string, open: number): number {
  let depth = 0
  let at = open
  while (at < Math.min(source.length, open + LONGEST_CALL)) {
    const char = source.charAt(at)
    if (char === '"') {
      const close = closingQuote(source, at)
      if (close < 0) return open + 1
      at = close
    }
    if (char === '(') depth += 1
    if (char === ')') depth -= 1
    at += 1
    if (depth === 0) return at
  }
  return open + 1
}

function closingQuote(source: string, open: number): number {
  for (let at = open + 1; at < source.length; at++) {
    if (source.charAt(at) === '\\') at += 1
    else if (source.charAt(at) === '"') return at
  }
  return -1
}

/** Reads `"…"` from its opening quote. Unknown escapes stay as they are. */
export function readQuoted(source: string, open: number): { text: string; end: number } {
  const close = closingQuote(source, open)
  if (close < 0) reject('this quote is never closed', open + 1)
  const text = source.slice(open + 1, close).replace(/\\(u([0-9a-fA-F]{4})|.)/gs, (all, letter: string, hex: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    return ESCAPES[letter] ?? all
  })
  return { text, end: close + 1 }
}

function endsCleanly(source: string, end: number): void {
  if (end < source.length && !isBlank(source.charAt(end)) && operatorAt(source, end) === null) {
    reject('leave a blank after the closing quote', end + 1)
  }
}

function operatorAt(source: string, at: number): '|' | '->' | null {
  if (source.charAt(at) === '|') return '|'
  return source.startsWith('->', at) ? '->' : null
}

export function isBlank(char: string): boolean {
  return char === ' ' || char === '\t'
}

/** The text in quotes, so that it reads back as the same text on one line. */
export function quote(text: string): string {
  const escaped = text.replace(/["\\\u0000-\u001f\u007f]/g, (char) => {
    if (char === '"' || char === '\\') return `\\${char}`
    if (char === '\n') return '\\n'
    return char === '\t' ? '\\t' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return `"${escaped}"`
}

/** The text as a person would type it as a key or a value: in quotes only where it must be. */
export function quoteIfNeeded(text: string): string {
  const bare = /^[^\s"|#=&$()\\\u0000-\u001f\u007f]+$/.test(text) && !text.includes('->') && text !== 'none'
  return bare ? text : quote(text)
}
