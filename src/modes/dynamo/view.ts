/** How the lab sees a Dynamo cluster: the subjects of `expect`, and what is not whole in the nodes' own eyes. */
import type { EndpointId } from '../../machine/contract.ts'
import { some } from '../../machine/ids.ts'
import type { ClusterPort, Concern, KeySubjectSpec, NodeView, SubjectSpec, Summary } from '../mode.ts'
import { seenOf } from './cluster-view.ts'
import { healedBy } from './commands/repairs.ts'
import type { Peek } from './inspect.ts'
import { membersOf } from './ring/history.ts'
import { type DynamoStatus, historyOf } from './status.ts'

/** Older statuses say nothing about now. */
const FRESH_MS = 1_500

function fresh(nodes: readonly NodeView[]): readonly DynamoStatus[] {
  return seenOf(nodes.filter(({ statusAgeMs }) => statusAgeMs <= FRESH_MS)).map(({ status }) => status)
}

/** How many different maps there are: 1 when all agree. */
function mapsOf(statuses: readonly DynamoStatus[]): number {
  return new Set(statuses.map(({ mapDigest }) => mapDigest)).size
}

export function hintsOf({ hints }: DynamoStatus): number {
  return Object.values(hints).reduce((sum, count) => sum + count, 0)
}

/** Enough of a map's digest to tell maps apart by eye. */
export function shortMap(digest: string): string {
  return digest.slice(0, 4)
}

function aboutNode(name: string, help: string, read: (status: DynamoStatus) => string | number | null): SubjectSpec {
  return {
    name,
    args: 'node',
    help,
    read: (nodes, id) => {
      const found = seenOf(nodes).find((seen) => seen.id === id)
      return found === undefined ? null : read(found.status)
    },
  }
}

export const subjects: readonly SubjectSpec[] = [
  {
    name: 'members',
    args: 'none',
    help: 'how many nodes the ring has, by all that any live node knows',
    read: (nodes) => {
      const statuses = fresh(nodes)
      return statuses.length === 0 ? null : membersOf(historyOf(statuses)).length
    },
  },
  {
    name: 'maps',
    args: 'none',
    help: 'how many different maps the live nodes have; 1 when all agree',
    read: (nodes) => {
      const statuses = fresh(nodes)
      return statuses.length === 0 ? null : mapsOf(statuses)
    },
  },
  aboutNode('keys', 'keys of which it keeps a copy, deleted ones that are not reaped among them', ({ keys }) => keys),
  aboutNode('hints', 'copies it keeps for homes that were away', hintsOf),
  aboutNode('down', 'the nodes that it takes to be down, n2,n3', ({ down }) => (down.length === 0 ? null : down.join())),
  aboutNode('incoming', 'partitions it became a home of and has not received whole', ({ incoming }) => incoming),
  aboutNode('outgoing', 'copies it keeps until their new homes confirm them', ({ outgoing }) => outgoing),
  aboutNode('unsynced', 'writes in its buffer, not on the disk yet', ({ unsynced }) => unsynced),
  aboutNode('map', 'its map, by the first digits of its digest', ({ mapDigest }) => shortMap(mapDigest)),
]

export const keySubjects: readonly KeySubjectSpec[] = [
  {
    name: 'healed',
    help: 'what healed copies of the key, each way once: hint, read-repair, merkle, transfer',
    read: healedBy,
  },
  {
    name: 'siblings',
    help: 'the most versions of the key that any node keeps side by side, deletes among them',
    read: async (port, key) => highest(await peekAll(port, key)),
  },
  {
    name: 'copies',
    help: 'how many nodes keep a copy of the key, hints aside',
    read: async (port, key) => {
      const answers = await peekAll(port, key)
      return answers.length === 0 ? null : answers.filter(({ answer }) => answer.siblings > 0).length
    },
  },
]

function highest(answers: readonly { readonly answer: Peek }[]): number | null {
  return answers.length === 0 ? null : Math.max(...answers.map(({ answer }) => answer.siblings))
}

/** Every live node's own copy; those that do not answer are left out. */
export async function peekAll(port: ClusterPort, key: string): Promise<readonly { readonly id: EndpointId; readonly answer: Peek }[]> {
  const live = port.nodes().filter(({ state }) => state === 'live')
  const answers = await Promise.all(live.map(async ({ id }) => ({ id, answer: await port.inspect(id, { what: 'peek', key }) })))
  return answers.flatMap(({ id, answer }) => (isPeek(answer) ? [{ id, answer }] : []))
}

function isPeek(answer: unknown): answer is Peek {
  return typeof answer === 'object' && answer !== null && 'siblings' in answer && 'versions' in answer
}

export function summarize(nodes: readonly NodeView[]): Summary {
  const statuses = fresh(nodes)
  const waiting = statuses.reduce((sum, status) => sum + hintsOf(status), 0)
  const away = downBy(statuses)
  const maps = mapsOf(statuses)
  return {
    leader: null,
    term: null,
    concern: concernOf(statuses, away),
    facts: [
      { name: 'hints', value: String(waiting), ...(waiting > 0 ? { warn: true } : {}) },
      { name: 'down', value: downWords(statuses, away), ...(away.length > 0 ? { warn: true } : {}) },
      ...(maps > 1 ? [{ name: 'maps', value: String(maps), warn: true } as const] : []),
    ],
  }
}

/** Members that somebody else takes to be down. */
function downBy(statuses: readonly DynamoStatus[]): readonly EndpointId[] {
  const down = new Set(statuses.flatMap((status) => status.down.filter((peer) => status.members.includes(peer))))
  return [...down].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
}

/** Those who still speak are not down: they are parted from whoever says so, and say so of them. */
function downWords(statuses: readonly DynamoStatus[], away: readonly EndpointId[]): string {
  const speaking = new Map(statuses.map((status) => [status.id, status]))
  const parted = away.filter((id) => speaking.get(id)?.down.some((other) => speaking.get(other)?.down.includes(id)))
  const gone = away.filter((id) => !parted.includes(id))
  return [...(gone.length > 0 ? [some(gone)] : []), ...(parted.length > 0 ? ['each to the other'] : [])].join(', ') || 'none'
}

/** Ten words at most, the gravest first. */
function concernOf(statuses: readonly DynamoStatus[], away: readonly EndpointId[]): Concern {
  if (statuses.length === 0) return { kind: 'unclear', why: 'no node says what it sees' }
  if (away.length > 0) return { kind: 'degraded', why: `stand-ins for ${some(away)}` }
  const waiting = new Map<EndpointId, number>()
  for (const { hints } of statuses) for (const [home, count] of Object.entries(hints)) waiting.set(home, (waiting.get(home) ?? 0) + count)
  const hints = [...waiting.values()].reduce((sum, count) => sum + count, 0)
  const homes = [...waiting.keys()].filter((home) => (waiting.get(home) ?? 0) > 0)
  if (hints > 0) return { kind: 'degraded', why: `${hints === 1 ? '1 hint waits' : `${hints} hints wait`} for ${some(homes)}` }
  const arriving = statuses.filter(({ incoming }) => incoming > 0)
  if (arriving.length > 0) return { kind: 'degraded', why: `partitions still come to ${some(arriving.map(({ id }) => id))}` }
  return { kind: 'none' }
}
