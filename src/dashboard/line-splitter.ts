/** Bytes of a stream to whole lines, of a bounded length. */
export class LineSplitter {
  readonly #most: number
  #rest = ''

  constructor(most: number) {
    this.#most = most
  }

  /** The lines that ended in `text`. Throws when one becomes too long: whoever writes it does not speak our language. */
  take(text: string): readonly string[] {
    const lines = `${this.#rest}${text}`.split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > this.#most) throw new Error(`a line of more than ${this.#most} characters`)
    return lines
  }
}
