/** Datagrams no honest endpoint would send, and what a node must say of each. */
import { crc32 } from 'node:zlib'
import { decode, encode } from '../../src/machine/codec.ts'
import type { EndpointId } from '../../src/machine/contract.ts'
import type { Random } from '../../src/machine/random.ts'
import { parseMessage } from '../../src/modes/raft/messages.ts'
import { openDatagram, openEnvelope, seal } from '../../src/node/envelope.ts'
import { readFragment, writeFragmentHeader } from '../../src/node/fragments.ts'
import { isPlainValue } from '../../src/node/message-shape.ts'
import { splitMessages } from '../../src/node/outbox.ts'
import type { Seen } from './tap.ts'

const RUN_AT = 8
const TYPES = [
  ...['pre-vote', 'pre-vote-reply', 'vote', 'vote-reply', 'append', 'append-reply', 'heartbeat', 'heartbeat-reply'],
  ...['read-index', 'read-index-reply', 'open', 'write', 'read', 'reply', 'refusal', '__proto__', 'constructor', ''],
]
const FIELDS = [
  ...['term', 'granted', 'lastIndex', 'lastTerm', 'prevIndex', 'prevTerm', 'commit', 'entries', 'ok', 'index', 'hintIndex', 'hintTerm'],
  ...['last', 'life', 'lost', 'round', 'id', 'request', 'attempt', 'session', 'serial', 'f', 'key', 'value', 'status', 'leader', 'code'],
  ...['definite', '__proto__', 'toString'],
]

/** Makes them; deterministic in its random. */
export class Hostility {
  readonly #random: Random
  readonly #runId: number
  #fragments = 0

  constructor(random: Random, runId: number) {
    this.#random = random
    this.#runId = runId
  }

  /** One of every kind in turn of luck: from what was seen between these two, or from nothing. */
  make({ from, to, bytes }: Seen): Uint8Array {
    const random = this.#random
    switch (random.between(0, 9)) {
      case 0:
        return this.#noise(random.chance(0.01) ? 9_000 : 600)
      case 1:
      case 2:
        return this.#flipped(bytes)
      case 3:
        return bytes.subarray(0, random.between(0, Math.max(0, bytes.length - 1)))
      case 4:
        return bytes
      case 5:
        return this.#otherRun(bytes)
      case 6:
        return this.#sealed(from, to, 'messages', this.#noise(300))
      case 7:
        return this.#sealed(from, to, 'fragment', this.#fragment())
      default:
        return this.#sealed(from, to, 'messages', this.#messages(from))
    }
  }

