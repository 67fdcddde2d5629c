/** From a set as typed to the nodes it means now. A set is resolved once, when its command runs. */
import type { EndpointId } from '../../machine/contract.ts'
import { byNumber, isNode } from '../../machine/ids.ts'
import type { Random } from '../../machine/random.ts'
import type { SetExpr, SetItem } from './ast.ts'
import { listNodes } from './sets.ts'

export interface SetContext {
  /** Every node of the cluster, dead ones included. */
  readonly members: readonly EndpointId[]
  readonly leader: EndpointId | null
  state(id: EndpointId): 'live' | 'asleep' | 'dead' | 'restarting'
  /** The nodes of the last fault command. */
  readonly last: readonly EndpointId[]
  /** The lab's own stream: one seed, one choice. */
  readonly random: Random
  /** What `let` gave; undefined for a name it never gave. */
  variable(name: string): readonly EndpointId[] | string | number | null | undefined
  /** Endpoints beside the nodes, such as `b0`: meant only where they are named. */
  readonly helpers?: readonly EndpointId[]
  /** Those on the network now. */
  readonly clients?: readonly EndpointId[]
  /** The homes of a key in order, and the nodes that stand in for one of them; absent in a mode whose keys have none. */
  homes?(key: string): readonly EndpointId[]
  fallbacks?(key: string): readonly EndpointId[]
}

export type Resolved =
  | {
      readonly ok: true
      /** Each once, in the order of the set; never empty. */
      readonly ids: readonly EndpointId[]
      /** Those named one by one: a command that cannot apply to one of them is refused as a whole. Others are skipped. */
      readonly exact: readonly EndpointId[]
      /** All come from plural words (`followers`, `dead`, `all` …). */
      readonly plural: boolean
    }
  | { readonly ok: false; readonly why: string }

export type ResolvedGroups =
  | { readonly ok: true; readonly groups: readonly (readonly EndpointId[])[] }
  | { readonly ok: false; readonly why: string }

type Picked = { readonly ids: readonly EndpointId[] } | { readonly why: string }

export function resolveSet(set: SetExpr, context: SetContext): Resolved {
  const ids: EndpointId[] = []
  const exact = new Set<EndpointId>()
  for (const item of inOrder(set.items)) {
    const picked = pick(item, context, new Set(ids))
    if ('why' in picked) return { ok: false, why: picked.why }
    for (const id of picked.ids) {
      if (!ids.includes(id)) ids.push(id)
      if (isExact(item, picked.ids)) exact.add(id)
    }
  }
  return { ok: true, ids: ids.sort(byNumber), exact: [...exact].sort(byNumber), plural: exact.size === 0 }
}

/**
 * The groups of `partition` (`cover`: every node must be in exactly one) or the two sides of a `cut`, `hold` or `link`, which may
 * share nodes: `link all | all` is every link. `random` and `follower` choose among nodes no other word took; `rest` is what remains.
 */
export function resolveGroups(groups: readonly SetExpr[], context: SetContext, cover: boolean): ResolvedGroups {
  const found: EndpointId[][] = groups.map(() => [])
  const named = new Set<EndpointId>()
  const work = groups.flatMap((group, index) => group.items.map((item) => ({ item, index })))
  work.sort((a, b) => rank(a.item) - rank(b.item))
  for (const { item, index } of work) {
    const picked = pick(item, context, new Set(named))
    if ('why' in picked) return { ok: false, why: picked.why }
    for (const id of picked.ids) {
      const group = found[index] ?? []
      if (group.includes(id)) continue
      if (cover && named.has(id)) return { ok: false, why: `${id} is in two groups` }
      named.add(id)
      group.push(id)
    }
  }
  const left = context.members.filter((id) => !named.has(id))
  if (cover && left.length > 0) {
    return { ok: false, why: `${listNodes(left)} ${left.length === 1 ? 'is' : 'are'} in no group; end with | rest` }
  }
  return { ok: true, groups: found.map((group) => group.sort(byNumber)) }
}

/** Names first, then fixed words, then choices, and what remains last: a choice never takes a node that was named. */
function rank(item: SetItem): number {
  if (item.kind === 'rest') return 3
  if (item.kind === 'random' || item.kind === 'follower' || item.kind === 'followers') return 2
  return item.kind === 'node' || item.kind === 'client' || item.kind === 'helper' ? 0 : 1
}

