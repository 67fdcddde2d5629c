/**
 * Which node a client asks next. A leader hint carries its term: an older one loses, and a leader that was silent or denied
 * leading is not believed again for the same term on hearsay, so that two nodes that name each other cannot hold a client.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { Random } from '../../machine/random.ts'

/** A silent leader may have lost one datagram: hearsay of the same term is believed this often after silence. */
const SECOND_CHANCES = 1

export class Route {
  private readonly nodes: readonly EndpointId[]
  private readonly random: Random
  private reach: readonly EndpointId[] | null = null
  private order: EndpointId[] = []
  private leader: EndpointId | null = null
  private term = 0
  private doubts = 0

  constructor(nodes: readonly EndpointId[], random: Random) {
    this.nodes = nodes
    this.random = random
  }

  get doubtful(): boolean {
    return this.doubts > 0
  }

  limit(nodes: readonly EndpointId[] | null): void {
    this.reach = nodes
    this.order = []
  }

  /** Null if no node is in reach. */
  choose(): EndpointId | null {
    if (this.leader !== null && this.mayAsk(this.leader)) return this.leader
    if (this.order.length === 0) this.order = this.random.shuffle(this.nodes.filter((id) => this.mayAsk(id)))
    return this.order.shift() ?? null
  }

  mayAsk(node: EndpointId): boolean {
    return this.reach === null || this.reach.includes(node)
  }

  /** The node spoke as leader of this term. */
  answered(node: EndpointId, term: number): void {
    if (term < this.term) return
    this.leader = node
    this.term = term
    this.doubts = 0
  }

  /** A refusal by `from` names a leader, or none. True if there is a new node to ask at once. */
  hinted(from: EndpointId, leader: EndpointId | null, term: number): boolean {
    if (from === this.leader && term >= this.term) {
      this.leader = null
      this.doubts = SECOND_CHANCES + 1
    }
    if (leader === null || leader === from || !this.nodes.includes(leader)) return false
    const newer = term > this.term
    if (!newer && (term < this.term || this.leader !== null || this.doubts > SECOND_CHANCES)) return false
    if (newer) this.doubts = 0
    this.leader = leader
    this.term = term
    return this.mayAsk(leader)
  }

  silent(node: EndpointId): void {
    if (node !== this.leader) return
    this.leader = null
    this.doubts++
  }
}
