/**
 * The four session guarantees of Terry et al. (1994), per client and key. A store that stays available under a partition
 * promises none of them, so how often each is broken says more than whether.
 */
import type { Operation } from '../history/operations.ts'
import type { HistoryEvent } from '../history/types.ts'
import { countedOperations } from './elements.ts'
import { closure, hasLineage, pathBetween, replaced, type VersionGraph, type VersionRead, versionGraphs, walkBack } from './lineage.ts'
import { linearizable } from './linearizable.ts'
import { readsAndWrites, type SessionStep } from './session-steps.ts'
import type { Checker, CheckLimits, Verdict } from './types.ts'
import { answered, asked, linesInOrder, nameOfOperation, shareOf, showAnswer } from './words.ts'

const GUARANTEES = ['read-your-writes', 'monotonic reads', 'monotonic writes', 'writes follow reads'] as const
type Guarantee = (typeof GUARANTEES)[number]

interface Breach {
  readonly guarantee: Guarantee
  readonly key: string
  readonly why: string
  readonly witness: readonly Operation[]
}

interface Count {
  judged: number
  broken: number
}

/** How often each guarantee was put to the test, how often it was broken, and where it was first. */
export interface SessionReport {
  readonly counts: ReadonlyMap<Guarantee, Readonly<Count>>
  readonly breaches: readonly Breach[]
}

/**
 * A read is compared with the client's own acknowledged writes since its last read, and with that read; a write
 * with the client's write before it and its read before it: whoever sees the write must see these too, or what replaced them.
 */
export const sessions: Checker = {
  name: 'sessions',
  help: 'each client reads its own writes and never goes back; its writes come after what it wrote and read before',
  check: checkSessions,
}

function checkSessions(history: readonly HistoryEvent[], limits: CheckLimits): Verdict {
  const { operations, counts } = countedOperations(history)
  if (!hasLineage(history)) return ofOneOrder(history, limits)
  const report = sessionsOf(operations)
  const rows = [...report.counts].map(([guarantee, { judged, broken }]) => [guarantee, `broken ${shareOf(broken, judged)}`])
  const rates = (some: (count: Count) => boolean) =>
    [...report.counts]
      .flatMap(([guarantee, count]) => (some(count) ? [`${guarantee} broken ${shareOf(count.broken, count.judged)}`] : []))
      .join(', ')
  const [first] = report.breaches
  if (first !== undefined) {
    const why = `${first.key}: ${first.why}; ${rates(({ broken }) => broken > 0)}`
    return { verdict: 'invalid', why, witness: linesInOrder(first.witness), key: first.key, rows, ...counts }
  }
  if ([...report.counts.values()].every(({ judged }) => judged === 0))
    return { verdict: 'unknown', why: 'no client came back to a key it had read or written', witness: [], ...counts }
  return { verdict: 'valid', why: rates(() => true), witness: [], rows, ...counts }
}

/** Without lineage, one order of all operations gives every guarantee; where there is none, nothing is known of sessions. */
function ofOneOrder(history: readonly HistoryEvent[], limits: CheckLimits): Verdict {
  const verdict = linearizable.check(history, limits)
  if (verdict.verdict === 'valid') return { ...verdict, why: `${verdict.why}, and so does every session` }
  const why = 'no answer tells which versions it is about, and no one order of all operations shows that sessions hold'
  return { ...verdict, verdict: 'unknown', why, witness: [] }
}

export function sessionsOf(operations: readonly Operation[]): SessionReport {
  const counts = new Map(GUARANTEES.map((guarantee): [Guarantee, Count] => [guarantee, { judged: 0, broken: 0 }]))
  const breaches: Breach[] = []
  for (const graph of versionGraphs(operations).values()) new KeySessions(graph, counts, breaches).judge()
  breaches.sort((a, b) => GUARANTEES.indexOf(a.guarantee) - GUARANTEES.indexOf(b.guarantee))
  return { counts, breaches }
}

/** What a client knew when it wrote. */
interface Required {
  readonly guarantee: Guarantee
  readonly names: readonly string[]
  /** How it knew. */
  readonly source: Operation
}

class KeySessions {
  readonly #graph: VersionGraph
  readonly #counts: ReadonlyMap<Guarantee, Count>
  readonly #breaches: Breach[]
  /** When the first delete that may have replaced a version was asked: its tombstone may be gone as well. */
  readonly #deletedFrom: ReadonlyMap<string, number>
  /** By the name of a write: what a read must not show it without. */
  readonly #required = new Map<string, readonly Required[]>()
  readonly #brokenWrites = new Set<string>()

  constructor(graph: VersionGraph, counts: ReadonlyMap<Guarantee, Count>, breaches: Breach[]) {
    this.#graph = graph
    this.#counts = counts
    this.#breaches = breaches
    this.#deletedFrom = deletedFrom(graph)
  }

