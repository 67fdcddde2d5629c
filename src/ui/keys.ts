/**
 * Raw terminal bytes to keys. A burst (paste, type-ahead) arrives as one chunk and an escape sequence may be split over two, so everything
 * goes through one tokeniser whose answer does not depend on where chunks end.
 */

export type Key =
  | { readonly type: 'text'; readonly text: string }
  /** A bracketed paste, whole, line ends as they came. */
  | { readonly type: 'paste'; readonly text: string }
  /** `enter tab shift-tab backspace delete left right up down home end escape ctrl-x alt-x …`; `unknown` for a sequence nobody needs. */
  | { readonly type: 'key'; readonly name: string }

/** A paste longer than this is cut: the editor could not hold it anyway. Characters. */
const MAX_PASTE = 1_000_000
/** No real sequence is longer; garbage must not swallow what is typed after it. */
const MAX_SEQUENCE = 32
const PASTE_END = '\x1b[201~'

const finals: Readonly<Record<string, string>> = { A: 'up', B: 'down', C: 'right', D: 'left', H: 'home', F: 'end', M: 'enter' }
const tildes: Readonly<Record<string, string>> = { 1: 'home', 3: 'delete', 4: 'end', 5: 'pageup', 6: 'pagedown', 7: 'home', 8: 'end' }
const modifiers: Readonly<Record<string, string>> = { 3: 'alt-', 5: 'ctrl-' }
const controls: Readonly<Record<string, string>> = { '\r': 'enter', '\n': 'enter', '\t': 'tab', '\b': 'backspace', '\x7f': 'backspace' }

const key = (name: string): Key => ({ type: 'key', name })

export class KeyReader {
  #decoder = new TextDecoder()
  #rest = ''
  #paste: string | null = null
  #afterReturn = false

  /** A lone escape may be the key or the head of a sequence; after a short silence the caller says `settle`. */
  get waiting(): boolean {
    return this.#paste === null && this.#rest.length > 0
  }

  feed(bytes: Uint8Array): readonly Key[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true })
    return this.#drain(false)
  }

  /** Nothing more is coming: what waits stands for itself. */
  settle(): readonly Key[] {
    return this.#drain(true)
  }

  #drain(settled: boolean): readonly Key[] {
    const keys: Key[] = []
    while (this.#rest.length > 0) {
      const before = this.#rest.length
      const next = this.#paste === null ? this.#next(settled) : this.#takePaste()
      if (next === 'wait') break
      if (next !== null) keys.push(next)
      // Every round but the start of a paste eats at least one character, so this ends.
      if (this.#rest.length === before) break
    }
    return keys
  }

  #eat(count: number): string {
    const eaten = this.#rest.slice(0, count)
    this.#rest = this.#rest.slice(count)
    return eaten
  }

  #next(settled: boolean): Key | 'wait' | null {
    const afterReturn = this.#afterReturn
    this.#afterReturn = false
    const first = this.#rest.charAt(0)
    if (first === '\x1b') return this.#escape(settled)
    if (first === '\n' && afterReturn) {
      this.#eat(1)
      return null
    }
    if (first < ' ' || first === '\x7f') {
      this.#eat(1)
      this.#afterReturn = first === '\r'
      return key(controls[first] ?? `ctrl-${String.fromCharCode(first.charCodeAt(0) + 64).toLowerCase()}`)
    }
    const run = /^[^\x00-\x1f\x7f]+/.exec(this.#rest)
    return { type: 'text', text: this.#eat(run?.[0].length ?? 1) }
  }

  #escape(settled: boolean): Key | 'wait' | null {
    const second = this.#rest.charAt(1)
    if (second === '') return settled ? key(this.#eat(1) && 'escape') : 'wait'
    if (second === '[') return this.#csi(settled)
    if (second === 'O') return this.#ss3(settled)
    if (second === '\x1b') return key(this.#eat(1) && 'escape')
    const code = this.#rest.codePointAt(1) ?? 0
    const char = String.fromCodePoint(code)
    this.#eat(1 + char.length)
    if (char === '\r') return key('alt-enter')
    return key(char === '\x7f' || char === '\b' ? 'alt-backspace' : `alt-${char.toLowerCase()}`)
  }

  #ss3(settled: boolean): Key | 'wait' {
    const final = this.#rest.charAt(2)
    if (final === '') return settled ? key(this.#eat(2) && 'alt-o') : 'wait'
    this.#eat(3)
    return key(finals[final] ?? 'unknown')
  }

  #csi(settled: boolean): Key | 'wait' | null {
    const head = /^\x1b\[([0-?]*)[ -/]*/.exec(this.#rest)
    const length = head?.[0].length ?? 2
    const final = this.#rest.charAt(length)
    if (length >= MAX_SEQUENCE || (final === '' && settled)) {
      this.#eat(Math.min(length, MAX_SEQUENCE))
      return key('unknown')
    }
    if (final === '') return 'wait'
    // A control character inside a sequence: the sequence was garbage, the character is real.
    if (final < '@' || final > '~') {
      this.#eat(length)
      return key('unknown')
    }
    this.#eat(length + 1)
    const parameters = head?.[1] ?? ''
    if (final === '~' && parameters === '200') {
      this.#paste = ''
      return this.#rest.length > 0 ? this.#takePaste() : null
    }
    return key(nameCsi(parameters, final))
  }

  #takePaste(): Key | 'wait' {
    const end = this.#rest.indexOf(PASTE_END)
    if (end < 0) {
      // Keep what could be the start of the end mark.
      const mark = this.#rest.lastIndexOf('\x1b')
      const keep = mark >= 0 && PASTE_END.startsWith(this.#rest.slice(mark)) ? this.#rest.length - mark : 0
      this.#paste = `${this.#paste ?? ''}${this.#eat(this.#rest.length - keep)}`.slice(0, MAX_PASTE)
      return 'wait'
    }
    const text = `${this.#paste ?? ''}${this.#eat(end)}`.slice(0, MAX_PASTE)
    this.#eat(PASTE_END.length)
    this.#paste = null
    return { type: 'paste', text }
  }
}

function nameCsi(parameters: string, final: string): string {
  const [first = '', modifier = ''] = parameters.split(';')
  const prefix = modifiers[modifier] ?? ''
  if (final === '~') return tildes[first] === undefined ? 'unknown' : prefix + tildes[first]
  if (final === 'Z') return 'shift-tab'
  return finals[final] === undefined ? 'unknown' : prefix + finals[final]
}
