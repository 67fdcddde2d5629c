/** One node, n1, under the microscope: the test plays everyone else, the disk and the clock. */
import { decode, encode } from '../../../src/machine/codec.ts'
import type { EndpointId, Input, Machine, Output, Send } from '../../../src/machine/contract.ts'
import { nodeIds } from '../../../src/machine/ids.ts'
import { seeded } from '../../../src/machine/random.ts'
import type { LogAnswer, PeekAnswer, RaftStatus } from '../../../src/modes/raft/inspect.ts'
import type { PeerMessage, RaftMessage } from '../../../src/modes/raft/messages.ts'
import { raft } from '../../../src/modes/raft/raft.ts'

const MS = 1_000

export interface SoloOptions {
  readonly members?: number
  readonly settings?: Readonly<Record<string, string>>
  readonly bug?: string
  readonly records?: readonly Uint8Array[]
  readonly lostDisk?: boolean
  readonly incarnation?: number
}

export class Solo {
  readonly records: Uint8Array[]
  nowUs = 1_000_000
  last: Output
  private readonly machine: Machine

  constructor(options: SoloOptions = {}) {
    this.records = [...(options.records ?? [])]
    const settings = options.settings ?? {}
    const members = nodeIds(options.members ?? 3)
    this.machine = raft.createNode({ id: 'n1', members, settings, bug: options.bug ?? 'none', random: seeded('solo') })
    const { lostDisk = false, incarnation = 1 } = options
    this.last = this.step({ kind: 'start', log: [...this.records], bulk: [], lostDisk, incarnation })
  }

  step(...inputs: Input[]): Output {
    this.last = this.machine.step({ nowUs: this.nowUs, wallMs: 0, inputs })
    this.records.push(...this.last.store.map((record) => record.bytes))
    return this.last
  }

  hear(from: EndpointId, ...messages: RaftMessage[]): Output {
    return this.step(...messages.map((message): Input => ({ kind: 'message', from, message: decode(encode(message)) })))
  }

  /** Everything handed out so far is durable now. */
  sync(): Output {
    return this.step({ kind: 'stored', stream: 'log', upTo: this.records.length })
  }

  /** Time passes in silence, then one tick. */
  tick(ms: number): Output {
    this.nowUs += ms * MS
    return this.step({ kind: 'tick' })
  }

  /** Lets the election timeout pass and wins with the votes of the others. */
  lead(...voters: EndpointId[]): Output {
    this.tick(700)
    if (this.status.role === 'pre-candidate') {
      for (const voter of voters) this.hear(voter, { type: 'pre-vote-reply', term: this.status.term + 1, granted: true })
    }
    this.sync()
    for (const voter of voters) this.hear(voter, { type: 'vote-reply', term: this.status.term, granted: true })
    return this.last
  }

  get status(): RaftStatus {
    return this.machine.inspect({ what: 'status' }) as RaftStatus
  }

  log(): LogAnswer['entries'] {
    return (this.machine.inspect({ what: 'log' }) as LogAnswer).entries
  }

  /** The terms of the log, oldest first: the pictures of the paper. */
  terms(): number[] {
    return this.log().map((entry) => entry.term)
  }

  peek(key: string): string | null {
    return (this.machine.inspect({ what: 'peek', key }) as PeekAnswer).value
  }
}

/** What a step sent, gated or not, of one type. */
export function said<T extends RaftMessage['type']>(
  output: Output,
  type: T,
): { to: EndpointId; message: Extract<RaftMessage, { type: T }> }[] {
  const all: readonly Send[] = [...output.send, ...output.sendAfter]
  return all.flatMap(({ to, message }) => (message.type === type ? [{ to, message: message as Extract<RaftMessage, { type: T }> }] : []))
}

/** A good append-reply, to be varied. */
export function ack(term: number, index: number, more: Partial<Extract<PeerMessage, { type: 'append-reply' }>> = {}): PeerMessage {
  return { type: 'append-reply', term, ok: true, index, hintIndex: 0, hintTerm: 0, last: index, life: 1, lost: false, ...more }
}
