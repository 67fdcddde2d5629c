/** What became of every write, where the store keeps several versions of a key: judged against what the clients themselves held. */
import type { Operation } from '../history/operations.ts'
import type { HistoryEvent } from '../history/types.ts'
import { countedOperations } from './elements.ts'
import { hasLineage, pathBetween, replaced, type VersionGraph, type VersionRead, versionGraphs } from './lineage.ts'
import { type Losses, lossesOf, type Phantom } from './losses.ts'
import type { Checker, Verdict } from './types.ts'
import { answered, asked, linesInOrder, nameOfOperation, neverRead, percent, showAnswer } from './words.ts'

/**
 * Every acknowledged write is in the last read of its key, or replaced by one whose client held it; and nothing else is there.
 * Lost: neither there nor replaced. Resurrected: deleted, and there. Phantom: never written. False sibling: there beside a
 * version that replaced it. The last does no harm but work: a clock that was cut makes them, and so does a write that was
 * tried again at another node while the first attempt was still under way.
 */
export const versions: Checker = {
  name: 'versions',
  wantsReads: 'every-key',
  help: 'where keys have siblings: no write lost, no deleted value back, nothing never written, no sibling that was replaced',
  check: (history) => judgeVersions(history, 'all'),
}

interface Finding {
  readonly key: string
  readonly why: string
  readonly witness: readonly Operation[]
}

/** `losses`: false siblings are told, but no reason to say no. */
export function judgeVersions(history: readonly HistoryEvent[], what: 'losses' | 'all'): Verdict {
  const { operations, counts } = countedOperations(history)
  if (!hasLineage(history)) return { verdict: 'unknown', why: 'no answer tells which versions it is about', witness: [], ...counts }
  const refused = new Map(operations.flatMap((one) => (one.outcome === 'fail' ? named(one) : [])))
  const keys = [...versionGraphs(operations).values()].map((graph) => lossesOf(graph, refused))
  const tally = tallyOf(keys, operations)
  const finding = firstFinding(keys, refused, what)
  if (finding !== null) {
    const why = `${finding.key}: ${finding.why}; ${tally}`
    return { verdict: 'invalid', why, witness: linesInOrder(finding.witness), key: finding.key, ...counts }
  }
  const written = keys.filter(({ acknowledged }) => acknowledged.length > 0)
  const unknown = whyUnknown(written)
  if (unknown !== null) return { verdict: 'unknown', why: unknown, witness: [], ...counts }
  return { verdict: 'valid', why: `${tally}, on ${written.length} ${written.length === 1 ? 'key' : 'keys'}`, witness: [], ...counts }
}

function named(operation: Operation): [string, Operation][] {
  const made = operation.completion?.lineage?.made
  return made === undefined ? [] : [[made, operation]]
}

function whyUnknown(written: readonly Losses[]): string | null {
  if (written.length === 0) return 'no write was acknowledged, so none could be lost'
  const unread = written.filter((key) => key.unread).map(({ graph }) => graph.key)
  if (unread.length > 0) return neverRead(unread)
  const vague = written.find((key) => key.vague !== null)
  if (vague?.vague == null) return null
  const { key } = vague.graph
  return `${key}: ${nameOfOperation(vague.vague)} may have replaced what is missing; it was never answered, so nobody knows what it held`
}

/** `214 of 300 acknowledged appends lost, 71 %; 2 false siblings`. */
function tallyOf(keys: readonly Losses[], operations: readonly Operation[]): string {
  const sum = (count: (key: Losses) => number) => keys.reduce((total, key) => total + count(key), 0)
  const acknowledged = sum((key) => key.acknowledged.length)
  const kinds = new Set(keys.flatMap((key) => key.acknowledged.map(({ write }) => write.f)))
  const noun = kinds.size === 1 ? `${[...kinds][0]}s` : 'writes'
  const lost = sum((key) => key.lost.length + key.undone.length)
  const words = [
    `${lost === 0 ? 'none' : lost} of ${acknowledged} acknowledged ${noun} lost${lost === 0 ? '' : `, ${percent(lost, acknowledged)}`}`,
  ]
  const more: [number, string][] = [
    [sum((key) => key.undone.length), 'resurrected'],
    [sum((key) => key.leftovers.filter(({ deleted }) => !deleted).length), 'false sibling'],
    [sum((key) => key.leftovers.filter(({ deleted }) => deleted).length), 'deleted sibling'],
    [sum((key) => key.phantoms.length), 'phantom'],
    [operations.filter(({ outcome }) => outcome === 'info').length, 'of unknown outcome'],
  ]
  for (const [count, word] of more) if (count > 0) words.push(`${count} ${word}${count > 1 && /sibling|phantom/.test(word) ? 's' : ''}`)
  return words.join('; ')
}

