/** What endpoints said to each other lately, for the views: asked of the shim's trace a few times a second, never on a packet's way. */
import { PROBE } from '../../machine/ids.ts'
import type { Shim, TraceRecord } from '../../net/types.ts'
import { describeDatagram } from '../../node/describe-datagram.ts'
import type { MessageRecord } from '../../stream/events.ts'
import { messageKind } from '../../stream/message-kind.ts'
import type { EventStream } from '../events.ts'

const EVERY_MS = 250
/** The most one sample names, and of those the most that were dropped, and that are neither dropped nor rare. */
export const MOST_RECORDS = 150
export const MOST_DROPPED = 60
export const MOST_COMMON = 40
/** Heartbeats look all the same, and neither they nor the questions of an election may crowd out what answers them. */
export const MOST_ALIKE = 10
/** A type with no more than this many in a sample is rare. */
const RARE = 6

export class MessageSamples {
  readonly #shim: Pick<Shim, 'trace'>
  readonly #events: Pick<EventStream, 'emit'>
  readonly #timer: NodeJS.Timeout
  #asking = false

  constructor(shim: Pick<Shim, 'trace'>, events: Pick<EventStream, 'emit'>) {
    this.#shim = shim
    this.#events = events
    this.#timer = setInterval(() => void this.look(), EVERY_MS)
  }

  /** One question at a time: a shim that is slow to answer is not asked more. */
  async look(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    // A shim that died says so through its failure listener; there is nothing to add here.
    const trace = await this.#shim.trace().catch(() => null)
    this.#asking = false
    if (trace === null) return
    const { records, left } = sampleMessages(trace.records, trace.lost)
    if (records.length > 0 || left > 0) this.#events.emit('messages', undefined, { records, left })
  }

  close(): void {
    clearInterval(this.#timer)
  }
}

export interface MessageSample {
  readonly records: readonly MessageRecord[]
  readonly left: number
}

/**
 * The records that tell most, oldest first, at most MOST_RECORDS: dropped ones, then rare types, then the oldest of each other type, since
 * those that follow each other are the ones that belong together. `lost`: how many more nobody saw. The probe does not count.
 */
export function sampleMessages(trace: readonly TraceRecord[], lost = 0): MessageSample {
  const seen = trace.filter(({ from, to }) => from !== PROBE && to !== PROBE)
  const types = seen.map(({ head, bytes }) => describeDatagram(head, bytes))
  const counts = new Map<string, number>()
  for (const type of types) counts.set(messageKind(type), (counts.get(messageKind(type)) ?? 0) + 1)
  const chosen = new Set<number>()
  const choose = (most: number, wanted: (record: TraceRecord, type: string) => boolean): void => {
    let room = Math.min(most, MOST_RECORDS - chosen.size)
    for (let i = 0; i < seen.length && room > 0; i++) {
      const record = seen[i]
      if (record === undefined || chosen.has(i) || !wanted(record, types[i] ?? '?')) continue
      chosen.add(i)
      room--
    }
  }
  choose(MOST_DROPPED, ({ fate }) => fate !== 'passed')
  choose(MOST_RECORDS, ({ fate }, type) => fate === 'passed' && (counts.get(messageKind(type)) ?? 0) <= RARE)
  const alike = new Map<string, number>()
  choose(MOST_COMMON, ({ fate }, type) => {
    if (fate !== 'passed') return false
    const count = (alike.get(messageKind(type)) ?? 0) + 1
    alike.set(messageKind(type), count)
    return count <= MOST_ALIKE
  })
  const records = [...chosen].sort((a, b) => a - b).flatMap((i) => recordOf(seen[i], types[i]))
  return { records, left: lost + seen.length - records.length }
}

function recordOf(record: TraceRecord | undefined, type = '?'): readonly MessageRecord[] {
  if (record === undefined) return []
  const { time, from, to, fate, left } = record
  return [[Math.round(time / 1e3), from, to, type, fate, left === undefined ? 0 : Math.round((left - time) / 1e3)]]
}
