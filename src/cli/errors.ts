/** Errors that say one sentence and carry their exit code; whoever throws them wrote that sentence for the person at the keyboard. */

export class UsageError extends Error {
  static override readonly name = 'UsageError'
  readonly code = 'usage'
}

export class EnvironmentError extends Error {
  static override readonly name = 'EnvironmentError'
  readonly code = 'environment'
}
