/**
 * Which attempts this node has told a client will never happen. The network may deliver a second copy of a refused request
 * after this node has become leader; running it then would make a liar of the refusal.
 */
const MOST_SESSIONS = 4_096

export class RefusedAttempts {
  /** Session to the highest refused attempt; oldest refusal first. */
  private readonly highest = new Map<number, number>()

  add(session: number, attempt: number): void {
    const known = this.highest.get(session) ?? -1
    this.highest.delete(session)
    this.highest.set(session, Math.max(known, attempt))
    const oldest = this.highest.keys().next()
    if (this.highest.size > MOST_SESSIONS && !oldest.done) this.highest.delete(oldest.value)
  }

  /** Attempts only grow within a session, so one at or below a refused one is refused as well. */
  has(session: number, attempt: number): boolean {
    return attempt <= (this.highest.get(session) ?? -1)
  }
}
