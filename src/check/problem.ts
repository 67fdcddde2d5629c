import type { KvOperation, Value } from './kv-steps.ts'
import { Values } from './values.ts'

/** An operation as the search sees it. */
export interface Action {
  readonly source: KvOperation
  readonly kind: 'observe' | 'overwrite' | 'update'
  apply(state: number): number
  /** Its bit while it is pending. Operations that are never pending together share one. -1 for unknown outcomes. */
  readonly slot: number
}

/** Unknown operations that would do the same: only how many took effect matters, not which. */
export interface OpenClass {
  readonly action: Action
  /** For each member the index of the first return after its invoke, ascending: it may take effect from there on. */
  readonly from: readonly number[]
}

/** The operations of one key, laid out by the returns of those that were answered. */
export interface Problem {
  readonly values: Values
  readonly initial: number
  /** The answered operations in order of their returns. */
  readonly returns: readonly Action[]
  /** Pending at return r (it included): `pending[pendingFrom[r]] … pending[pendingFrom[r + 1] - 1]`, indices into `returns`. */
  readonly pending: Int32Array
  readonly pendingFrom: Int32Array
  readonly opens: readonly OpenClass[]
  /** By value number: the last return that could notice the value; Infinity if one could at any time. */
  noticedUntil(value: number): number
  readonly slots: number
}

export function layOut(operations: readonly KvOperation[], initial: Value): Problem {
  const values = new Values()
  const known = operations.filter(({ open }) => !open).sort((a, b) => a.end - b.end)
  const { slots, slotOf } = giveSlots(known)
  const returns = known.map((source, at) => actionOf(source, values, slotOf[at] ?? 0))
  return {
    values,
    initial: values.intern(initial),
    returns,
    ...pendingAtReturns(known),
    opens: classesOf(operations, known, values),
    noticedUntil: noticing(operations, known, values),
    slots,
  }
}

function actionOf(source: KvOperation, values: Values, slot: number): Action {
  const { step } = source
  const kind = step.kind === 'write' ? 'overwrite' : step.kind === 'swap' || step.kind === 'change' ? 'update' : 'observe'
  return { source, kind, apply: values.compile(step), slot }
}

/** Smallest free number at each invoke, so that bits stay as few as operations are ever pending together. */
function giveSlots(known: readonly KvOperation[]): { slots: number; slotOf: number[] } {
  const byBegin = known.map((_, at) => at).sort((a, b) => (known[a]?.begin ?? 0) - (known[b]?.begin ?? 0))
  const slotOf: number[] = new Array(known.length).fill(0)
  const free: number[] = []
  let slots = 0
  let returned = 0
  for (const at of byBegin) {
    const begin = known[at]?.begin ?? 0
    while (returned < known.length && (known[returned]?.end ?? 0) < begin) free.push(slotOf[returned++] ?? 0)
    slotOf[at] = free.pop() ?? slots++
  }
  return { slots, slotOf }
}

function pendingAtReturns(known: readonly KvOperation[]): { pending: Int32Array; pendingFrom: Int32Array } {
  const byBegin = known.map((_, at) => at).sort((a, b) => (known[a]?.begin ?? 0) - (known[b]?.begin ?? 0))
  const flat: number[] = []
  const pendingFrom = new Int32Array(known.length + 1)
  let now: number[] = []
  let begun = 0
  for (const [at, { end }] of known.entries()) {
    pendingFrom[at] = flat.length
    for (let next = byBegin[begun]; next !== undefined && (known[next]?.begin ?? 0) < end; next = byBegin[++begun]) now.push(next)
    for (const other of now) flat.push(other)
    now = now.filter((other) => other !== at)
  }
  pendingFrom[known.length] = flat.length
  return { pending: Int32Array.from(flat), pendingFrom }
}

function classesOf(operations: readonly KvOperation[], known: readonly KvOperation[], values: Values): OpenClass[] {
  const classes = new Map<string, { action: Action; from: number[] }>()
  for (const source of operations) {
    if (!source.open || source.step.kind === 'see' || source.step.kind === 'see-not') continue
    const from = firstReturnAfter(known, source.begin)
    if (from === known.length) continue
    const effect = JSON.stringify(source.step)
    const known_ = classes.get(effect)
    if (known_ !== undefined) known_.from.push(from)
    else classes.set(effect, { action: actionOf(source, values, -1), from: [from] })
  }
  for (const { from } of classes.values()) from.sort((a, b) => a - b)
  return [...classes.values()]
}

function firstReturnAfter(known: readonly KvOperation[], begin: number): number {
  let low = 0
  let high = known.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((known[middle]?.end ?? 0) > begin) high = middle
    else low = middle + 1
  }
  return low
}

/** Who could ever need the store to hold a value: reads and cas by name, add, mul, append and "not this" almost any. */
function noticing(operations: readonly KvOperation[], known: readonly KvOperation[], values: Values): (value: number) => number {
  const until: number[] = []
  let anything = -1
  const note = (value: Value, at: number) => {
    const number = values.intern(value)
    until[number] = Math.max(until[number] ?? -1, at)
  }
  const returnOf = new Map(known.map((operation, at) => [operation, at]))
  for (const operation of operations) {
    const at = returnOf.get(operation) ?? Number.POSITIVE_INFINITY
    const { step } = operation
    if (step.kind === 'see') note(step.value, at)
    else if (step.kind === 'swap') note(step.from, at)
    else if (step.kind === 'change' || step.kind === 'see-not') anything = Math.max(anything, at)
  }
  return (value) => Math.max(until[value] ?? -1, anything)
}
