/** What must hold after every step of every node (paper Figure 3, and durable before reply). Broken ones are collected. */
import type { EndpointId } from '../../../src/machine/contract.ts'
import { decodeRecord } from '../../../src/modes/raft/entry.ts'
import type { RaftStatus } from '../../../src/modes/raft/inspect.ts'
import type { Letter } from './world.ts'

export class Invariants {
  readonly broken: string[] = []
  private readonly leaderOf = new Map<number, EndpointId>()
  private readonly commitDigests = new Map<number, string>()
  private readonly lastDigests = new Map<string, string>()

  judge(nodes: readonly { readonly id: EndpointId; readonly status: RaftStatus }[]): void {
    for (const { id, status } of nodes) {
      if (status.role === 'leader') this.electionSafety(id, status.term)
      this.same(this.commitDigests, status.commit, status.commitDigest, `state machine safety: two committed prefixes at ${status.commit}`)
      const end = `${status.last}/${status.lastTerm}`
      this.same(this.lastDigests, end, status.digest, `log matching: two logs that end in ${end}`)
    }
  }

  /** Votes and acknowledgements promise what only a disk can keep. */
  judgeSend({ from, message }: Letter, synced: readonly Uint8Array[]): void {
    if (message.type === 'vote-reply' && message.granted) {
      const kept = synced.some((bytes) => {
        const record = decodeRecord(bytes)
        return record?.kind === 'hard' && record.term === message.term && record.vote !== null
      })
      if (!kept) this.note(`durable before reply: ${from} granted a vote of term ${message.term} that is not on its disk`)
    }
    if (message.type === 'append-reply' && message.ok && message.index > 0) {
      const kept = synced.some((bytes) => {
        const record = decodeRecord(bytes)
        return record?.kind === 'entry' && record.entry.index === message.index
      })
      if (!kept) this.note(`durable before reply: ${from} acknowledged ${message.index}, which is not on its disk`)
    }
  }

  private electionSafety(id: EndpointId, term: number): void {
    const known = this.leaderOf.get(term) ?? id
    this.leaderOf.set(term, known)
    if (known !== id) this.note(`election safety: ${known} and ${id} both led term ${term}`)
  }

  private same<K>(known: Map<K, string>, key: K, digest: string, rule: string): void {
    const before = known.get(key) ?? digest
    known.set(key, digest)
    if (before !== digest) this.note(rule)
  }

  note(rule: string): void {
    if (!this.broken.includes(rule)) this.broken.push(rule)
  }
}
