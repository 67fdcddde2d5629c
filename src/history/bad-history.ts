/** A history that cannot be read: one line of text that names the file and the line. */
export class BadHistory extends Error {
  static override readonly name = 'BadHistory'
  readonly code = 'bad-history'
  /** From 1: of the file, or of the list of events where there is none. 0 for the file as a whole. */
  readonly line: number
  readonly why: string

  constructor(line: number, why: string, file = 'history') {
    super(`${file}${line === 0 ? '' : `:${line}`}: ${why}`)
    this.line = line
    this.why = why
  }
}
