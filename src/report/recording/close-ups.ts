/** The second reading of the files: what was sent, asked and told inside the chosen windows, thinned to what a picture can hold. */
import { byNumber } from '../../machine/ids.ts'
import type { MessageRecord } from '../../stream/events.ts'
import { messageKind } from '../../stream/message-kind.ts'
import { type Fields, listOf, numberOf, textOf } from './json-lines.ts'
import type { CloseUp, ShownOperation, ToldEvent, Window } from './types.ts'

/** Read for a window before thinning. */
const MOST_READ = 20_000
const MOST_TOLD = 200
/** Lanes of clients in a window, those of a violation apart. */
const MOST_CLIENTS = 8

export interface CloseUpBudget {
  readonly messages: number
  readonly operations: number
}

/** One window while the files stream past. */
export class CloseUpDraft {
  readonly window: Window
  readonly #budget: CloseUpBudget
  readonly #byType = new Map<string, MessageRecord[]>()
  readonly #counts = new Map<string, number>()
  readonly #operations: ShownOperation[] = []
  readonly #lit: ShownOperation[] = []
  readonly #told: ToldEvent[] = []
  #toldLeft = 0
  #operationsLeft = 0
  #unrecorded = 0
  #read = 0

  constructor(window: Window, budget: CloseUpBudget) {
    this.window = window
    this.#budget = budget
  }

  /** A `messages` sample at `atNs`. Those that were sent outside are passed over. */
  hear(event: Fields, atNs: number): void {
    const { fromNs, toNs } = this.window
    const records = listOf(event.records)
      .map(messageOf)
      .filter((one) => one !== null)
    const firstNs = (records[0]?.[0] ?? atNs / 1e3) * 1e3
    if (firstNs > toNs || atNs < fromNs) return
    this.#unrecorded += numberOf(event.left) ?? 0
    for (const record of records) if (record[0] * 1e3 >= fromNs && record[0] * 1e3 <= toNs) this.#keep(record)
  }

  tell(told: ToldEvent): void {
    if (told.atNs < this.window.fromNs || told.atNs > this.window.toNs) return
    if (this.#told.length < MOST_TOLD) this.#told.push(told)
    else this.#toldLeft += 1
  }

  /** `lit`: it belongs to a violation, so it is kept whatever there is. */
  operation(operation: ShownOperation, lit: boolean): void {
    const { fromNs, toNs } = this.window
    if (operation.beginNs > toNs || (operation.endNs ?? Number.POSITIVE_INFINITY) < fromNs) return
    if (lit) this.#lit.push(operation)
    else if (this.#operations.length < MOST_READ) this.#operations.push(operation)
    else this.#operationsLeft += 1
  }

  done(): CloseUp {
    const first = this.#lit.map(({ client }) => client)
    const operations = thinByClient(this.#operations, first, this.#budget.operations)
    return {
      window: this.window,
      messages: thinByType(this.#byType, this.#budget.messages).sort((a, b) => a[0] - b[0]),
      messageCounts: new Map([...this.#counts].sort(([, a], [, b]) => a - b)),
      unrecorded: this.#unrecorded,
      operations: [...this.#lit, ...operations].sort((a, b) => a.beginNs - b.beginNs),
      operationsLeft: this.#operationsLeft + this.#operations.length - operations.length,
      told: this.#told,
      toldLeft: this.#toldLeft,
    }
  }

  #keep(record: MessageRecord): void {
    const type = kindOf(record)
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1)
    if (this.#read >= MOST_READ) return
    this.#read += 1
    const alike = this.#byType.get(type)
    if (alike === undefined) this.#byType.set(type, [record])
    else alike.push(record)
  }
}

/** `append` of `append+2`: what leads the datagram. */
export function kindOf([, , , type]: MessageRecord): string {
  return messageKind(type) || '?'
}

export function isDropped([, , , , fate]: MessageRecord): boolean {
  return fate !== 'passed'
}

/**
 * Rare types tell most (votes among heartbeats), so room is given out from the rarest on, an equal share each; of what does not fit, drops go
 * first, then every so-manieth, evenly over time.
 */
export function thinByType(byType: ReadonlyMap<string, readonly MessageRecord[]>, room: number): MessageRecord[] {
  const kept: MessageRecord[] = []
  const types = [...byType.values()].sort((a, b) => a.length - b.length)
  for (const [at, records] of types.entries()) {
    const share = Math.max(1, Math.floor((room - kept.length) / (types.length - at)))
    kept.push(...thin(records, share))
  }
  return kept
}

/** Whole clients as long as there is room, since a lane with gaps would show pauses that nobody made; at most one is thinned. `first` go first. */
export function thinByClient(operations: readonly ShownOperation[], first: readonly string[], room: number): readonly ShownOperation[] {
  const clients = [...new Set([...first, ...operations.map(({ client }) => client).sort(byNumber)])]
  const kept: ShownOperation[] = []
  let lanes = 0
  for (const client of clients) {
    const mine = operations.filter((operation) => operation.client === client)
    const needed = first.includes(client)
    if (!needed && (lanes >= MOST_CLIENTS || (kept.length > 0 && kept.length + mine.length > room))) continue
    if (!needed) lanes += 1
    kept.push(...evenly(mine, room))
  }
  return kept
}

function thin(records: readonly MessageRecord[], room: number): readonly MessageRecord[] {
  if (records.length <= room) return records
  const dropped = evenly(records.filter(isDropped), Math.ceil(room / 2))
  return [
    ...dropped,
    ...evenly(
      records.filter((record) => !isDropped(record)),
      room - dropped.length,
    ),
  ]
}

function evenly<T>(all: readonly T[], room: number): readonly T[] {
  if (all.length <= room) return all
  return Array.from({ length: room }, (_, i) => all[Math.floor((i * all.length) / room)]).filter((one) => one !== undefined)
}

export function messageOf(value: unknown): MessageRecord | null {
  const [atUs, from, to, type, fate, tookUs] = listOf(value)
  const at = numberOf(atUs)
  const [a, b, c, d] = [textOf(from), textOf(to), textOf(type), textOf(fate)]
  if (at === null || a === null || b === null || c === null || d === null) return null
  return [at, a, b, c, d, numberOf(tookUs) ?? 0]
}
