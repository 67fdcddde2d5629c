/**
 * Raft's promises (Ongaro & Ousterhout 2014, Figure 3) as far as what the nodes say of themselves a few times a second can show: less than the
 * simulator sees, but on the real cluster. Logs are compared by digests that chain, so two that differ anywhere differ at every later point.
 */
import type { EndpointId, MachineEvent } from '../../machine/contract.ts'
import { BoundedMap } from '../bounded-map.ts'
import type { InvariantRow, InvariantWatch } from '../face.ts'
import type { NodeView } from '../mode.ts'
import { Rule } from '../rule.ts'
import type { RaftStatus } from './inspect.ts'
import { statusOf } from './view.ts'

/** Points of the log, and terms, that are remembered. */
const MOST = 4_096

interface Told {
  readonly by: EndpointId
  readonly digest: string
}

/** An entry that somebody said is committed. `inTerm`: whoever said so was in this term. */
interface Committed {
  readonly by: EndpointId
  readonly term: number
  readonly inTerm: number
}

export class RaftWatch implements InvariantWatch {
  readonly #oneLeader = new Rule('one leader a term', 'nobody has led yet')
  readonly #matching = new Rule('log matching', 'no two nodes have said how their logs end at one entry')
  readonly #kept = new Rule('committed entries are kept', 'nothing is committed')
  readonly #state = new Rule('same state at the same entry', 'no two nodes have applied as far')
  readonly #forward = new Rule('terms and commits go forward', 'no node has said how far it is')
  readonly #leaders = new BoundedMap<number, EndpointId>(MOST)
  /** By index and term: the digest of the log up to there. */
  readonly #points = new BoundedMap<string, Told>(MOST)
  /** By commit index. */
  readonly #prefixes = new BoundedMap<number, Told>(MOST)
  readonly #committed = new BoundedMap<number, Committed>(MOST)
  /** By how far was applied. */
  readonly #states = new BoundedMap<number, Told>(MOST)
  readonly #last = new Map<EndpointId, RaftStatus>()
  #highest: { readonly commit: number; readonly by: EndpointId; readonly inTerm: number } = { commit: 0, by: '', inTerm: 0 }

  look(nodes: readonly NodeView[]): void {
    for (const id of this.#last.keys()) if (!nodes.some((node) => node.id === id)) this.#last.delete(id)
    const fresh = nodes.flatMap((node) => {
      const status = statusOf(node)
      return status === null || status === this.#last.get(node.id) ? [] : [{ id: node.id, status }]
    })
    for (const { id, status } of fresh) {
      this.#goesForward(id, status)
      this.#matches(id, status)
      this.#commits(id, status)
      this.#applies(id, status)
      this.#last.set(id, status)
    }
    for (const { id, status } of fresh) if (status.role === 'leader') this.#leads(id, status)
  }

  hear(node: EndpointId, event: MachineEvent): void {
    if (typeof event.term !== 'number') return
    if (event.type === 'became-leader') this.#elected(node, event.term)
    if (event.type === 'two-leaders') this.#oneLeader.broken(`${node} and ${String(event.other)} both lead term ${event.term}`)
  }

  /** Points it keeps: bounded, however long it watches. */
  get remembered(): number {
    const kept = [this.#leaders, this.#points, this.#prefixes, this.#committed, this.#states]
    return kept.reduce((sum, { size }) => sum + size, 0)
  }

  rows(): readonly InvariantRow[] {
    return [this.#oneLeader, this.#matching, this.#kept, this.#state, this.#forward].map(({ row }) => row)
  }

  #elected(id: EndpointId, term: number): void {
    const leader = this.#leaders.keep(term, id)
    if (leader !== id) this.#oneLeader.broken(`${leader} and ${id} both led term ${term}`)
    this.#oneLeader.kept(this.#leaders.size === 1 ? `term ${term}: ${leader}` : `${this.#leaders.size} terms with one leader each`)
  }

  /** §5.4.3: whoever leads a later term has every entry that was committed in an earlier one. */
  #leads(id: EndpointId, status: RaftStatus): void {
    this.#elected(id, status.term)
    const { commit, by, inTerm } = this.#highest
    if (status.term > inTerm && status.last < commit)
      this.#kept.broken(
        `${id} leads term ${status.term} and ends at entry ${status.last}, but ${by} had committed up to ${commit} in term ${inTerm}`,
      )
    for (const [index, term] of tailOf(status)) {
      const known = this.#committed.get(index)
      if (known === undefined || known.term === term || status.term <= known.inTerm) continue
      this.#kept.broken(
        `${id} leads term ${status.term} with an entry ${index} of term ${term}; ${known.by} had committed one of term ${known.term} there`,
      )
    }
  }

  /** §5.3: entries of one index and term are the same, and so are all before them. */
  #matches(id: EndpointId, { last, lastTerm, digest }: RaftStatus): void {
    if (last === 0) return
    const known = this.#points.keep(`${last} ${lastTerm}`, { by: id, digest })
    if (known.digest !== digest) this.#matching.broken(`the logs of ${known.by} and ${id} differ up to entry ${last} of term ${lastTerm}`)
    else if (known.by !== id) this.#matching.kept(`logs that end at entry ${last} of term ${lastTerm} are equal`)
  }

  #commits(id: EndpointId, status: RaftStatus): void {
    const { commit, commitDigest, term: inTerm } = status
    if (commit === 0) return
    const known = this.#prefixes.keep(commit, { by: id, digest: commitDigest })
    if (known.digest !== commitDigest) this.#kept.broken(`${known.by} and ${id} both committed ${commit} entries, and they differ`)
    for (const [index, term] of tailOf(status)) {
      if (index > commit) break
      const entry = this.#committed.keep(index, { by: id, term, inTerm })
      if (entry.term !== term)
        this.#kept.broken(`entry ${index}: ${entry.by} committed one of term ${entry.term}, ${id} one of term ${term}`)
    }
    if (commit > this.#highest.commit) this.#highest = { commit, by: id, inTerm }
    this.#kept.kept(`up to entry ${this.#highest.commit}`)
  }

  #applies(id: EndpointId, { applied, sessionDigest }: RaftStatus): void {
    if (applied === 0) return
    const known = this.#states.keep(applied, { by: id, digest: sessionDigest })
    if (known.digest !== sessionDigest) this.#state.broken(`${known.by} and ${id} applied ${applied} entries and are in different states`)
    else if (known.by !== id) this.#state.kept(`nodes that applied ${applied} entries agree`)
  }

  #goesForward(id: EndpointId, status: RaftStatus): void {
    if (status.applied > status.commit) this.#forward.broken(`${id} applied entry ${status.applied}, but committed only ${status.commit}`)
    const before = this.#last.get(id)
    if (before !== undefined && before.life === status.life) {
      for (const name of ['term', 'commit', 'applied'] as const) {
        if (status[name] < before[name]) this.#forward.broken(`${id} went back from ${name} ${before[name]} to ${status[name]}`)
      }
    }
    this.#forward.kept('within each life of each node')
  }
}

/** Index and term of the newest entries, oldest first. */
function tailOf({ tail, last }: RaftStatus): readonly (readonly [index: number, term: number])[] {
  const terms = tail.flatMap(([term, count]) => Array.from({ length: count }, () => term))
  return terms.map((term, i) => [last - terms.length + 1 + i, term])
}
