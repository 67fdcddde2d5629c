import type { ArgValue, LinkExpr, SetExpr } from './ast.ts'
import { belongsElsewhere, type LanguageContext, type ModeWords } from './context.ts'
import { reject, rejectLater } from './errors.ts'
import { nearest } from './nearest.ts'
import { type OptionToken, readOption } from './options.ts'
import { parseSet, type SetRules, variableName } from './sets.ts'
import { either } from './settings.ts'
import type { CommandSpec } from './spec.ts'
import { type Line, quote, type Token } from './tokens.ts'
import { parseCount, parseDecimal, parseDuration, parseSkew } from './units.ts'

export const LONGEST_KEY_BYTES = 256
export const LONGEST_VALUE_BYTES = 64 * 1024

const bytes = new TextEncoder()

/** Walks over the words of one command, with its options taken out and read; every method rejects what does not fit. */
export class Cursor {
  readonly line: Line
  readonly context: LanguageContext
  readonly spec: CommandSpec
  /** Free settings of `set` and `reset`: options the spec does not name. */
  readonly settings: readonly OptionToken[]
  readonly #words: readonly Token[]
  readonly #options = new Map<string, ArgValue>()
  #at = 0

  /** `tokens`: those after the command's name. `free`: options the spec does not name are left to the command. */
  constructor(line: Line, tokens: readonly Token[], spec: CommandSpec, context: LanguageContext, free: boolean) {
    this.line = line
    this.context = context
    this.spec = spec
    this.#words = tokens.filter(({ kind }) => kind !== 'option')
    const given = tokens.filter((token) => token.kind === 'option')
    const isOwn = (token: OptionToken): boolean => spec.options.some(({ name }) => name === token.name)
    this.settings = free ? given.filter((token) => !isOwn(token)) : []
    for (const token of given) if (!free || isOwn(token)) this.#readOption(token)
  }

  #readOption(token: OptionToken): void {
    const { spec } = this
    const option = spec.options.find(({ name }) => name === token.name)
    if (option === undefined) this.#unknownOption(token)
    if (this.#options.has(token.name)) reject(`${token.name}= is given twice`, token.start + 1)
    this.#options.set(token.name, readOption(option, token, this.line.source, this.#rules(false, false)))
  }

