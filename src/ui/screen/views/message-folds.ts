/** Messages as rows of a sequence diagram: what belongs together (a fan-out, its answers, a run of heartbeats) is folded into one row. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { MessageRecord } from '../../../stream/events.ts'

export interface MessageFold {
  readonly kind: string
  /** `passed`, or why they were dropped. */
  readonly fate: string
  /** Of the first of them, microseconds since the run began. */
  readonly atUs: number
  readonly from: readonly EndpointId[]
  readonly to: readonly EndpointId[]
  readonly count: number
  /** The longest any of them was under way. */
  readonly tookUs: number
}

interface Open {
  readonly kind: string
  readonly fate: string
  readonly atUs: number
  readonly slot: number
  readonly from: EndpointId[]
  readonly to: EndpointId[]
  count: number
  tookUs: number
}

/** A kind with more than this many in sight is common: its runs are folded over whole slots of time. */
const COMMON = 40
const COMMON_SLOT_US = 2_000_000
/** Others fold only what was said in one breath. */
const BREATH_US = 40_000
/** Rows of one kind that grow side by side, such as the heartbeats of two leaders. */
const SIDE_BY_SIDE = 2

/** `append+2` is an append: what shares its datagram is not told apart here. */
export function kindOf(type: string): string {
  const plus = type.indexOf('+')
  return plus > 0 ? type.slice(0, plus) : type
}

/** In order of their first message. Bounds are multiples of time, so that a fold looks the same in every frame. */
export function foldMessages(records: readonly MessageRecord[]): readonly MessageFold[] {
  const counts = new Map<string, number>()
  for (const [, , , type] of records) counts.set(kindOf(type), (counts.get(kindOf(type)) ?? 0) + 1)
  const folds: Open[] = []
  const growing = new Map<string, Open[]>()
  for (const [atUs, from, to, type, fate, tookUs] of records) {
    const kind = kindOf(type)
    const common = (counts.get(kind) ?? 0) > COMMON
    const slot = common ? Math.floor(atUs / COMMON_SLOT_US) : -1
    const key = `${kind} ${fate}`
    const side = (growing.get(key) ?? []).filter((fold) => (common ? fold.slot === slot : fold.slot === -1 && atUs - fold.atUs < BREATH_US))
    const home = side.find((fold) => fits(fold, from, to)) ?? (common && side.length >= SIDE_BY_SIDE ? side.at(-1) : undefined)
    if (home === undefined) {
      const fold: Open = { kind, fate, atUs, slot, from: [from], to: [to], count: 1, tookUs }
      folds.push(fold)
      growing.set(key, [...side, fold].slice(-SIDE_BY_SIDE * 4))
      continue
    }
    if (!home.from.includes(from)) home.from.push(from)
    if (!home.to.includes(to)) home.to.push(to)
    home.count++
    home.tookUs = Math.max(home.tookUs, tookUs)
  }
  return folds
}

/** One sender to many, or many to one receiver. */
function fits({ from, to }: Open, sender: EndpointId, receiver: EndpointId): boolean {
  const sameSender = from.length === 1 && from[0] === sender
  const sameReceiver = to.length === 1 && to[0] === receiver
  return sameSender || sameReceiver
}
