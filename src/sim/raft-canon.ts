/** What the cluster as a whole has done, whatever any node remembers: leaders by term, entries by term and index, the committed list. */
import type { EndpointId } from '../machine/contract.ts'
import { Violation } from './monitor.ts'
import type { LogModel } from './raft-log-model.ts'

/** Terms and indexes of one run stay far below this, so that both fit one number. */
const INDEXES = 2 ** 24

export class RaftCanon {
  /** Term to the one life of the one node that led it. */
  readonly #leaders = new Map<number, string>()
  /** Term and index to the hash of the log up to there. */
  readonly #digests = new Map<number, number>()
  /** How many entries are applied to the hash of the session table then. */
  readonly #sessions = new Map<number, string>()
  /** Term to its leader's log, as hashes: it only grows while the term lasts. */
  readonly #led = new Map<number, number[]>()
  readonly #committed: { readonly term: number; readonly digest: number; readonly inTerm: number }[] = []
  /** Who voted for whom: `node/term`. Only votes that left count, and a leader's own. */
  readonly #votes = new Map<string, EndpointId>()

  get committed(): number {
    return this.#committed.length
  }

  get terms(): number {
    return this.#leaders.size
  }

  /** Election safety (§5.2): at most one leader in a term, ever; a restarted one is another. True if it is new. */
  leads(node: EndpointId, life: number, term: number): boolean {
    const name = `${node}, life ${life}`
    const known = this.#leaders.get(term)
    if (known === undefined) {
      this.#leaders.set(term, name)
      this.votes(node, term, node)
      return true
    }
    if (known !== name) throw new Violation('election safety', `term ${term} has two leaders: ${known} and ${name}`)
    return false
  }

  leaderOf(term: number): string | null {
    return this.#leaders.get(term)?.split(',')[0] ?? null
  }

  /** Equal logs leave equal session tables (dissertation §6.3): the same requests known, the same answers, the same order of expiry. */
  remembers(node: EndpointId, applied: number, sessions: string): void {
    const known = this.#sessions.get(applied)
    if (known !== undefined && known !== sessions) {
      throw new Violation('equal sessions', `after entry ${applied} the sessions of ${node} differ from those of another node`)
    }
    this.#sessions.set(applied, sessions)
  }

  /** The leader of a term has this log now. */
  leadsWith(term: number, log: LogModel): void {
    const known = this.#led.get(term) ?? []
    for (const { digest } of log.entries.slice(known.length)) known.push(digest)
    this.#led.set(term, known)
  }

  /** Whether a log with this hash at an index is the log of the term's leader up to there. */
  isLeaders(term: number, index: number, digest: number | null): boolean {
    return index === 0 || this.#led.get(term)?.[index - 1] === digest
  }

  /** One vote a term (§5.2), also across restarts. */
  votes(node: EndpointId, term: number, candidate: EndpointId): void {
    const key = `${node}/${term}`
    const known = this.#votes.get(key)
    if (known !== undefined && known !== candidate) {
      throw new Violation('one vote a term', `${node} voted for ${known} and for ${candidate} in term ${term}`)
    }
    this.#votes.set(key, candidate)
  }

  /** Log matching (§5.3): the same index and term mean the same log up to there. */
  holds(node: EndpointId, index: number, term: number, digest: number): void {
    const key = term * INDEXES + index
    const known = this.#digests.get(key)
    if (known !== undefined && known !== digest) {
      throw new Violation('log matching', `entry ${index} of term ${term} on ${node} differs, or stands on another log, than elsewhere`)
    }
    this.#digests.set(key, digest)
  }

  /** How far this log agrees with the committed list: hashes chain, so agreement is a prefix. */
  agreement(log: LogModel): number {
    let low = 0
    let high = Math.min(log.last, this.#committed.length)
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (log.digestAt(middle) === this.#committed[middle - 1]?.digest) low = middle
      else high = middle - 1
    }
    return low
  }

  /** State machine safety (§5.4.3): what a node holds committed is what everyone did. True if the list grew. */
  commits(node: EndpointId, log: LogModel, commit: number, term: number): boolean {
    const shared = Math.min(commit, this.#committed.length)
    if (this.agreement(log) < shared) {
      throw new Violation('state machine safety', `${node} commits up to ${commit}, but its log leaves the committed one before ${shared}`)
    }
    const grew = commit > this.#committed.length
    for (let index = this.#committed.length + 1; index <= commit; index++) {
      const entry = log.entries[index - 1]
      if (entry === undefined) throw new Violation('index order', `${node} commits ${commit} beyond its last entry ${log.last}`)
      this.#committed.push({ ...entry, inTerm: term })
    }
    return grew
  }

  /** Leader completeness (§5.4): what earlier terms committed is in the log of every later leader. */
  elects(node: EndpointId, log: LogModel, term: number): void {
    const has = this.agreement(log)
    const next = this.#committed[has]
    // A leader of an older term may be elected after a newer one committed: it owes nothing to later terms.
    if (next !== undefined && next.inTerm < term) {
      throw new Violation('leader completeness', `${node} leads term ${term} without entry ${has + 1}, committed in term ${next.inTerm}`)
    }
  }
}
