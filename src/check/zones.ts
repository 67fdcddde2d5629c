import { type Cluster, clusterOf, join, tookEffect, type UniqueWrites, uniqueWrites, type Violation, withEvidence } from './clusters.ts'
import type { KvOperation, Value } from './kv-steps.ts'
import { beginTime, claimOf, endTime, nameOf, showValue } from './words.ts'

/** Clusters that cas operations bind to each other, in the order of the chain; without cas, one cluster. */
interface Block {
  /** Where the first answer stands, and where the last question. */
  readonly first: Cluster
  readonly last: Cluster
}

/**
 * The test of Gibbons and Korach (1997, section 4) for one key whose values are all different: group each write with its
 * readers; one group must come before another if one of its answers came before one of the other's questions; the history is
 * linearizable unless two groups must each come first. A cas binds two groups into one block. Near-linear whatever the
 * concurrency and however many outcomes are unknown.
 *
 * Undefined: not of this kind, so that `search` must decide. Null: no violation.
 */
export function zones(operations: readonly KvOperation[], initial: Value): Violation | null | undefined {
  const unique = uniqueWrites(operations, initial)
  if (unique === null) return undefined
  const clusters = new Map<Value, Cluster>([[initial, clusterOf(initial, null)]])
  const violation = judge(clusters, unique)
  return violation === null ? null : { why: violation.why, witness: withEvidence(clusters, violation.witness) }
}

function judge(clusters: Map<Value, Cluster>, unique: UniqueWrites): Violation | null {
  const violation = fill(clusters, unique) ?? link(clusters)
  if (violation !== null) return violation
  const blocks: Block[] = unique.deletes.map((writer) => {
    const alone = clusterOf(null, writer)
    return { first: alone, last: alone }
  })
  let linked = 0
  for (const root of clusters.values()) {
    if (root.previous !== null) continue
    const walked = walk(root)
    if ('why' in walked) return walked
    linked += walked.size
    blocks.push(walked.block)
  }
  if (linked < clusters.size) return cycle(clusters)
  return conflict(blocks)
}

function fill(clusters: Map<Value, Cluster>, unique: UniqueWrites): Violation | null {
  for (const writer of tookEffect(unique)) {
    const { step } = writer
    const value = step.kind === 'write' ? step.value : step.kind === 'swap' ? step.to : null
    clusters.set(value, clusterOf(value, writer))
  }
  for (const observation of unique.observations) {
    if (observation.step.kind !== 'see') continue
    const cluster = clusters.get(observation.step.value)
    if (cluster === undefined) {
      return {
        why: `${nameOf(observation)} ${claimOf(observation)} at ${endTime(observation)}, a value that nobody ever wrote`,
        witness: [observation],
      }
    }
    const { writer } = cluster
    if (writer !== null && observation.end < writer.begin) {
      const why = `${nameOf(observation)} ${claimOf(observation)} at ${endTime(observation)}, before ${nameOf(writer)} began at ${beginTime(writer)}`
      return { why, witness: [observation, writer] }
    }
    join(cluster, observation)
  }
  return null
}

/** Ties each cas to the cluster it started from. */
function link(clusters: Map<Value, Cluster>): Violation | null {
  for (const cluster of clusters.values()) {
    const { writer } = cluster
    if (writer?.step.kind !== 'swap') continue
    const from = clusters.get(writer.step.from)
    if (from === undefined)
      return { why: `${nameOf(writer)} succeeded, but nobody ever wrote ${showValue(writer.step.from)}`, witness: [writer] }
    if (from.next?.writer != null) {
      const other = from.next.writer
      const why = `${nameOf(other)} and ${nameOf(writer)} both succeeded from ${showValue(from.value)}, which was written only once`
      return { why, witness: [...(from.writer === null ? [] : [from.writer]), other, writer] }
    }
    from.next = cluster
    cluster.previous = from
  }
  return null
}

/** Inside a chain, no later value may have been there before an earlier one was still to come. */
function walk(root: Cluster): { readonly block: Block; readonly size: number } | Violation {
  let first = root
  let last = root
  let size = 1
  for (let cluster = root.next; cluster !== null; cluster = cluster.next) {
    if (cluster.firstEnd < last.lastBegin) return outOfChain(last, cluster)
    if (cluster.firstEnd < first.firstEnd) first = cluster
    if (cluster.lastBegin > last.lastBegin) last = cluster
    size += 1
  }
  return { block: { first, last }, size }
}

