/** The transcript as it grows: from what is typed here, and from what the lab tells. */
import type { Answer, LabEvent } from '../../lab/types.ts'
import { isEcho } from '../answer-text.ts'
import { EventFlow } from '../event-flow.ts'
import type { Operation, Outcome } from '../pending.ts'
import { joins } from './said-alike.ts'
import type { Item } from './transcript.ts'

/** Older ones are forgotten; `events.jsonl` has them all. */
export const MAX_ITEMS = 2000

/** A machine that has other work stands still for a moment all the time; below this it explains nothing. Milliseconds. */
const LEAST_STALL_MS = 1000

export class TranscriptLog {
  readonly #flow = new EventFlow()
  #items: readonly Item[] = []
  /** Items of commands that have not ended, by the operation they stand for. */
  readonly #open = new Map<Operation, Item>()
  /** Commands that somebody else gave in the person's name: a guide. */
  #foreign: readonly Item[] = []

  /** Another array whenever something changed. */
  get items(): readonly Item[] {
    return this.#items
  }

  begun(operation: Operation): void {
    const item: Item = { type: 'command', line: operation.line, sinceMs: operation.sinceMs, outcome: null }
    this.#open.set(operation, item)
    this.#add(item)
  }

  ended(operation: Operation, outcome: Outcome): void {
    const item = this.#open.get(operation)
    this.#open.delete(operation)
    if (item !== undefined) this.#complete(item, outcome)
  }

  note(text: string): void {
    this.#add({ type: 'note', text })
  }

  /** Answers whether there is anything new to see. */
  hear(event: LabEvent, nowMs: number): boolean {
    if (isEcho(event)) return this.#hearCommand(event, nowMs)
    if (event.text === undefined || isSmallStall(event)) return false
    const joined = joins(this.#items, event)
    if (joined !== null) {
      this.#items = this.#items.with(joined.at, joined.item)
      return true
    }
    if (!this.#flow.admit(event, nowMs)) return false
    this.#add({ type: 'event', event, others: [] })
    return true
  }

  /** Says how many events were kept back, once in a while. */
  tell(nowMs: number): void {
    const more = this.#flow.told(nowMs)
    if (more > 0) this.#add({ type: 'note', text: `… and ${more} more events; the command events lists the newest` })
  }

  /** A command in the person's name that was not typed here has no item yet. */
  #hearCommand(event: LabEvent, nowMs: number): boolean {
    if (event.author !== 'person') return false
    if (event.type === 'command') {
      const line = event.text ?? ''
      if ([...this.#open.keys()].some((operation) => operation.asked && operation.line === line)) return false
      const item: Item = { type: 'command', line, sinceMs: nowMs, outcome: null }
      this.#foreign = [...this.#foreign, item].slice(-MAX_ITEMS)
      this.#add(item)
      return true
    }
    const item = this.#foreign.find((one) => one.type === 'command' && one.line === event.command)
    if (item === undefined || !isAnswer(event.answer)) return false
    this.#foreign = this.#foreign.filter((one) => one !== item)
    this.#complete(item, { type: 'answer', answer: event.answer })
    return true
  }

  #complete(item: Item, outcome: Outcome): void {
    if (item.type !== 'command') return
    const done: Item = { ...item, outcome }
    this.#items = this.#items.map((one) => (one === item ? done : one))
  }

  #add(item: Item): void {
    this.#items = [...this.#items, item].slice(-MAX_ITEMS)
  }
}

export function isSmallStall({ type, ms }: LabEvent): boolean {
  return type === 'stall' && typeof ms === 'number' && ms < LEAST_STALL_MS
}

export function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'status' in value && 'ms' in value
}