  #unknownOption(token: OptionToken): never {
    const { spec } = this
    const elsewhere = this.#dataOptionElsewhere(token.name, `${token.name}=`)
    if (elsewhere !== undefined) rejectLater(elsewhere, token.start + 1)
    const names = spec.options.map(({ name }) => name)
    const near = nearest(token.name, names)
    const typed = this.line.source.slice(token.start, token.end)
    const text = spec.args.some(({ kind }) => kind === 'value') && typed.length < 60 ? `; as a text it needs quotes: ${quote(typed)}` : ''
    reject(`${spec.name} has no option ${token.name}=${text}`, token.start + 1, near === undefined ? undefined : `${near}=`)
  }

  /** An option's value, or undefined if it was not given. The type is that of the kind in the spec. */
  duration(name: string): number | undefined {
    return this.number(name)
  }

  number(name: string): number | undefined {
    const value = this.#options.get(name)
    return typeof value === 'number' ? value : undefined
  }

  text(name: string): string | undefined {
    const value = this.#options.get(name)
    return typeof value === 'string' ? value : undefined
  }

  list(name: string): readonly string[] | undefined {
    const value = this.#options.get(name)
    return Array.isArray(value) ? value : undefined
  }

  weights(name: string): Readonly<Record<string, number>> | undefined {
    const value = this.#options.get(name)
    return typeof value === 'object' && !Array.isArray(value) && !('items' in value)
      ? (value as Readonly<Record<string, number>>)
      : undefined
  }

  nodeOption(name: string): SetExpr | undefined {
    const value = this.#options.get(name)
    return typeof value === 'object' && 'items' in value ? (value as SetExpr) : undefined
  }

  options(): Readonly<Record<string, ArgValue>> {
    return Object.fromEntries(this.#options)
  }

  get atEnd(): boolean {
    return this.#at >= this.#words.length
  }

  /** Where the next word is, or where it would be. */
  get column(): number {
    const token = this.#words[this.#at]
    return token === undefined ? this.line.end + 1 : token.start + 1
  }

  /** The next token that is no option, taken; rejects at the end of the line. */
  next(what: string): Token {
    const token = this.#words[this.#at]
    if (token === undefined) reject(`${what} is missing: ${this.spec.usage.join(', or ')}`, this.column)
    this.#at += 1
    return token
  }

  /** Takes the bare word if it is next. */
  takeWord(text: string): boolean {
    const token = this.#words[this.#at]
    if (token?.kind !== 'word' || token.text !== text) return false
    this.#at += 1
    return true
  }

  /** Takes one of these bare words, or rejects. */
  oneOf<W extends string>(choices: readonly W[]): W {
    const column = this.column
    const token = this.next(either(choices))
    const found = token.kind === 'word' ? choices.find((one) => one === token.text) : undefined
    if (found === undefined) {
      reject(`${this.spec.name} takes ${either(choices)} here, not ${shown(token)}`, column, nearest(textOf(token), choices))
    }
    return found
  }

  key(): string {
    const token = this.#plain('a key')
    const column = token.start + 1
    const size = bytes.encode(token.text).length
    if (size === 0) reject('a key may not be empty', column)
    if (size > LONGEST_KEY_BYTES) reject(`the key has ${size} bytes; ${LONGEST_KEY_BYTES} are the most`, column)
    if (/[\u0000-\u001f\u007f]/.test(token.text)) reject('a key may not hold control characters', column)
    return token.text
  }

  /** Null is absence, where the command knows it. */
  valueOrNone(what: string): string | null {
    const token = this.#plain(what)
    if (token.kind === 'word' && token.text === 'none') return null
    const size = bytes.encode(token.text).length
    if (size > LONGEST_VALUE_BYTES) reject(`the value has ${size} bytes; 64 kB (${LONGEST_VALUE_BYTES}) are the most`, token.start + 1)
    return token.text
  }

  value(): string {
    const column = this.column
    const value = this.valueOrNone('a value')
    if (value === null) reject('none is absence; to store the word put it in quotes, "none"', column, 'del K')
    return value
  }

  decimal(): string {
    const token = this.#plain('a number')
    const decimal = parseDecimal(token.text)
    if (decimal === null) reject(`"${brief(token.text)}" is no decimal number of at most six places`, token.start + 1)
    return decimal
  }

  durationWord(): number {
    const column = this.column
    const token = this.next('a duration')
    const ms = token.kind === 'word' ? parseDuration(token.text) : null
    if (ms === null) reject(`${shown(token)} is no duration; write 250ms, 3s or 2m`, column)
    return ms
  }

  skew(): number {
    const column = this.column
    const token = this.next('a jump of the clock')
    const ms = token.kind === 'word' ? parseSkew(token.text) : null
    if (ms === null) reject(`${shown(token)} is no jump of a clock; write +60s or -250ms`, column)
    return ms
  }

  count(): number {
    const token = this.#plain('a number')
    const count = parseCount(token.text)
    if (count === null) reject(`"${brief(token.text)}" is no whole number`, token.start + 1)
    return count
  }

  client(): string {
    const token = this.#plain('a client')
    if (token.kind === 'quoted' || !/^[cl]\d{1,3}$/.test(token.text))
      reject(`${shown(token)} is no client; clients are c0, c1 …`, token.start + 1)
    return token.text
  }

  file(): string {
    return this.#plain('a file').text
  }

  word(what: string): string {
    return this.#plain(what).text
  }

  /** A node set up to the next operator, one of the `stops`, or the end. */
  nodes(stops: readonly string[] = []): SetExpr {
    return this.#set({ ...this.#rules(false, false), after: stops }, stops)
  }

  /** A node set that is one word: `n1`, `leader`, `n1,n2`. */
  nodesWord(): SetExpr {
    const { column } = this
    return parseSet(this.line.source, [this.next('a node')], column, this.#rules(false, false))
  }

  /** The name behind the $ if a variable is next, taken. */
  variable(): string | null {
    const token = this.#words[this.#at]
    if (token?.kind !== 'word' || !/^\$[A-Za-z]/.test(token.text)) return null
    this.#at += 1
    return variableName(token.text, token.start + 1, this.context)
  }

  /** Endpoints, clients too, with `rest`: one side of a link or one group. */
  group(): SetExpr {
    const after = this.spec.args.flatMap(({ choices }) => choices ?? [])
    return this.#set({ ...this.#rules(true, true), after }, [])
  }

  /** `A | B` both ways or `A -> B` one way. */
  link(): LinkExpr {
    const from = this.group()
    const token = this.next('| or ->')
    if (token.kind !== 'operator') reject(`${this.spec.name} takes ${this.spec.usage.join(', or ')}`, token.start + 1)
    const to = this.group()
    return { from, to, oneWay: token.text === '->' }
  }

  /** Nothing may be left. */
  finish(): void {
    const token = this.#words[this.#at]
    if (token === undefined) return
    const column = token.start + 1
    const { spec } = this
    const text = textOf(token)
    const elsewhere = token.kind === 'word' ? this.#dataOptionElsewhere(text, text) : undefined
    if (elsewhere !== undefined) rejectLater(elsewhere, column)
    if (token.kind === 'operator') reject(`unexpected ${text}; a text that holds it needs quotes`, column)
    const before = this.#words[this.#at - 1]
    const hint = spec.args.at(-1)?.kind === 'value' && before !== undefined ? quote(`${textOf(before)} ${text}`) : undefined
    const advice = hint === undefined || hint.length > 60 ? '' : `; a value with blanks needs quotes: ${hint}`
    reject(`"${brief(text)}" is one word too many: ${spec.usage.join(', or ')}${advice}`, column)
  }

  /** `r= belongs to dynamo`, on a data command of a mode that has no such option for any of them. */
  #dataOptionElsewhere(name: string, written: string): string | undefined {
    const has = ({ dataOptions = [] }: ModeWords): boolean => dataOptions.some((one) => one.name === name)
    if (this.spec.group !== 'data' || has(this.context.mode)) return undefined
    return belongsElsewhere(this.context, written, has)
  }

  #set(rules: SetRules, stops: readonly string[]): SetExpr {
    const column = this.column
    const taken: Token[] = []
    for (;;) {
      const token = this.#words[this.#at]
      if (token === undefined || token.kind === 'operator' || (token.kind === 'word' && stops.includes(token.text))) break
      taken.push(token)
      this.#at += 1
    }
    return parseSet(this.line.source, taken, column, rules)
  }

  #plain(what: string): Token & { kind: 'word' | 'quoted' } {
    const token = this.next(what)
    if (token.kind === 'operator') reject(`unexpected ${token.text}; a text that holds it needs quotes`, token.start + 1)
    if (token.kind === 'option') reject(`unexpected option ${token.name}=`, token.start + 1)
    if (token.kind === 'word' && /^\$[A-Za-z]/.test(token.text)) {
      reject(`${brief(token.text)} is a variable, not ${what}; as a text: ${quote(brief(token.text))}`, token.start + 1)
    }
    return token
  }

  #rules(clients: boolean, rest: boolean): SetRules {
    return { context: this.context, clients, rest }
  }
}

function textOf(token: Token): string {
  return token.kind === 'option' ? `${token.name}=${token.value}` : token.text
}

function shown(token: Token): string {
  return `"${brief(textOf(token))}"`
}

/** Messages stay one line, whatever was typed. */
export function brief(text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f]/g, ' ')
  return plain.length > 40 ? `${plain.slice(0, 39)}…` : plain
}
