/**
 * The machine under the lab refused something: a process could not be spawned, a folder not written, a port not bound.
 * Not a verdict on the store: a run that meets one ends with exit code 3.
 */
export class EnvironmentFailure extends Error {
  static override readonly name = 'EnvironmentFailure'
  readonly code = 'environment'

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
  }
}

/** A node came to its end before it was up: `why` is its own last word, or how it ended. */
export class NodeDidNotStart extends Error {
  static override readonly name = 'NodeDidNotStart'
  readonly code = 'did-not-start'
  readonly node: string
  readonly why: string

  constructor(node: string, why: string) {
    super(`${node} did not start: ${why}`)
    this.node = node
    this.why = why
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
