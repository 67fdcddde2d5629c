/** What is so now: the left side of every expectation. Reads, never waits. */
import type { EndpointId } from '../machine/contract.ts'
import { Refusal } from './answer.ts'
import { linkCounters, nodeCounters, total } from './counters.ts'
import type { CountName, Fact } from './language/ast.ts'
import { nodesOf, type Scope } from './scope.ts'

/** One observation of a fact. With several nodes a fact has several values, and must hold on each. */
export interface Observation {
  readonly of: string
  readonly value: string | number | null
}

/** A fact whose node set is fixed, so that it can be read again and again. */
export type Reading = () => Promise<readonly Observation[]>

/** Resolves the fact's nodes once, as every command does. Throws Refusal. */
export async function readingOf(scope: Scope, fact: Fact): Promise<Reading> {
  const { run } = scope
  switch (fact.kind) {
    case 'predicted':
      return async () => one('predicted', run.health.predicted.state)
    case 'failed':
      return async () => one('failed', run.views().filter((view) => view.state !== 'live').length)
    case 'ribbon':
      return async () => one('ribbon', ribbonSince(scope).join(' '))
    case 'mode':
      return modeFact(scope, fact)
    case 'local': {
      const { ids } = await nodesOf(scope, fact.nodes)
      return () => Promise.all(ids.map(async (id) => ({ of: `local(${fact.key}, ${id})`, value: await peek(scope, id, fact.key) })))
    }
    case 'acked':
    case 'unknown':
      return async () =>
        one(`${fact.kind}(${fact.client ?? 'all'})`, countOperations(scope, fact.client, fact.kind === 'acked' ? 'ok' : 'info'))
    case 'count':
      return async () => one(fact.name, await count(scope, fact.name))
    case 'metric':
      return async () => one(`metric(${fact.name})`, await metric(scope, fact.name))
  }
}

const one = (of: string, value: string | number | null): readonly Observation[] => [{ of, value }]

async function modeFact(scope: Scope, fact: Extract<Fact, { kind: 'mode' }>): Promise<Reading> {
  const { run } = scope
  const subject = run.mode.subjects.find((each) => each.name === fact.name)
  if (subject === undefined) throw new Refusal(`${run.mode.name} has no ${fact.name}`)
  if (fact.nodes === null) {
    return async () => {
      await run.refresh()
      return one(fact.name, subject.read(run.views(), null))
    }
  }
  const { ids } = await nodesOf(scope, fact.nodes)
  return async () => {
    await run.refresh()
    return ids.map((id) => ({ of: `${fact.name}(${id})`, value: subject.read(run.views(), id) }))
  }
}

/** The node's own copy; null for absent, and for a node that cannot answer. */
export async function peek({ run }: Scope, id: EndpointId, key: string): Promise<string | null> {
  const view = run.views().find((each) => each.id === id)
  if (view?.state !== 'live') return null
  const answer = await run.cluster.inspect(id, { what: 'peek', key }).catch(() => null)
  return typeof answer === 'object' && answer !== null && 'value' in answer && typeof answer.value === 'string' ? answer.value : null
}

/** Observed states since the mark, in order; those under a second are left out. */
function ribbonSince({ run, session }: Scope): readonly string[] {
  return run.health.ribbon
    .since(session.ribbonNs, run.clock.nowNs())
    .map((span) => span.state)
    .filter((state, i, all) => state !== all[i - 1])
}

function countOperations({ run, session }: Scope, client: string | null, outcome: 'ok' | 'info'): number {
  let total = 0
  for (const operation of run.recorder.operations()) {
    const end = operation.completion
    if (operation.invoke.time < session.markNs || operation.outcome !== outcome || end === null) continue
    if (client === null || operation.invoke.client === client) total += 1
  }
  return total
}

async function count(scope: Scope, name: CountName): Promise<number> {
  const { run, session } = scope
  const since = <T extends { readonly time: number }>(events: readonly T[]): T[] => events.filter((event) => event.time >= session.markNs)
  switch (name) {
    case 'elections':
      return since(run.events.recent()).filter((event) => nodeEvent(event) === 'became-leader').length
    case 'faults':
      return since(run.events.recent()).filter((event) => event.type === 'fault' && event.undo !== true).length
    case 'failed-ops':
      return run.recorder.operations().filter((each) => each.outcome === 'fail' && each.invoke.time >= session.markNs).length
    case 'messages':
      return (await run.passedMessages()) - session.messagesAtMark
  }
}

function nodeEvent(event: { readonly [field: string]: unknown }): string | null {
  const inner = event.event
  return typeof inner === 'object' && inner !== null && 'type' in inner && typeof inner.type === 'string' ? inner.type : null
}

/** A counter of nodes or network, summed. Counted since the node's start, or since the run's for links. */
async function metric({ run }: Scope, name: string): Promise<number | null> {
  if (name.startsWith('links-')) return total([linkCounters(await run.shim.report())], name)
  await run.refresh()
  return total(
    run.cluster.ids.map((id) => nodeCounters(run.cluster.hostStatus(id))),
    name,
  )
}
