import { assert } from '../machine/assert.ts'
import type { Lineage } from '../machine/contract.ts'
import { EventBlock } from './event-block.ts'
import type { HistoryEvent } from './types.ts'
import { Words } from './words.ts'

type EventType = HistoryEvent['type']

const TYPES = ['invoke', 'ok', 'fail', 'info'] as const satisfies readonly EventType[]
const TYPE_BITS = 3
const HAS_WAS = 4
const HAS_LINEAGE = 8
const BLOCK_BITS = 12
const BLOCK_ROWS = 1 << BLOCK_BITS
const ROW_BITS = BLOCK_ROWS - 1
const MOST_PROCESSES = 2 ** 32

/**
 * A history in little memory: what is looked at often stands in columns, the rest of each event as one JSON text. An event is made when somebody
 * asks for it, and equals the one that was pushed, as far as JSON can say it; whoever counts reads the columns and makes none. Positions are from 0.
 */
export class EventColumns implements Iterable<HistoryEvent> {
  readonly #blocks: EventBlock[] = []
  readonly #words = new Words()
  readonly #counts: Record<EventType, number> = { invoke: 0, ok: 0, fail: 0, info: 0 }
  #length = 0

  get length(): number {
    return this.#length
  }

  /** How many there are of one type. */
  count(type: EventType): number {
    return this.#counts[type]
  }

  push(event: HistoryEvent): void {
    const { type, process, time, was, lineage } = event
    assert(Number.isInteger(process) && process >= 0 && process < MOST_PROCESSES, 'a process has a number of 32 bits')
    const words = this.#words
    const row = {
      time,
      process,
      kind: TYPES.indexOf(type) | (was === undefined ? 0 : HAS_WAS) | (lineage === undefined ? 0 : HAS_LINEAGE),
      f: words.number(event.f),
      key: words.number(event.key),
      client: words.number(event.client),
      node: words.number(event.node),
      error: words.number(event.error),
    }
    this.#open().push(row, textOf(event))
    this.#counts[type] += 1
    this.#length += 1
  }

  timeAt(at: number): number {
    return cell(this.#block(at).times, at)
  }

  processAt(at: number): number {
    return cell(this.#block(at).processes, at)
  }

  typeAt(at: number): EventType {
    return typeOf(cell(this.#block(at).kinds, at))
  }

  fAt(at: number): string {
    return this.#words.word(cell(this.#block(at).fs, at)) ?? ''
  }

  keyAt(at: number): string | null {
    return this.#words.word(cell(this.#block(at).keys, at)) ?? null
  }

  clientAt(at: number): string | undefined {
    return this.#words.word(cell(this.#block(at).clients, at))
  }

  eventAt(at: number): HistoryEvent {
    const block = this.#block(at)
    const kind = cell(block.kinds, at)
    const client = this.clientAt(at)
    const node = this.#words.word(cell(block.nodes, at))
    const error = this.#words.word(cell(block.errors, at))
    return {
      process: this.processAt(at),
      type: typeOf(kind),
      f: this.fAt(at),
      key: this.keyAt(at),
      time: this.timeAt(at),
      ...(client === undefined ? {} : { client }),
      ...(node === undefined ? {} : { node }),
      ...(error === undefined ? {} : { error }),
      ...restOf(block.text(at & ROW_BITS), kind),
    }
  }

  *[Symbol.iterator](): Generator<HistoryEvent, void> {
    for (let at = 0; at < this.#length; at++) yield this.eventAt(at)
  }

  #open(): EventBlock {
    const last = this.#blocks.at(-1)
    if (last !== undefined && !last.full) return last
    const fresh = new EventBlock(BLOCK_ROWS)
    this.#blocks.push(fresh)
    return fresh
  }

  #block(at: number): EventBlock {
    const block = at >= 0 && at < this.#length ? this.#blocks[at >> BLOCK_BITS] : undefined
    if (block === undefined) throw new RangeError(`there is no event ${at}: the history has ${this.#length}`)
    return block
  }
}

/** `at` is a position in the history; its block's row is in the low bits, so the column has it. */
function cell(column: Float64Array | Uint32Array | Uint8Array, at: number): number {
  return column[at & ROW_BITS] ?? 0
}

function typeOf(kind: number): EventType {
  const type = TYPES[kind & TYPE_BITS]
  assert(type !== undefined, 'two bits are one of four types')
  return type
}

/** Empty for the value none, which is the most common one, unless more is to be said. */
function textOf({ value, was, lineage }: HistoryEvent): string {
  if (was === undefined && lineage === undefined) return value === null ? '' : (JSON.stringify(value) ?? '')
  return JSON.stringify([value, ...(was === undefined ? [] : [was]), ...(lineage === undefined ? [] : [lineage])])
}

function restOf(text: string, kind: number): Pick<HistoryEvent, 'value' | 'was' | 'lineage'> {
  if (text === '') return { value: null }
  const [hasWas, hasLineage] = [(kind & HAS_WAS) !== 0, (kind & HAS_LINEAGE) !== 0]
  const told: unknown = JSON.parse(text)
  if (!hasWas && !hasLineage) return { value: told }
  const [value, ...more] = told as readonly unknown[]
  return {
    value,
    ...(hasWas ? { was: more[0] as string | null } : {}),
    ...(hasLineage ? { lineage: more[hasWas ? 1 : 0] as Lineage } : {}),
  }
}
