/**
 * What this life of a node has done with each session's attempts, so that "certainly not done" is never a lie: the network may
 * deliver a second copy of a request whenever it likes. A refused attempt must not run when the node leads later, and an
 * attempt that was taken into the log must not be refused for certain when the node leads no more.
 *
 * Attempts only grow within a session, so the highest of each kind stands for all below it.
 */
const MOST_SESSIONS = 4_096

export class Attempts {
  private readonly refused = new Highest()
  private readonly taken = new Highest()

  refuse(session: number, attempt: number): void {
    this.refused.raise(session, attempt)
  }

  /** The attempt became an entry of this node's log. */
  take(session: number, attempt: number): void {
    this.taken.raise(session, attempt)
  }

  mustStayRefused(session: number, attempt: number): boolean {
    return attempt <= this.refused.of(session)
  }

  mayHaveRun(session: number, attempt: number): boolean {
    return attempt <= this.taken.of(session)
  }
}

/** The highest attempt of each session; the session touched longest ago is forgotten first. */
class Highest {
  private readonly bySession = new Map<number, number>()

  of(session: number): number {
    return this.bySession.get(session) ?? -1
  }

  raise(session: number, attempt: number): void {
    const highest = Math.max(this.of(session), attempt)
    this.bySession.delete(session)
    this.bySession.set(session, highest)
    const oldest = this.bySession.keys().next()
    if (this.bySession.size > MOST_SESSIONS && !oldest.done) this.bySession.delete(oldest.value)
  }
}
