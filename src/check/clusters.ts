import type { KvOperation, Value } from './kv-steps.ts'

/** A write with unique value and everybody who saw it. Positions are lines of the history. */
export interface Cluster {
  readonly value: Value
  /** Null for the value that was there before the history. */
  readonly writer: KvOperation | null
  /** The first operation of the cluster that was answered: by then the value had been there. -1 and null: before the history. */
  firstEnd: number
  firstEnded: KvOperation | null
  /** The last operation of the cluster that was asked: from then on the value was still to be there. */
  lastBegin: number
  lastBegun: KvOperation | null
  /** The clusters that a cas leads from and to. */
  previous: Cluster | null
  next: Cluster | null
  /** The first to have seen it, which proves that a write of unknown outcome took effect. */
  seenBy: KvOperation | null
}

/** An answer that cannot be, with the operations that show it. */
export interface Violation {
  readonly why: string
  readonly witness: readonly KvOperation[]
}

export interface UniqueWrites {
  readonly writers: ReadonlyMap<Value, KvOperation>
  readonly observations: readonly KvOperation[]
  /** Deletes that nobody saw: each a value of its own. */
  readonly deletes: readonly KvOperation[]
}

/**
 * Null unless every value of this key is written at most once and only gets, puts and cas (refused ones with the value they
 * met) touch it. A delete writes absence again, so it belongs here only while nobody ever saw absence.
 */
export function uniqueWrites(operations: readonly KvOperation[], initial: Value): UniqueWrites | null {
  const writers = new Map<Value, KvOperation>()
  const observations: KvOperation[] = []
  const deletes: KvOperation[] = []
  let absenceSeen = false
  for (const operation of operations) {
    const { step } = operation
    switch (step.kind) {
      case 'see':
        observations.push(operation)
        absenceSeen ||= step.value === null
        break
      case 'write':
      case 'swap': {
        const value = step.kind === 'write' ? step.value : step.to
        if (step.kind === 'swap') absenceSeen ||= step.from === null
        if (step.kind === 'write' && value === null) {
          if (!operation.open) deletes.push(operation)
          break
        }
        if (value === null || value === initial || writers.has(value)) return null
        writers.set(value, operation)
        break
      }
      default:
        return null
    }
  }
  const openDelete = operations.some(({ open, step }) => open && step.kind === 'write' && step.value === null)
  if (absenceSeen && (deletes.length > 0 || openDelete)) return null
  return { writers, observations, deletes }
}

/** An unknown write took effect only if somebody saw its value, or a cas that took effect started from it. */
export function tookEffect({ writers, observations }: UniqueWrites): Set<KvOperation> {
  const counted = new Set<KvOperation>()
  const needed: Value[] = []
  const count = (operation: KvOperation | undefined) => {
    if (operation === undefined || counted.has(operation)) return
    counted.add(operation)
    if (operation.step.kind === 'swap') needed.push(operation.step.from)
  }
  for (const { step } of observations) if (step.kind === 'see') needed.push(step.value)
  for (const operation of writers.values()) if (!operation.open) count(operation)
  for (let value = needed.pop(); value !== undefined; value = needed.pop()) count(writers.get(value))
  return counted
}

export function clusterOf(value: Value, writer: KvOperation | null): Cluster {
  return {
    value,
    writer,
    firstEnd: writer?.end ?? -1,
    firstEnded: writer,
    lastBegin: writer?.begin ?? -1,
    lastBegun: writer,
    previous: null,
    next: null,
    seenBy: null,
  }
}

export function join(cluster: Cluster, observation: KvOperation): void {
  cluster.seenBy ??= observation
  if (observation.end < cluster.firstEnd) {
    cluster.firstEnd = observation.end
    cluster.firstEnded = observation
  }
  if (observation.begin > cluster.lastBegin) {
    cluster.lastBegin = observation.begin
    cluster.lastBegun = observation
  }
}

/** The same operations, and for each write of unknown outcome somebody who shows that it took effect. */
export function withEvidence(clusters: ReadonlyMap<Value, Cluster>, witness: readonly KvOperation[]): KvOperation[] {
  const all = new Set(witness)
  for (const operation of all) {
    const { step, open } = operation
    if (!open || (step.kind !== 'write' && step.kind !== 'swap')) continue
    const cluster = clusters.get(step.kind === 'write' ? step.value : step.to)
    const proof = cluster?.seenBy ?? cluster?.next?.writer
    if (proof != null) all.add(proof)
  }
  return [...all]
}
