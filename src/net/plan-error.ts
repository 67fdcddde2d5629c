/** Why the network cannot be bent that way. The message is one line for people; nothing has changed. */
export class PlanError extends Error {
  static override readonly name = 'PlanError'
  /** `unknown-endpoint empty-side both-sides named-twice left-out too-few bad-rule probe` */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