function outOfChain(earlier: Cluster, later: Cluster): Violation {
  const { lastBegun } = earlier
  const { firstEnded } = later
  if (lastBegun === null || firstEnded === null) throw new RangeError('a chain cannot contradict what was there before it')
  const why =
    `${nameOf(lastBegun)} began at ${beginTime(lastBegun)} and ${claimOf(lastBegun)}, but ${showValue(earlier.value)} had become ` +
    `${showValue(later.value)} by cas, and ${nameOf(firstEnded)} had ended at ${endTime(firstEnded)}`
  return { why, witness: [...chainBetween(earlier, later), lastBegun, firstEnded] }
}

function cycle(clusters: ReadonlyMap<Value, Cluster>): Violation {
  const rooted = new Set<Cluster>()
  for (const root of clusters.values()) {
    if (root.previous === null) for (let at: Cluster | null = root; at !== null; at = at.next) rooted.add(at)
  }
  const witness: KvOperation[] = []
  const start = [...clusters.values()].find((cluster) => !rooted.has(cluster))
  for (let at = start; at?.writer != null && !witness.includes(at.writer) && witness.length < 6; at = at.next ?? undefined)
    witness.push(at.writer)
  return { why: `each of ${witness.map(nameOf).join(', ')} needs another of them to have happened before it`, witness }
}

/** Two blocks that must each come first: the answers of both came before questions of the other. */
function conflict(blocks: readonly Block[]): Violation | null {
  const forward = blocks.filter(isForward).sort((a, b) => firstEnd(a) - firstEnd(b))
  for (const [at, zone] of forward.entries()) {
    const next = forward[at + 1]
    if (next !== undefined && firstEnd(next) < lastBegin(zone)) return clash(zone, next)
  }
  for (const block of blocks) {
    if (isForward(block)) continue
    const zone = lastBefore(forward, lastBegin(block))
    if (zone !== undefined && firstEnd(block) < lastBegin(zone)) return clash(zone, block)
  }
  return null
}

/** The last forward zone that starts before this position; they are disjoint and in order. */
function lastBefore(forward: readonly Block[], position: number): Block | undefined {
  let low = 0
  let high = forward.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const zone = forward[middle]
    if (zone !== undefined && firstEnd(zone) < position) low = middle + 1
    else high = middle
  }
  return forward[low - 1]
}

function firstEnd(block: Block): number {
  return block.first.firstEnd
}

function lastBegin(block: Block): number {
  return block.last.lastBegin
}

function isForward(block: Block): boolean {
  return firstEnd(block) < lastBegin(block)
}

/** Says it so that the operation asked last is the one that cannot be. */
function clash(a: Block, b: Block): Violation {
  const [old, fresh] = b.first.firstEnded !== null && (a.first.firstEnded === null || lastBegin(a) > lastBegin(b)) ? [a, b] : [b, a]
  const late = old.last.lastBegun
  const proof = fresh.first.firstEnded
  const question = fresh.last.lastBegun
  if (late === null || proof === null || question === null) throw new RangeError('what was there before the history cannot come late')
  const answered = old.first.firstEnded
  const order =
    answered === null
      ? 'was there before the history began'
      : `came before ${showValue(fresh.last.value)} (${nameOf(answered)} ended at ${endTime(answered)}, ${nameOf(question)} began at ${beginTime(question)})`
  const why =
    `${nameOf(late)} began at ${beginTime(late)} and ${claimOf(late)}, but ${showValue(old.first.value)}${via(old)} ${order}, and ` +
    `${showValue(fresh.first.value)}${via(fresh)} was there by ${endTime(proof)}, when ${nameOf(proof)} ended`
  const witness = [...chainBetween(old.first, old.last), ...chainBetween(fresh.first, fresh.last), late, proof]
  return { why, witness: answered === null ? witness : [...witness, answered, question] }
}

function via(block: Block): string {
  return block.first === block.last ? '' : ` (bound to ${showValue(block.last.value)} by cas)`
}

/** The writers that tie two clusters of one chain to each other, and the writer of the earlier. */
function chainBetween(a: Cluster, b: Cluster): KvOperation[] {
  const [start, end] = precedes(a, b) ? [a, b] : [b, a]
  const writers: KvOperation[] = []
  for (let at: Cluster | null = start; at !== null; at = at === end ? null : at.next) if (at.writer !== null) writers.push(at.writer)
  return writers
}

function precedes(a: Cluster, b: Cluster): boolean {
  for (let at: Cluster | null = a; at !== null; at = at.next) if (at === b) return true
  return false
}
