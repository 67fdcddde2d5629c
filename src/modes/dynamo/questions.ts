/** The lab's questions to nodes, page by page, and their answers checked: a node may be of any make, or dying. */
import type { EndpointId } from '../../machine/contract.ts'
import type { ClusterPort } from '../mode.ts'
import type { ChildrenAnswer, DigestsAnswer, HealedAnswer, RootsAnswer } from './status.ts'

/** More pages than this are asked of nobody. */
const MOST_PAGES = 10_000

export type Root = RootsAnswer['roots'][number]
export type Entry = DigestsAnswer['entries'][number]
export type Repair = HealedAnswer['healed'][number]

async function ask(port: ClusterPort, node: EndpointId, about: string, args: Readonly<Record<string, string>>): Promise<object | null> {
  const answer = await port.inspect(node, { what: 'mode', about, args })
  return typeof answer === 'object' && answer !== null ? answer : null
}

/** All roots of a node, null if it does not answer; `mapDigest` null if its map changed meanwhile. */
export async function askRoots(
  port: ClusterPort,
  node: EndpointId,
): Promise<{ readonly mapDigest: string | null; readonly roots: readonly Root[] } | null> {
  const roots: Root[] = []
  let mapDigest: string | null = null
  let partition: number | null = 0
  for (let page = 0; page < MOST_PAGES && partition !== null; page++) {
    const answer: object | null = await ask(port, node, 'roots', { partition: String(partition) })
    if (answer === null || !('roots' in answer)) return null
    const { mapDigest: now, roots: found, next } = answer as RootsAnswer
    mapDigest = page === 0 || now === mapDigest ? now : null
    roots.push(...found)
    partition = next
  }
  return { mapDigest, roots }
}

/** Every copy that a node keeps, as partition, key and digest; null if it does not answer. */
export async function askDigests(port: ClusterPort, node: EndpointId): Promise<readonly Entry[] | null> {
  const entries: Entry[] = []
  let next: DigestsAnswer['next'] = { partition: 0, after: '' }
  let args: Readonly<Record<string, string>> = {}
  for (let page = 0; page < MOST_PAGES && next !== null; page++) {
    const answer: object | null = await ask(port, node, 'digests', args)
    if (answer === null || !('entries' in answer)) return null
    const found = answer as DigestsAnswer
    entries.push(...found.entries)
    next = found.next
    if (next !== null) args = { partition: String(next.partition), after: next.after }
  }
  return entries
}

/** As many of the paths as fitted into the answer; null if there is none. */
export async function askChildren(
  port: ClusterPort,
  node: EndpointId,
  partition: number,
  paths: readonly string[],
): Promise<ChildrenAnswer['answers'] | null> {
  const answer = await ask(port, node, 'children', { partition: String(partition), paths: paths.join() })
  return answer !== null && 'answers' in answer ? (answer as ChildrenAnswer).answers : null
}

/** The newest repairs that a node remembers, of one key or of all, newest last; null if it does not answer. */
export async function askHealed(port: ClusterPort, node: EndpointId, key: string | null): Promise<readonly Repair[] | null> {
  const answer = await ask(port, node, 'healed', key === null ? {} : { key })
  return answer !== null && 'healed' in answer ? (answer as HealedAnswer).healed : null
}