function inOrder(items: readonly SetItem[]): SetItem[] {
  return [...items].sort((a, b) => rank(a) - rank(b))
}

function isExact(item: SetItem, ids: readonly EndpointId[]): boolean {
  switch (item.kind) {
    case 'node':
    case 'client':
    case 'helper':
    case 'leader':
    case 'follower':
    case 'home':
      return true
    case 'variable':
      return ids.length === 1
    default:
      return false
  }
}

function pick(item: SetItem, context: SetContext, taken: ReadonlySet<EndpointId>): Picked {
  const { members, leader, state } = context
  const isLive = (id: EndpointId): boolean => state(id) === 'live'
  switch (item.kind) {
    case 'client':
      return { ids: [item.id] }
    case 'clients':
      return some(context.clients ?? [], 'there is no client yet')
    case 'node':
      return members.includes(item.id) ? { ids: [item.id] } : { why: `there is no ${item.id}; the nodes are ${listNodes(members)}` }
    case 'helper':
      return pickHelper(item.id, context)
    case 'leader':
      return leader === null ? { why: 'there is no leader now' } : { ids: [leader] }
    case 'follower':
      return choose(
        members.filter((id) => isLive(id) && id !== leader && !taken.has(id)),
        1,
        'live follower',
        context.random,
      )
    case 'followers':
      return followers(item.count, context, taken)
    case 'random':
      return choose(
        members.filter((id) => isLive(id) && !taken.has(id)),
        item.count,
        'live node',
        context.random,
      )
    case 'dead':
    case 'asleep':
      return some(
        members.filter((id) => state(id) === item.kind),
        `no node is ${item.kind}`,
      )
    case 'last':
      return some(context.last, 'no fault command named nodes yet')
    case 'all':
      return { ids: members }
    case 'rest':
      return some(
        members.filter((id) => !taken.has(id)),
        'no node is left for rest',
      )
    case 'variable':
      return fromVariable(item.name, context)
    case 'home':
      return home(item.key, item.place, context)
    case 'homes':
      return some(context.homes?.(item.key) ?? [], `nobody knows the homes of ${item.key} now`)
    case 'fallback':
      return some(context.fallbacks?.(item.key) ?? [], `no node stands in for a home of ${item.key} now`)
  }
}

function pickHelper(id: EndpointId, { helpers = [] }: SetContext): Picked {
  if (helpers.includes(id)) return { ids: [id] }
  return { why: helpers.length === 0 ? `there is no ${id} under these settings` : `there is no ${id}; there is ${helpers.join(' ')}` }
}

function followers(count: number | null, context: SetContext, taken: ReadonlySet<EndpointId>): Picked {
  const live = context.members.filter((id) => context.state(id) === 'live' && id !== context.leader)
  if (count === null)
    return some(
      live.filter((id) => !taken.has(id)),
      'no follower is live',
    )
  return choose(
    live.filter((id) => !taken.has(id)),
    count,
    'live follower',
    context.random,
  )
}

function choose(from: readonly EndpointId[], count: number, what: string, random: Random): Picked {
  if (from.length >= count) return { ids: random.shuffle(from).slice(0, count) }
  if (from.length === 0) return { why: `there is no ${what}` }
  return { why: from.length === 1 ? `there is only 1 ${what}` : `there are only ${from.length} ${what}s` }
}

function some(ids: readonly EndpointId[], why: string): Picked {
  return ids.length === 0 ? { why } : { ids }
}

function fromVariable(name: string, context: SetContext): Picked {
  const value = context.variable(name)
  if (value === undefined) return { why: `nothing is named $${name}` }
  const ids = typeof value === 'string' ? [value] : value
  if (Array.isArray(ids) && ids.length > 0 && ids.every((id) => isNode(id))) {
    const gone = ids.find((id) => !context.members.includes(id))
    return gone === undefined ? { ids } : { why: `$${name} is ${gone}, which this cluster does not have` }
  }
  return { why: `$${name} is ${value === null ? 'none' : String(value)}, not a node` }
}

function home(key: string, place: number, context: SetContext): Picked {
  const homes = context.homes?.(key) ?? []
  const id = homes[place - 1]
  return id === undefined ? { why: `${key} has ${homes.length} homes, so no home ${place}` } : { ids: [id] }
}
