/** A history that cannot be read: one line of text that names the file and the line. */
export class BadHistory extends Error {
  static override readonly name = 'BadHistory'
  readonly code = 'bad-history'
  /** From 1. */
  readonly line: number

  constructor(line: number, why: string, file?: string) {
    super(`${file === undefined ? 'history' : file}:${line}: ${why}`)
    this.line = line
  }
}
