/**
 * What a leader knows of one follower (paper §5.3, nextIndex and matchIndex), and how much it may send it.
 *
 * `probe`: where the logs meet is unknown, so one append a heartbeat. `replicate`: they meet, so appends stream, bounded in
 * messages and in bytes.
 */
import { assert } from '../../machine/assert.ts'
import type { EndpointId } from '../../machine/contract.ts'

interface InFlight {
  readonly last: number
  readonly bytes: number
}

export class Progress {
  readonly id: EndpointId
  state: 'probe' | 'replicate' = 'probe'
  match = 0
  next: number
  /** A probe is out; the next heartbeat answer or append answer frees it. */
  paused = false
  /** A heartbeat was answered while entries are missing: send an append, empty if the window is full, to find out. */
  nudged = false
  lastAckUs = Number.NEGATIVE_INFINITY
  /** Its disk was lost: it gets the log, but it never counts. */
  lost = false
  /** The newest round it has echoed (reads; never a client's number). */
  round = 0
  /** The commit index it was last told. */
  toldCommit = 0
  /** The life of the follower that answered last, and the one that last proved `match`. */
  life = 0
  matchLife = 0
  private readonly window: InFlight[] = []
  private windowBytes = 0

  constructor(id: EndpointId, next: number) {
    this.id = id
    this.next = next
  }

  get inflight(): number {
    return this.window.length
  }

  get inflightBytes(): number {
    return this.windowBytes
  }

  mayAppend(messages: number, bytes: number): boolean {
    if (this.state === 'probe') return !this.paused
    return this.window.length < messages && this.windowBytes < bytes
  }

  /** An append up to `last` left. */
  sent(last: number, bytes: number, cap: number): void {
    if (this.state === 'probe') {
      this.paused = true
      return
    }
    assert(this.window.length < cap, `in-flight window of ${this.id} over its cap ${cap}`)
    this.window.push({ last, bytes })
    this.windowBytes += bytes
    this.next = last + 1
  }

  /** The follower proved that its log matches up to `index`. A late or repeated proof changes nothing. */
  acknowledged(index: number, life: number): boolean {
    const news = index > this.match
    if (news) {
      this.match = index
      this.next = Math.max(this.next, index + 1)
    }
    if (index === this.match) this.matchLife = life
    while (this.window[0] !== undefined && this.window[0].last <= index) this.windowBytes -= this.window.shift()?.bytes ?? 0
    if (this.state === 'probe' && index === this.match) {
      this.state = 'replicate'
      this.paused = false
      this.next = this.match + 1
    }
    this.check()
    return news
  }

  /**
   * The follower does not have `prev` as we do. False if that is old news: progress has moved on, or this answers no probe that
   * is out now.
   */
  rejected(prev: number, nextTry: number): boolean {
    if (prev <= this.match) return false
    if (this.state === 'replicate') {
      this.probeFrom(this.match + 1)
      return true
    }
    if (prev !== this.next - 1) return false
    this.probeFrom(Math.max(Math.min(prev, nextTry), this.match + 1))
    return true
  }

  /** A new life of the follower holds less than it once proved: its disk was not synced, or it was wiped. Start over. */
  regressed(): void {
    this.match = 0
    this.toldCommit = 0
    this.probeFrom(1)
  }

  /** Nothing sent to the follower's former life will be answered. */
  reborn(): void {
    this.probeFrom(this.match + 1)
  }

  private probeFrom(next: number): void {
    this.state = 'probe'
    this.paused = false
    this.next = next
    this.window.length = 0
    this.windowBytes = 0
    this.check()
  }

  private check(): void {
    assert(this.match < this.next, `match ${this.match} of ${this.id} has reached next ${this.next}`)
  }
}
