/**
 * A history as one of sets: elements are added, sets are read. Either plainly (`add` and `read` of a list), or as the lab's own
 * store is used for it: lists as text, `append cart ,eggs` and `get cart`, where siblings together are one set.
 */
import type { Operation } from '../history/operations.ts'
import { elementOf, elementsOf } from './elements.ts'
import { type VersionGraph, versionGraphs, walkBack } from './lineage.ts'
import { nameOfOperation } from './words.ts'

export interface Addition {
  readonly element: string
  readonly operation: Operation
}

export interface SetRead {
  readonly operation: Operation
  /** Siblings together: each element once. */
  readonly elements: ReadonlySet<string>
  /** One that a single value holds twice, where no union of siblings can have made that. */
  readonly twice: string | null
}

export interface Collection {
  /** Empty where histories name none. */
  readonly key: string
  readonly additions: readonly Addition[]
  /** Answered ones, in the order they were asked. */
  readonly reads: readonly SetRead[]
  /** Somebody may have taken the element out again, knowing of this addition. */
  mayBeRemoved(addition: Addition): boolean
  /** Why it cannot be read as a set. */
  readonly refused: string | null
}

const SEPARATORS = /[\s,;]+/
const NUMBERS: ReadonlySet<string> = new Set(['add', 'mul'])

export function collectionsOf(operations: readonly Operation[]): Collection[] {
  if (operations.some(({ f }) => f === 'read')) return [plain(operations)]
  const graphs = versionGraphs(operations)
  const byKey = new Map<string, Operation[]>()
  for (const operation of operations) {
    const key = operation.key ?? ''
    const list = byKey.get(key)
    if (list === undefined) byKey.set(key, [operation])
    else list.push(operation)
  }
  return [...byKey].flatMap(([key, own]) => (own.some(({ f }) => NUMBERS.has(f)) ? [] : [textual(key, own, graphs.get(key))]))
}

function plain(operations: readonly Operation[]): Collection {
  const adds = operations.filter(({ f, outcome }) => f === 'add' && outcome !== 'fail')
  return {
    key: '',
    additions: adds.map((operation) => ({ element: elementOf(operation.invoke.value), operation })),
    reads: operations.flatMap((operation) =>
      operation.f === 'read' && operation.outcome === 'ok' ? [readOf(operation, [elementsOf(operation)], false)] : [],
    ),
    mayBeRemoved: () => false,
    refused: null,
  }
}

function textual(key: string, operations: readonly Operation[], graph: VersionGraph | undefined): Collection {
  const writes = operations.filter(({ f, outcome }) => outcome !== 'fail' && WRITES.has(f))
  const replacing = writes.filter((operation) => keptBy(operation) !== null)
  const unions = (graph?.versions.size ?? 0) > 0
  const bare = writes.find((operation) => operation.f === 'append' && !parted(writtenText(operation)))
  return {
    key,
    additions: writes.flatMap((operation) => partsOf(writtenText(operation)).map((element) => ({ element, operation }))),
    reads: operations.flatMap((operation) =>
      operation.f === 'get' && operation.outcome === 'ok' ? [readOf(operation, textsOf(operation).map(partsOf), unions)] : [],
    ),
    mayBeRemoved: ({ element, operation }) =>
      replacing.some((other) => other !== operation && keptBy(other)?.has(element) === false && mayFollow(graph, other, operation)),
    refused: bare === undefined ? null : `${nameOfOperation(bare)} has no comma, semicolon or space to part its element from the others`,
  }
}

const WRITES: ReadonlySet<string> = new Set(['put', 'append', 'resolve', 'cas', 'del'])

function readOf(operation: Operation, lists: readonly (readonly string[])[], unions: boolean): SetRead {
  return { operation, elements: new Set(lists.flat()), twice: unions ? null : firstTwice(lists.flat()) }
}

function firstTwice(list: readonly string[]): string | null {
  const met = new Set<string>()
  for (const element of list) {
    if (met.has(element)) return element
    met.add(element)
  }
  return null
}

function partsOf(text: string | null): string[] {
  return text === null ? [] : text.split(SEPARATORS).filter((part) => part !== '')
}

function parted(text: string | null): boolean {
  return text === null || /^[\s,;]|[\s,;]$/.test(text)
}

function textsOf({ completion }: Operation): (string | null)[] {
  const value = completion?.value
  return (Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'string' ? one : null))
}

function writtenText({ f, invoke }: Operation): string | null {
  const value = f === 'cas' && Array.isArray(invoke.value) ? invoke.value[1] : invoke.value
  return typeof value === 'string' ? value : null
}

/** What a write that replaces leaves in the set; null for one that only adds, or makes one set of several. */
function keptBy(operation: Operation): ReadonlySet<string> | null {
  if (operation.f === 'append' || (operation.f === 'resolve' && operation.invoke.value === null)) return null
  return new Set(partsOf(writtenText(operation)))
}

/** Where the store tells what replaced what, by that; else by time alone. */
function mayFollow(graph: VersionGraph | undefined, later: Operation, earlier: Operation): boolean {
  const [made, older] = [later, earlier].map(({ completion }) => completion?.lineage?.made)
  if (graph === undefined || made === undefined || older === undefined) return later.end > earlier.begin
  const { found, vague } = walkBack(graph, [made], [older])
  return vague || found.has(older)
}
