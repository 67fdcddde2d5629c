/** What a command sees while it runs, and the nodes its sets mean. */
import type { EndpointId } from '../machine/contract.ts'
import { isNode } from '../machine/ids.ts'
import { Refusal } from './answer.ts'
import { portOf } from './cluster-port.ts'
import type { SetExpr } from './language/ast.ts'
import { type Resolved, resolveGroups, resolveSet, type SetContext } from './language/resolve.ts'
import type { Run } from './run.ts'
import type { Session } from './session.ts'

/** Who asks: a person or a lab file; or chaos and the lab itself, whose commands are told as events. */
export type Author = 'person' | 'chaos' | 'lab'

export interface Scope {
  readonly run: Run
  readonly session: Session
  readonly author: Author
  /** Aborted by ctrl-C, the time limit, or the end of the lab. */
  readonly signal: AbortSignal
}

export type ResolvedSet = Extract<Resolved, { ok: true }>

function setContext({ run, session }: Scope): SetContext {
  const states = new Map(run.processViews().map((view) => [view.id, view.state]))
  const homes = run.mode.homes?.bind(run.mode)
  return {
    members: run.cluster.ids,
    helpers: run.cluster.helperIds,
    clients: run.plan.clients,
    leader: run.summary().leader,
    state: (id) => states.get(id) ?? 'dead',
    last: run.last,
    random: run.random,
    variable: (name) => session.variables.get(name),
    homes: (key) => homes?.(portOf(run), key).homes ?? [],
    fallbacks: (key) => homes?.(portOf(run), key).fallbacks ?? [],
  }
}

/** The nodes a set means now. Throws Refusal. */
export async function nodesOf(scope: Scope, set: SetExpr): Promise<ResolvedSet> {
  await asOfNow(scope, [set])
  const resolved = resolveSet(set, setContext(scope))
  if (!resolved.ok) throw new Refusal(resolved.why)
  return resolved
}

export async function oneNode(scope: Scope, set: SetExpr, what: string): Promise<EndpointId> {
  const { ids } = await nodesOf(scope, set)
  const [id] = ids
  if (id === undefined || ids.length > 1) throw new Refusal(`${what} takes one node, and ${set.text} is ${ids.join(' ')}`)
  return id
}

export async function groupsOf(scope: Scope, groups: readonly SetExpr[], cover: boolean): Promise<readonly (readonly EndpointId[])[]> {
  await asOfNow(scope, groups)
  const resolved = resolveGroups(groups, setContext(scope), cover)
  if (!resolved.ok) throw new Refusal(resolved.why)
  return resolved.groups
}

/** `last` means the nodes of the last fault that a person made; chaos must not change what `restart last` undoes. */
export function rememberLast({ run, author }: Scope, ids: readonly EndpointId[]): void {
  const nodes = ids.filter(isNode)
  if (author === 'person' && nodes.length > 0) run.last = nodes
}

/** What a set means is looked up as it is now, not as the last status said. */
async function asOfNow(scope: Scope, sets: readonly SetExpr[]): Promise<void> {
  const kinds = new Set(sets.flatMap((set) => set.items.map(({ kind }) => kind)))
  if (kinds.has('home') || kinds.has('homes') || kinds.has('fallback')) await scope.run.refresh()
  if (kinds.has('leader') || kinds.has('follower') || kinds.has('followers')) await awaitLeader(scope)
}

const LEADER_WAIT_MS = 2_000

/**
 * `leader` and `follower` mean what is true now, not what the last status said; in the moment of an election the command waits
 * for its end, so that "kill leader" right after a start is not a race.
 */
async function awaitLeader({ run, session, signal }: Scope): Promise<void> {
  const endNs = run.clock.nowNs() + LEADER_WAIT_MS * session.patience * 1e6
  do {
    await run.refresh()
    if (run.summary().leader !== null) return
    await pause(25, signal)
  } while (run.clock.nowNs() < endNs && !signal.aborted)
}

/** Waits, or returns at once when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
