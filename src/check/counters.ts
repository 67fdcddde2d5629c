/** A history as one of counters that are added to and read. */
import type { Operation } from '../history/operations.ts'
import { parseDecimal } from '../machine/decimal.ts'
import { numberOf } from './elements.ts'
import { type VersionGraph, versionGraphs, writtenBy } from './lineage.ts'

export interface Counter {
  /** Empty where histories name none. */
  readonly key: string
  /** Those of unknown outcome included. */
  readonly additions: readonly { readonly operation: Operation; readonly amount: number }[]
  readonly reads: readonly { readonly operation: Operation; readonly value: number }[]
}

export function countersOf(operations: readonly Operation[]): Counter[] {
  if (operations.some(({ f }) => f === 'read')) return [plain(operations)]
  const graphs = versionGraphs(operations)
  const byKey = new Map<string, Operation[]>()
  for (const operation of operations) {
    if (operation.key === null) continue
    const list = byKey.get(operation.key)
    if (list === undefined) byKey.set(operation.key, [operation])
    else list.push(operation)
  }
  return [...byKey].flatMap(([key, own]) => textual(key, own, graphs.get(key)) ?? [])
}

function plain(operations: readonly Operation[]): Counter {
  const adds = operations.filter(({ f, outcome }) => f === 'add' && outcome !== 'fail')
  const reads = operations.filter(({ f, outcome }) => f === 'read' && outcome === 'ok')
  return {
    key: '',
    additions: adds.map((operation) => ({ operation, amount: numberOf(operation.invoke.value, operation) })),
    reads: reads.map((operation) => ({ operation, value: numberOf(operation.completion?.value, operation) })),
  }
}

const REPLACES: ReadonlySet<string> = new Set(['put', 'resolve'])

/** Null for a key that is no counter: something else than numbers was written, or replaced without a look. */
function textual(key: string, operations: readonly Operation[], graph: VersionGraph | undefined): Counter | null {
  const additions: { operation: Operation; amount: number }[] = []
  const reads: { operation: Operation; value: number }[] = []
  for (const operation of operations) {
    if (operation.outcome === 'fail') continue
    if (operation.f === 'get') {
      if (operation.outcome !== 'ok') continue
      const value = highest(textsOf(operation.completion?.value))
      if (value === null) return null
      reads.push({ operation, value })
      continue
    }
    const amount =
      operation.f === 'add' ? numberIn(operation.invoke.value) : REPLACES.has(operation.f) ? difference(operation, graph) : null
    if (amount === null) return null
    additions.push({ operation, amount })
  }
  return additions.length === 0 ? null : { key, additions, reads }
}

/** By how much a write raised the highest of what its client held. */
function difference({ invoke, completion }: Operation, graph: VersionGraph | undefined): number | null {
  const value = numberIn(invoke.value)
  const over = completion?.lineage?.over
  if (value === null || graph === undefined || over === undefined) return null
  const held = over.map((name) => graph.versions.get(name)).map((version) => (version === undefined ? undefined : writtenBy(version)))
  const before = highest(held.map((text) => text ?? null))
  return before === null ? null : value - before
}

/** Siblings of a counter that only grows: the highest is what is known. Absence counts for nothing. */
function highest(texts: readonly (string | null)[]): number | null {
  let most = 0
  for (const text of texts) {
    const value = text === null ? 0 : numberIn(text)
    if (value === null) return null
    most = Math.max(most, value)
  }
  return most
}

function textsOf(value: unknown): (string | null)[] {
  return (Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'string' ? one : null))
}

function numberIn(value: unknown): number | null {
  const parsed = typeof value === 'string' ? parseDecimal(value) : null
  return parsed === null ? null : parsed.toNumber()
}
