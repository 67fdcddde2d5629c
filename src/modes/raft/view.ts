/** How the lab sees a Raft cluster: the subjects of `expect`, the status line's facts, and events in words. */
import type { EndpointId } from '../../machine/contract.ts'
import { some } from '../../machine/ids.ts'
import type { Concern, NodeView, SubjectSpec, Summary } from '../mode.ts'
import type { RaftStatus } from './inspect.ts'

/** Older statuses say nothing about now. */
const FRESH_MS = 1_500

export type Seen = NodeView & { readonly status: RaftStatus }

export function statusOf(view: NodeView | undefined): RaftStatus | null {
  const status = view?.status
  return typeof status === 'object' && status !== null && 'role' in status && 'term' in status ? (status as RaftStatus) : null
}

function fresh(nodes: readonly NodeView[]): readonly Seen[] {
  return nodes.flatMap((node) => {
    const status = statusOf(node)
    return status !== null && node.state === 'live' && node.statusAgeMs <= FRESH_MS ? [{ ...node, status }] : []
  })
}

function leaders(nodes: readonly NodeView[]): readonly Seen[] {
  return fresh(nodes).filter((node) => node.status.role === 'leader')
}

/** The leader of the highest term: an old one may not know yet that it was replaced. */
export function leaderOf(nodes: readonly NodeView[]): Seen | null {
  return leaders(nodes).reduce<Seen | null>((best, node) => (best === null || node.status.term > best.status.term ? node : best), null)
}

function highestTerm(nodes: readonly NodeView[]): number | null {
  const terms = fresh(nodes).map((node) => node.status.term)
  return terms.length === 0 ? null : Math.max(...terms)
}

function memberCount(nodes: readonly NodeView[]): number | null {
  const knowing = leaderOf(nodes) ?? fresh(nodes)[0]
  return knowing?.status.members ?? null
}

function aboutNode(name: string, help: string, read: (status: RaftStatus) => string | number | null): SubjectSpec {
  return {
    name,
    args: 'node',
    help,
    read: (nodes, id) => {
      const node = nodes.find((one) => one.id === id)
      // What a sleeping node said last is not what it would say.
      const status = node?.state === 'live' ? statusOf(node) : null
      return status === null ? null : read(status)
    },
  }
}

export const subjects: readonly SubjectSpec[] = [
  { name: 'leader', args: 'none', help: 'the leader of the highest term', read: (nodes) => leaderOf(nodes)?.id ?? null },
  { name: 'leaders', args: 'none', help: 'how many nodes believe they lead', read: (nodes) => leaders(nodes).length },
  { name: 'term', args: 'none', help: 'the highest term', read: highestTerm },
  { name: 'members', args: 'none', help: 'how many nodes the configuration has, as the leader knows it', read: memberCount },
  aboutNode('role', 'follower, pre-candidate, candidate or leader', (status) => status.role),
  aboutNode('last', 'the index of the last entry', (status) => status.last),
  aboutNode('commit', 'the commit index', (status) => status.commit),
  aboutNode('applied', 'the last entry applied', (status) => status.applied),
  aboutNode('uncommitted', 'entries behind the commit index', (status) => status.uncommitted),
  aboutNode('vote', 'whom it voted for in its term', (status) => status.vote),
]

export function summarize(nodes: readonly NodeView[]): Summary {
  const leader = leaderOf(nodes)
  return { leader: leader?.id ?? null, term: leader?.status.term ?? highestTerm(nodes), concern: concernOf(leader) }
}

function concernOf(leader: Seen | null): Concern {
  if (leader === null) return { kind: 'unclear', why: 'nobody leads now' }
  const unheard = leader.status.peers.filter((peer) => !peer.acknowledged || peer.lost).map((peer) => peer.id)
  return unheard.length === 0 ? { kind: 'none' } : { kind: 'degraded', why: `leader does not hear ${some(unheard)}` }
}

type Event = { readonly type: string; readonly [field: string]: unknown }

const WORDS: Readonly<Record<string, (node: EndpointId, event: Event) => string>> = {
  'election-started': (node, { term }) => `${node} campaigns in term ${term}`,
  'became-leader': (node, { term }) => `${node} became leader, term ${term}`,
  'stepped-down': (node, { term, why }) => `${node} stepped down, term ${term}: ${why}`,
  'entries-overwritten': (node, { from, count, byTerm }) =>
    `${node} dropped ${plural(count)} from ${from} on, overwritten by term ${byTerm}`,
  'session-expired': (node, { session, client }) => `${node} let session ${session} of ${client} expire`,
  'lost-disk': (node) => `${node} lost its disk: it neither votes nor counts`,
  'follower-lost-log': (node, { follower, had, has }) => `${node} sees that ${follower} lost its log: it had ${had}, now ${has}`,
  'two-leaders': (node, { term, other }) => `${node} and ${other} both lead term ${term}`,
  'setting-refused': (node, { name, why }) => `${node} refused ${name}: ${why}`,
}

function plural(count: unknown): string {
  return count === 1 ? '1 entry' : `${count} entries`
}

export function describe(node: EndpointId, event: Event): string | null {
  return WORDS[event.type]?.(node, event) ?? null
}