function firstFinding(keys: readonly Losses[], refused: ReadonlyMap<string, Operation>, what: 'losses' | 'all'): Finding | null {
  for (const find of [lossIn, undoneIn, (key: Losses) => phantomIn(key, refused)]) {
    for (const key of keys) {
      const finding = find(key)
      if (finding !== null) return finding
    }
  }
  if (what === 'losses') return null
  for (const { graph } of keys) {
    for (const read of graph.reads) {
      const finding = leftoverIn(graph, read)
      if (finding !== null) return finding
    }
  }
  return null
}

function lossIn({ graph, last, lost: [lost] }: Losses): Finding | null {
  if (lost === undefined || last === null) return null
  const why =
    `${nameOfOperation(lost.write)} was acknowledged at ${answered(lost.write)}, but ${nameOfOperation(last.operation)}, asked at ` +
    `${asked(last.operation)} and last of all, answered ${valueShown(last)}, and nothing there had replaced it`
  return { key: graph.key, why, witness: [...makersOf(graph, last), lost.write, last.operation] }
}

function undoneIn({ graph, last, undone: [undone] }: Losses): Finding | null {
  if (undone === undefined || last === null) return null
  const back = last.seen.find((name) => replaced(graph, [undone.name], [name]).size > 0) ?? ''
  const path = pathBetween(graph, [undone.name], back).map(({ write }) => write)
  const value = path.at(-1)
  const why =
    `${nameOfOperation(undone.write)}, acknowledged at ${answered(undone.write)}, had deleted ` +
    `${value === undefined ? back : `what ${nameOfOperation(value)} wrote`}, but ${nameOfOperation(last.operation)}, asked at ` +
    `${asked(last.operation)}, answered ${valueShown(last)}: it is back`
  return { key: graph.key, why, witness: [...makersOf(graph, last), ...path, last.operation] }
}

function phantomIn({ graph, phantoms: [phantom] }: Losses, refused: ReadonlyMap<string, Operation>): Finding | null {
  if (phantom === undefined) return null
  const { read, name, why: kind } = phantom
  const write = graph.versions.get(name)?.write ?? refused.get(name)
  const why = `${nameOfOperation(read.operation)} answered ${valueShown(read)} at ${answered(read.operation)}: ${strangeness(kind, name, write)}`
  return { key: graph.key, why, witness: write === undefined ? [read.operation] : [write, read.operation] }
}

function strangeness(kind: Phantom['why'], name: string, write: Operation | undefined): string {
  const writer = write === undefined ? name : nameOfOperation(write)
  switch (kind) {
    case 'nobody':
      return `no client made ${name}, of which it is`
    case 'refused':
      return `${writer} had been refused`
    case 'later':
      return `${writer} had not been asked yet`
    case 'other-value':
      return `it names ${writer} as its source`
  }
}

/** C8: of two versions answered together, neither had seen the other. */
function leftoverIn(graph: VersionGraph, read: VersionRead): Finding | null {
  if (read.seen.length < 2) return null
  const [over] = replaced(graph, read.seen, read.seen)
  if (over === undefined) return null
  const path = pathBetween(graph, read.seen, over).map(({ write }) => write)
  const newer = path[0]
  const older = path.at(-1)
  if (newer === undefined || older === undefined) return null
  const how = path.some(({ f }) => f === 'del') ? 'had deleted' : 'had replaced'
  const why =
    `${nameOfOperation(read.operation)} answered ${valueShown(read)} at ${answered(read.operation)}, but ${nameOfOperation(newer)} ${how} ` +
    `what ${nameOfOperation(older)} wrote: no siblings`
  return { key: graph.key, why, witness: [...path, read.operation] }
}

function makersOf(graph: VersionGraph, read: VersionRead): Operation[] {
  return read.seen.flatMap((name) => graph.versions.get(name)?.write ?? [])
}

function valueShown({ operation }: VersionRead): string {
  return showAnswer(operation.completion?.value)
}