  #noise(most: number): Uint8Array {
    return Uint8Array.from({ length: this.#random.between(0, most) }, () => this.#random.between(0, 255))
  }

  #flipped(bytes: Uint8Array): Uint8Array {
    const bad = Uint8Array.from(bytes)
    for (let i = this.#random.between(1, 8); i > 0; i--) {
      const at = this.#random.between(0, bad.length - 1)
      bad[at] = (bad[at] ?? 0) ^ (1 << this.#random.between(0, 7))
    }
    return bad
  }

  #otherRun(bytes: Uint8Array): Uint8Array {
    const other = Uint8Array.from(bytes)
    new DataView(other.buffer).setUint32(RUN_AT, this.#runId + this.#random.between(1, 1_000), true)
    return seal(other, crc32)
  }

  /** Everything about the envelope is right. */
  #sealed(from: EndpointId, to: EndpointId, kind: 'messages' | 'fragment', payload: Uint8Array): Uint8Array {
    const header = { kind, runId: this.#runId, group: 0, from, to, incarnation: 1, sequence: this.#random.between(0, 1_000_000) }
    const bytes = openEnvelope(header, payload.length)
    bytes.set(payload, bytes.length - payload.length)
    return seal(bytes, crc32)
  }

  /** Its header lies, or it is the first of a message whose rest never comes. */
  #fragment(): Uint8Array {
    if (this.#random.chance(0.5)) return this.#noise(300)
    const payload = new Uint8Array(12 + this.#random.between(1, 300))
    writeFragmentHeader(payload, 0, { messageId: 1_000_000 + this.#fragments++, total: 1_000_000, index: 0, count: 200 })
    return payload
  }

  #messages(from: EndpointId): Uint8Array {
    const all = Array.from({ length: this.#random.between(1, 4) }, () => this.#message(from))
    const payload = new Uint8Array(all.reduce((sum, { length }) => sum + 2 + length, 0))
    let at = 0
    for (const message of all) {
      payload[at] = message.length & 0xff
      payload[at + 1] = message.length >>> 8
      payload.set(message, at + 2)
      at += 2 + message.length
    }
    return payload
  }

  /** What the codec reads and the machine must refuse: a well-formed message of Raft only where its sender may not say it. */
  #message(from: EndpointId): Uint8Array {
    const random = this.#random
    const outsider = from.startsWith('c')
    if (outsider && random.chance(0.3)) return encode(this.#impostor())
    for (;;) {
      const type = random.chance(0.95) ? random.pick(TYPES) : this.#value(2)
      const fields = Array.from({ length: random.between(0, 10) }, () => [random.pick(FIELDS), this.#value(2)])
      const value: unknown = random.chance(0.95) ? Object.fromEntries([...fields, ['type', type]]) : this.#value(3)
      const parsed = parseMessage(value)
      if (parsed === null || (outsider && !['open', 'write', 'reply', 'refusal'].includes(parsed.type))) return encode(value)
    }
  }

  /** Would depose every leader and rewrite every log, if a member had said it. */
  #impostor(): unknown {
    const term = 2 ** 40 + this.#random.between(0, 1_000)
    return this.#random.pick([
      { type: 'vote', term, lastIndex: 2 ** 40, lastTerm: term },
      { type: 'pre-vote', term, lastIndex: 2 ** 40, lastTerm: term },
      { type: 'heartbeat', term, commit: 2 ** 40, round: 1 },
      { type: 'append', term, prevIndex: 0, prevTerm: 0, commit: 2 ** 40, entries: [] },
      { type: 'append-reply', term, ok: true, index: 2 ** 40, hintIndex: 0, hintTerm: 0, last: 2 ** 40, life: 1, lost: false },
      { type: 'vote-reply', term, granted: true },
    ])
  }

  #value(depth: number): unknown {
    const random = this.#random
    switch (random.between(0, depth > 0 ? 9 : 7)) {
      case 0:
        return null
      case 1:
        return random.chance(0.5)
      case 2:
        return random.pick([0, -1, 1, 2 ** 31, 2 ** 53, -(2 ** 53), 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e308])
      case 3:
        return random.between(0, 1_000)
      case 4:
        return 'x'.repeat(random.pick([0, 1, 20, 300]))
      case 5:
        return this.#noise(40)
      case 6:
        return random.chance(0.1) ? undefined : random.pick(['n1', 'n2', 'c1', 'put', 'ok'])
      case 7:
        return BigInt(random.between(0, 2 ** 31)) << 31n
      case 8:
        return Array.from({ length: random.between(0, 5) }, () => this.#value(depth - 1))
      default:
        return Object.fromEntries(Array.from({ length: random.between(0, 4) }, () => [random.pick(FIELDS), this.#value(depth - 1)]))
    }
  }
}

/** For which reasons a node must drop it, before its machine sees anything. What it takes is not counted here. */
export function expectedDrops(runId: number, from: EndpointId, to: EndpointId, bytes: Uint8Array): string[] {
  const opened = openDatagram(bytes, { runId, group: 0, to, from }, crc32)
  if (!opened.ok) return [opened.reason]
  if (opened.header.kind === 'fragment') return readFragment(opened.payload) === null ? ['malformed'] : []
  const messages = splitMessages(opened.payload)
  if (messages === null) return ['malformed']
  return messages.flatMap((message) => (readable(message) ? [] : ['malformed']))
}

function readable(message: Uint8Array): boolean {
  if (!isPlainValue(message)) return false
  try {
    decode(message)
    return true
  } catch {
    return false
  }
}
