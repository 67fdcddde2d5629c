/** join and leave: a process comes or goes, and the protocol is asked to take it in, or to let it go. */

import type { EndpointId, OperationResult } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import { type Done, fail, ok, Refusal, unknown } from '../answer.ts'
import { addNode, retireNode } from '../come-and-go.ts'
import type { MemberCommand } from '../language/ast.ts'
import { FIRST_CLIENT } from '../run-options.ts'
import { oneNode, type Scope } from '../scope.ts'

/** A join is answered when it is known; a leave only when others have the data. */
const JOIN_TIMEOUT_MS = 10_000
const LEAVE_TIMEOUT_MS = 90_000

export function executeMembers(scope: Scope, command: MemberCommand): Promise<Done> {
  return command.name === 'join' ? join(scope, command) : leave(scope, command)
}

async function join(scope: Scope, { node: named, seed }: Extract<MemberCommand, { name: 'join' }>): Promise<Done> {
  const { run } = scope
  const node = typeof named === 'string' ? named : newcomer(scope, named.variable)
  return run.turns.take([node], async () => {
    refuseTaken(scope, node)
    refuseCount(scope, run.cluster.ids.length + 1, `${node} cannot join`)
    const through = seed === null ? firstLive(scope) : await seedNode(scope, await oneNode(scope, seed, 'seed='))
    await addNode(run, node)
    const result = await ask(scope, 'join', node, through, JOIN_TIMEOUT_MS)
    if (result.outcome === 'ok') return ok(`${node} joined through ${through}; undo: leave ${node}`)
    // Nobody knows whether it is in: a node that others may count on stays.
    if (result.outcome === 'info')
      return unknown(codeOf(result), `${whyOf(result)}; ${node} runs and may still come in; undo: leave ${node}`)
    await retireNode(run, node)
    return fail(codeOf(result), whyOf(result))
  })
}

async function leave(scope: Scope, { nodes, via }: Extract<MemberCommand, { name: 'leave' }>): Promise<Done> {
  const { run } = scope
  const node = await oneNode(scope, nodes, 'leave')
  const asked = via === null ? null : await oneNode(scope, via, 'via=')
  return run.turns.take([node], async () => {
    if (!run.cluster.ids.includes(node)) throw new Refusal(`there is no ${node}`)
    if (run.cluster.ids.length === 1) throw new Refusal(`${node} is the last node, and the last cannot leave`)
    refuseCount(scope, run.cluster.ids.length - 1, `${node} cannot leave`)
    const result = await ask(scope, 'leave', node, null, LEAVE_TIMEOUT_MS, asked ?? otherThan(scope, node))
    if (result.outcome === 'fail') return fail(codeOf(result), whyOf(result))
    if (result.outcome === 'info') return unknown(codeOf(result), `${whyOf(result)}; ${node} runs on and may still leave`)
    await retireNode(run, node)
    return ok(`${node} left; undo: join ${node}`)
  })
}

/** Through the prompt's client, over the network; `value` is a join's seed. No operation on data, so not in the history. */
async function ask(
  { run, session }: Scope,
  f: 'join' | 'leave',
  key: EndpointId,
  value: EndpointId | null,
  timeoutMs: number,
  via: EndpointId | null = null,
): Promise<OperationResult> {
  const client = await run.client(FIRST_CLIENT)
  const request = { f, key, value, timeoutMs: timeoutMs * session.patience, ...(via === null ? {} : { via }) }
  return client.invoke(request, { recorded: false })
}

/** One that left is no member, so no set means it: the variable has its name all the same. */
function newcomer({ session }: Scope, variable: string): EndpointId {
  const value = session.variables.get(variable)
  const [id, ...others] = Array.isArray(value) ? value : [value]
  if (typeof id === 'string' && isNode(id) && others.length === 0) return id
  const is = Array.isArray(value) ? value.join(' ') : (value ?? 'none')
  throw new Refusal(value === undefined ? `nothing is named $${variable}` : `join takes one node, and $${variable} is ${is}`)
}

function refuseTaken({ run }: Scope, node: EndpointId): void {
  if (run.cluster.ids.includes(node)) throw new Refusal(`${node} is there already; the nodes are ${run.cluster.ids.join(' ')}`)
}

/** The settings may want more nodes, or fewer. */
function refuseCount({ run }: Scope, nodes: number, what: string): void {
  const why = run.mode.refuse?.(run.settings, nodes) ?? null
  if (why !== null) throw new Refusal(`${what}: ${why}`)
}

function firstLive({ run }: Scope): EndpointId {
  const live = run.views().find(({ state }) => state === 'live')
  if (live === undefined) throw new Refusal('no node is live that could be asked')
  return live.id
}

/** A node that lives is asked itself; of one that does not another is asked. */
function otherThan({ run }: Scope, node: EndpointId): EndpointId | null {
  const views = run.views()
  if (views.find(({ id }) => id === node)?.state === 'live') return null
  return views.find(({ id, state }) => id !== node && state === 'live')?.id ?? null
}

async function seedNode({ run }: Scope, seed: EndpointId): Promise<EndpointId> {
  const state = run.views().find(({ id }) => id === seed)?.state
  if (state !== 'live') throw new Refusal(`the seed ${seed} is ${state ?? 'not there'}`)
  return seed
}

function codeOf({ code = 'timeout' }: OperationResult): string {
  return code
}

function whyOf({ why = 'no answer in time' }: OperationResult): string {
  return why
}
