/** A broken invariant. The host halts the node that throws one, and says why. */
export class AssertionFailed extends Error {
  static override readonly name = 'AssertionFailed'
  readonly code = 'invariant'
}

/** Always on, in production too: a node that breaks a rule must stop rather than spread the damage. */
export function assert(condition: unknown, rule: string): asserts condition {
  if (!condition) throw new AssertionFailed(rule)
}

/** For the default branch of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new AssertionFailed(`unreachable: ${JSON.stringify(value)}`)
}
