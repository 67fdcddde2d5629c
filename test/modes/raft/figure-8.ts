/**
 * Figure 8 of the paper with three nodes. A leads and has an entry that nobody else has; C leads a newer term and has one of its own there; A leads
 * again and brings its old entry to a majority. Does that commit it? For A is cut off then, and C, whose log ends in the newer term, overwrites it.
 */
import type { EndpointId } from '../../../src/machine/contract.ts'
import { Cluster } from './harness.ts'
import { Onlooker, PAPER } from './watched.ts'

/** One entry fills an append, so that the old one travels without the new leader's first. */
const LONG = 'x'.repeat(250)
const STEP_MS = 5_000

/** The names of the rows that turned red, with their evidence. */
export function figure8(bug: string): ReadonlyMap<string, string> {
  const cluster = new Cluster({ nodes: 3, bug, settings: { ...PAPER, 'batch-size': '200' }, latencyMs: 1 })
  const onlooker = new Onlooker(cluster)
  const a = cluster.elect()
  cluster.call('c1', 'put', 'k', 'before', { via: a })
  cluster.converge()
  const old = cluster.status(a).last + 1

  alone(cluster, a, old - 1)
  cluster.invoke('c1', 'put', 'k', LONG, { timeoutMs: 100, via: a })
  const leadsBeside = (): EndpointId | undefined => cluster.leaders().find((id) => id !== a)
  cluster.runUntil(() => leadsBeside() !== undefined && cluster.status(a).last === old, STEP_MS)
  const c = leadsBeside()
  if (c === undefined) throw new Error('nobody leads beside the old leader')
  onlooker.look()

  alone(cluster, c, old)
  cluster.runUntil(() => cluster.status(a).commit >= old, STEP_MS)
  onlooker.look()

  alone(cluster, a, Number.POSITIVE_INFINITY)
  const overwrites = (): boolean => cluster.status(c).role === 'leader' && cluster.status(c).commit > old
  if (!cluster.runUntil(overwrites, STEP_MS)) throw new Error('the newer leader does not commit its own entry')
  onlooker.look()
  return onlooker.red()
}

/** Nobody hears this node, nor it anybody. To the others no entry travels beyond `most`; an append that will be refused for its gap may. */
function alone(cluster: Cluster, id: EndpointId, most: number): void {
  cluster.fate = ({ from, to, message }) => {
    if (!cluster.ids.includes(from) || !cluster.ids.includes(to)) return 'deliver'
    if (from === id || to === id) return 'drop'
    if (message.type !== 'append' || message.prevIndex > cluster.status(to).last) return 'deliver'
    return message.prevIndex + message.entries.length > most ? 'drop' : 'deliver'
  }
}