  judge(): void {
    for (const step of readsAndWrites(this.#graph)) {
      if (step.kind === 'read') this.#judgeRead(step)
      else this.#noteWrite(step)
    }
    for (const read of [...this.#graph.reads, ...this.#graph.readToWrite]) this.#judgeShown(read)
  }

  #judgeRead({ read, own, previous }: SessionStep & { readonly kind: 'read' }): void {
    if (own.length > 0) this.#judgeOne('read-your-writes', this.#missing(read, own), read, [])
    if (previous !== null) this.#judgeOne('monotonic reads', this.#missing(read, previous.seen), read, [previous.operation])
  }

  #noteWrite({ version, after, previous }: SessionStep & { readonly kind: 'write' }): void {
    const { name, over } = version
    const unseen = (names: readonly string[]) => {
      const beside = names.filter((one) => one !== name && !over.includes(one))
      if (beside.length === 0) return beside
      const older = replaced(this.#graph, over, beside)
      return beside.filter((one) => !older.has(one))
    }
    const required: Required[] = []
    if (after !== null) {
      this.#count('monotonic writes').judged += 1
      required.push({ guarantee: 'monotonic writes', names: unseen([after.name]), source: after.write })
    }
    if (previous !== null) {
      this.#count('writes follow reads').judged += 1
      required.push({ guarantee: 'writes follow reads', names: unseen(previous.seen), source: previous.operation })
    }
    const open = required.filter(({ names }) => names.length > 0)
    if (open.length > 0) this.#required.set(name, open)
  }

  #judgeShown(read: VersionRead): void {
    for (const name of read.seen) {
      for (const { guarantee, names, source } of this.#required.get(name) ?? []) {
        const [missing] = this.#missing(read, names)
        const write = this.#graph.versions.get(name)?.write
        if (missing === undefined || write === undefined) continue
        if (!this.#brokenWrites.has(`${guarantee} ${name}`)) this.#count(guarantee).broken += 1
        this.#brokenWrites.add(`${guarantee} ${name}`)
        this.#tell(guarantee, missing, read, [write, source])
      }
    }
  }

  #judgeOne(guarantee: Guarantee, [missing]: readonly string[], read: VersionRead, more: readonly Operation[]): void {
    const count = this.#count(guarantee)
    count.judged += 1
    if (missing === undefined) return
    count.broken += 1
    this.#tell(guarantee, missing, read, more)
  }

  #count(guarantee: Guarantee): Count {
    return this.#counts.get(guarantee) ?? { judged: 0, broken: 0 }
  }

  /** Which of these the read neither shows nor has replaced. None, if what it shows nobody can place. */
  #missing({ operation, seen }: VersionRead, names: readonly string[]): string[] {
    const shown = new Set(seen)
    const absent = names.filter((name) => !shown.has(name))
    if (absent.length === 0) return []
    const newer = walkBack(this.#graph, seen, absent)
    if (newer.vague) return []
    return absent.filter((name) => !newer.found.has(name) && !this.#mayBeReaped(name, operation, seen))
  }

  /** A delete, or what one replaced, leaves no trace in the end; but then what was deleted must not be there either. */
  #mayBeReaped(name: string, read: Operation, seen: readonly string[]): boolean {
    if (this.#graph.versions.get(name)?.deletes === true) return replaced(this.#graph, [name], seen).size === 0
    return (this.#deletedFrom.get(name) ?? Number.POSITIVE_INFINITY) < read.end
  }

  #tell(guarantee: Guarantee, name: string, read: VersionRead, more: readonly Operation[]): void {
    if (this.#breaches.some((breach) => breach.guarantee === guarantee)) return
    const version = this.#graph.versions.get(name)
    const missed = version?.write
    const makers = read.seen.flatMap((one) => this.#graph.versions.get(one)?.write ?? [])
    const why = `${nameOfOperation(read.operation)}, asked at ${asked(read.operation)}, answered ${showAnswer(read.operation.completion?.value)}: ${this.#reason(guarantee, name, missed, more[0])}`
    // A delete is missed by what it deleted: the way from the one to the other belongs to the proof.
    const [back] = version?.deletes === true ? replaced(this.#graph, [name], read.seen) : []
    const path = back === undefined ? [] : pathBetween(this.#graph, [name], back).map(({ write }) => write)
    const witness = [...(missed === undefined ? [] : [missed]), ...path, ...makers, ...more, read.operation]
    this.#breaches.push({ guarantee, key: this.#graph.key, why, witness })
  }

  #reason(guarantee: Guarantee, name: string, missed: Operation | undefined, other: Operation | undefined): string {
    const what = missed === undefined ? name : nameOfOperation(missed)
    switch (guarantee) {
      case 'read-your-writes':
        return `without ${what}, its own, acknowledged at ${missed === undefined ? 'a time before' : answered(missed)}`
      case 'monotonic reads':
        return `without ${what}, which it had read by ${other === undefined ? 'then' : answered(other)}`
      case 'monotonic writes':
        return `with ${other === undefined ? 'a write' : nameOfOperation(other)}, but without the write that its client had made before, ${what}`
      case 'writes follow reads':
        return `with ${other === undefined ? 'a write' : nameOfOperation(other)}, but without what its client had read before, ${what}`
    }
  }
}

function deletedFrom(graph: VersionGraph): Map<string, number> {
  const from = new Map<string, number>()
  const deletes = [...graph.versions.values()].filter(({ deletes }) => deletes).sort((a, b) => a.write.begin - b.write.begin)
  for (const { write, over } of deletes) {
    const fresh = over.filter((name) => !from.has(name))
    for (const name of fresh) {
      if (from.has(name)) continue
      from.set(name, write.begin)
      for (const older of graph.versions.get(name)?.over ?? []) fresh.push(older)
    }
  }
  for (const { f, begin } of graph.nameless) {
    if (f !== 'del') continue
    for (const name of closure(graph, graph.versions.keys())) from.set(name, Math.min(begin, from.get(name) ?? begin))
  }
  return from
}
