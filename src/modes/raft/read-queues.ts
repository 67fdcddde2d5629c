/** Reads under way, at the leader and at a follower (dissertation §6.4). Both queues are bounded. */
import type { EndpointId } from '../../machine/contract.ts'

export const MOST_READS = 4_096

export interface ClientRead {
  readonly client: EndpointId
  readonly request: string
  readonly attempt: number
  readonly key: string
}

/** A read that a leader was asked for: a client's, or the read index a follower needs for its own clients. */
export type AskedRead =
  | { readonly kind: 'client'; readonly read: ClientRead }
  | { readonly kind: 'peer'; readonly peer: EndpointId; readonly id: string }

interface Batch {
  /** Confirmed when a quorum has echoed this round or a later one. */
  readonly round: number
  /** The commit index when the round began. */
  readonly index: number
  readonly reads: readonly AskedRead[]
}

export class LeaderReads {
  /** No round covers these yet. */
  private waiting: AskedRead[] = []
  private readonly batches: Batch[] = []
  private count = 0

  get size(): number {
    return this.count
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0
  }

  /** A round that reads wait for is out. */
  get roundOut(): boolean {
    return this.batches.length > 0
  }

  /** False if the queue is full. */
  add(read: AskedRead): boolean {
    if (this.count >= MOST_READS) return false
    this.waiting.push(read)
    this.count++
    return true
  }

  /** The round that starts now covers every read that has arrived. */
  cover(round: number, index: number): void {
    if (this.waiting.length === 0) return
    this.batches.push({ round, index, reads: this.waiting })
    this.waiting = []
  }

  /** Batches whose round a quorum has echoed. */
  confirm(round: number): readonly Batch[] {
    const done: Batch[] = []
    while (this.batches[0] !== undefined && this.batches[0].round <= round) {
      const batch = this.batches.shift()
      if (batch === undefined) break
      this.count -= batch.reads.length
      done.push(batch)
    }
    return done
  }

  /** Everything unanswered, when the lead is lost. */
  drain(): readonly AskedRead[] {
    const all = [...this.batches.flatMap((batch) => batch.reads), ...this.waiting]
    this.batches.length = 0
    this.waiting = []
    this.count = 0
    return all
  }
}

interface Question {
  readonly id: string
  readonly reads: readonly ClientRead[]
  readonly firstUs: number
  sentUs: number
}

interface Ready {
  readonly index: number
  readonly reads: readonly ClientRead[]
}

export class FollowerReads {
  private waiting: ClientRead[] = []
  private ready: Ready[] = []
  private count = 0
  private questions = 0
  /** One question to the leader at a time; what arrives meanwhile goes with the next. */
  asked: Question | null = null

  get hasWaiting(): boolean {
    return this.waiting.length > 0
  }

  add(read: ClientRead): boolean {
    if (this.count >= MOST_READS) return false
    this.waiting.push(read)
    this.count++
    return true
  }

  /** Moves what waits into a new question; its id is unique across this node's lives. */
  ask(life: number, nowUs: number): Question {
    this.questions++
    this.asked = { id: `${life}.${this.questions}`, reads: this.waiting, firstUs: nowUs, sentUs: nowUs }
    this.waiting = []
    return this.asked
  }

  /** The leader has answered; an answer to another question is ignored. */
  answered(id: string, index: number): void {
    if (this.asked?.id !== id) return
    this.ready.push({ index, reads: this.asked.reads })
    this.asked = null
  }

  /** Reads whose index has been applied here. */
  servable(applied: number): readonly ClientRead[] {
    if (this.ready.length === 0) return []
    const reads = this.ready.filter((item) => item.index <= applied).flatMap((item) => item.reads)
    this.ready = this.ready.filter((item) => item.index > applied)
    this.count -= reads.length
    return reads
  }

  /** Takes back what no leader has confirmed, to refuse it. */
  giveUp(): readonly ClientRead[] {
    const reads = [...(this.asked?.reads ?? []), ...this.waiting]
    this.asked = null
    this.waiting = []
    this.count -= reads.length
    return reads
  }
}
