import { reject } from './errors.ts'
import { isBlank, readQuoted } from './tokens.ts'

export interface ExprToken {
  readonly kind: 'word' | 'quoted' | 'punct' | 'end'
  readonly text: string
  readonly column: number
  /** Offset after the token, in the source line. */
  readonly end: number
}

const PUNCT = /^(?:!=|<=|>=|[()=<>,|])/

/** Reads facts and sets, where brackets, commas and comparisons stand without blanks: `commit(leader)>=$c`. */
export class Expression {
  readonly #source: string
  readonly #end: number
  #at: number

  /** Reads the part of the line between the two offsets; columns are those of the whole line. */
  constructor(source: string, start: number, end: number) {
    this.#source = source
    this.#at = start
    this.#end = end
  }

  get column(): number {
    this.#skip()
    return this.#at + 1
  }

  peek(): ExprToken {
    const before = this.#at
    const token = this.next()
    this.#at = before
    return token
  }

  next(): ExprToken {
    this.#skip()
    const start = this.#at
    const column = start + 1
    if (start >= this.#end) return { kind: 'end', text: '', column, end: start }
    if (this.#source.charAt(start) === '"') {
      const quoted = readQuoted(this.#source, start)
      this.#at = quoted.end
      return { kind: 'quoted', text: quoted.text, column, end: quoted.end }
    }
    const punct = PUNCT.exec(this.#source.slice(start, start + 2))?.[0]
    this.#at = punct === undefined ? this.#wordEnd(start) : start + punct.length
    return { kind: punct === undefined ? 'word' : 'punct', text: this.#source.slice(start, this.#at), column, end: this.#at }
  }

  /** Takes the word or sign if it is next. */
  take(text: string): boolean {
    const token = this.peek()
    if (token.kind === 'quoted' || token.text !== text || token.kind === 'end') return false
    this.next()
    return true
  }

  /** A closing bracket or the like must come now. */
  need(text: string, why: string): void {
    const token = this.peek()
    if (!this.take(text)) reject(`${why}: "${text}" is missing${token.kind === 'end' ? '' : ` before "${token.text}"`}`, token.column)
  }

  /** Nothing may be left. */
  finish(what: string): void {
    const token = this.peek()
    if (token.kind !== 'end') reject(`unexpected "${token.text}" after ${what}`, token.column)
  }

  #skip(): void {
    while (this.#at < this.#end && isBlank(this.#source.charAt(this.#at))) this.#at += 1
  }

  #wordEnd(start: number): number {
    let at = start
    while (at < this.#end) {
      const char = this.#source.charAt(at)
      if (isBlank(char) || char === '"' || PUNCT.test(this.#source.slice(at, at + 2))) break
      at += 1
    }
    return at
  }
}
