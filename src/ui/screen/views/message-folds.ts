/** Messages as rows of a sequence diagram: what belongs together (a fan-out, its answers, a run of heartbeats) is folded into one row. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { MessageRecord } from '../../../stream/events.ts'
import { messageKind } from '../../../stream/message-kind.ts'

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

/** Messages of one kind with one fate, and those of their folds that may still grow. */
interface Family {
  readonly kind: string
  readonly fate: string
  growing: readonly Open[]
}

/** A kind with more than this many in sight is common: its runs are folded over whole slots of time. */
const COMMON = 30
const COMMON_SLOT_US = 3_000_000
/** Others fold only what was said in one breath. */
const BREATH_US = 40_000
/** Folds of one family that grow side by side, such as the heartbeats of two leaders. */
const SIDE_BY_SIDE = 2
const MOST_GROWING = 8

/** In order of their first message. Bounds are multiples of time, so that a fold looks the same in every frame. */
export function foldMessages(records: readonly MessageRecord[]): readonly MessageFold[] {
  const families = new Map<string, Family>()
  const counts = new Map<string, number>()
  const sorted = records.map(([, , , type, fate]): Family => {
    const family = familyOf(families, type, fate)
    counts.set(family.kind, (counts.get(family.kind) ?? 0) + 1)
    return family
  })
  const folds: Open[] = []
  for (const [i, record] of records.entries()) {
    const family = sorted[i]
    if (family === undefined) continue
    const common = (counts.get(family.kind) ?? 0) > COMMON
    const fold = add(family, record, common)
    if (fold !== null) folds.push(fold)
  }
  return folds
}

/** By what stands in the record, so that its kind is cut out once. */
function familyOf(families: Map<string, Family>, type: string, fate: string): Family {
  const key = `${type} ${fate}`
  const known = families.get(key)
  if (known !== undefined) return known
  const kind = messageKind(type)
  const family = families.get(`${kind} ${fate}`) ?? { kind, fate, growing: [] }
  families.set(`${kind} ${fate}`, family)
  families.set(key, family)
  return family
}

/** Into a fold that grows, or into a new one, which is answered. */
function add(family: Family, [atUs, from, to, , , tookUs]: MessageRecord, common: boolean): Open | null {
  const slot = common ? Math.floor(atUs / COMMON_SLOT_US) : -1
  const side = family.growing.filter((fold) => fold.slot === slot && (common || atUs - fold.atUs < BREATH_US))
  const crowded = common && side.length >= SIDE_BY_SIDE ? side.at(-1) : undefined
  const home = side.find((fold) => fits(fold, from, to)) ?? crowded
  if (home === undefined) {
    const fold: Open = { kind: family.kind, fate: family.fate, atUs, slot, from: [from], to: [to], count: 1, tookUs }
    family.growing = [...side, fold].slice(-MOST_GROWING)
    return fold
  }
  if (!home.from.includes(from)) home.from.push(from)
  if (!home.to.includes(to)) home.to.push(to)
  home.count++
  home.tookUs = Math.max(home.tookUs, tookUs)
  return null
}

/** One sender to many, or many to one receiver. */
function fits({ from, to }: Open, sender: EndpointId, receiver: EndpointId): boolean {
  const sameSender = from.length === 1 && from[0] === sender
  const sameReceiver = to.length === 1 && to[0] === receiver
  return sameSender || sameReceiver
}
