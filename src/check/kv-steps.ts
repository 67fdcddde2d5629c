import { BadHistory } from '../history/bad-history.ts'
import type { Operation } from '../history/operations.ts'

/** What a key holds; null is absence. */
export type Value = string | null

/** What an operation does to the one value of its key, at the one instant it takes effect. */
export type Step =
  /** A get, or a cas refused on the value it met. */
  | { readonly kind: 'see'; readonly value: Value }
  /** A get that answered several values at once, which no single copy holds. */
  | { readonly kind: 'see-many'; readonly values: readonly string[] }
  /** A cas refused on a value that was not told. */
  | { readonly kind: 'see-not'; readonly value: Value }
  | { readonly kind: 'write'; readonly value: Value }
  | { readonly kind: 'swap'; readonly from: Value; readonly to: Value }
  /** `result` undefined: the answer is not known. */
  | { readonly kind: 'change'; readonly by: 'add' | 'mul' | 'append'; readonly operand: string; readonly result: Value | undefined }
  /** Nothing explains this answer: a cas refused although it met what it expected. */
  | { readonly kind: 'absurd' }

export interface KvOperation {
  readonly operation: Operation
  readonly step: Step
  /** Unknown outcome: it took effect once at any time after `begin`, or never. */
  readonly open: boolean
  readonly begin: number
  readonly end: number
}

/** How a history of this kind is to be read. */
export interface KvSemantics {
  /** What every key holds at first. */
  readonly initial: Value
  /** Whether the ok of add, mul and append carries the new value. */
  readonly answers: boolean
  /** A failed cas tells the value it met (`was`), or only that it was not the expected one (`mismatch`), or nothing (`none`). */
  readonly refusedCas: 'was' | 'mismatch' | 'none'
}

/** The lab's own store. */
export const LAB_KV: KvSemantics = { initial: null, answers: true, refusedCas: 'was' }

/** One list per key, in order of first mention. Operations that are no evidence are left out. Throws BadHistory. */
export function stepsByKey(operations: readonly Operation[], semantics: KvSemantics): Map<string, KvOperation[]> {
  const keys = new Map<string, KvOperation[]>()
  for (const operation of operations) {
    const step = stepOf(operation, semantics)
    if (step === null) continue
    const key = operation.key ?? ''
    const open = operation.outcome === 'info'
    const entry = { operation, step, open, begin: operation.begin, end: operation.end }
    const list = keys.get(key)
    if (list === undefined) keys.set(key, [entry])
    else list.push(entry)
  }
  return keys
}

function stepOf(operation: Operation, semantics: KvSemantics): Step | null {
  const { f, outcome, invoke, completion } = operation
  if (outcome === 'fail') return f === 'cas' ? refusal(operation, semantics) : null
  const answer = completion?.value
  switch (f) {
    case 'get':
    case 'read':
      return outcome === 'ok' ? seen(answer, operation) : null
    case 'put':
    case 'write':
      return { kind: 'write', value: toValue(invoke.value, operation) }
    case 'del':
      return { kind: 'write', value: null }
    case 'resolve':
      // The union of the one value that a single copy has is that value.
      if (invoke.value !== null) return { kind: 'write', value: toValue(invoke.value, operation) }
      return outcome === 'ok' ? seen(answer, operation) : null
    case 'join':
    case 'leave':
      return null
    case 'cas': {
      const [from, to] = pairOf(invoke.value, operation)
      return { kind: 'swap', from, to }
    }
    case 'add':
    case 'mul':
    case 'append': {
      const result = outcome === 'ok' && semantics.answers ? toValue(answer, operation) : undefined
      return { kind: 'change', by: f, operand: toValue(invoke.value, operation) ?? '', result }
    }
    default:
      throw new BadHistory(operation.begin + 1, `a key-value store has no operation ${f}`)
  }
}

function seen(answer: unknown, operation: Operation): Step {
  if (!Array.isArray(answer)) return { kind: 'see', value: toValue(answer, operation) }
  const values = answer.map((value) => toValue(value, operation) ?? 'none')
  return values.length > 1 ? { kind: 'see-many', values } : { kind: 'see', value: values[0] ?? null }
}

function refusal(operation: Operation, semantics: KvSemantics): Step | null {
  const [from] = pairOf(operation.invoke.value, operation)
  switch (semantics.refusedCas) {
    case 'none':
      return null
    case 'mismatch':
      return { kind: 'see-not', value: from }
    case 'was': {
      const was = operation.completion?.was
      if (was === undefined) return null
      return was === from ? { kind: 'absurd' } : { kind: 'see', value: was }
    }
  }
}

function pairOf(value: unknown, operation: Operation): readonly [Value, Value] {
  if (!Array.isArray(value) || value.length !== 2) throw new BadHistory(operation.begin + 1, 'the value of a cas must be [old, new]')
  return [toValue(value[0], operation), toValue(value[1], operation)]
}

function toValue(value: unknown, operation: Operation): Value {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new BadHistory(operation.begin + 1, `a value of ${operation.f} must be text, a number or null`)
}
