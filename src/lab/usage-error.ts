/** What a person typed, or a file says, is not of the language. Exit code 2, one line, never a stack trace. */
export class UsageError extends Error {
  static override readonly name = 'UsageError'
  readonly code = 'usage'
}
