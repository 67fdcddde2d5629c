/** What is so now: the left side of every expectation. Reads, never waits. */
import { percentile } from '../history/percentile.ts'
import type { EndpointId } from '../machine/contract.ts'
import { Refusal } from './answer.ts'
import { portOf } from './cluster-port.ts'
import { type Counters, linkCounters, nodeCounters, total } from './counters.ts'
import { countOutcomes, latenciesNs } from './counts.ts'
import type { CountName, Fact, LatencyName } from './language/ast.ts'
import type { Run } from './run.ts'
import { nodesOf, type Scope } from './scope.ts'

/** One observation of a fact. With several nodes a fact has several values, and must hold on each. */
export interface Observation {
  readonly of: string
  readonly value: string | number | null
  /** Why nobody can say what it is, if so: then neither it nor its contrary holds. */
  readonly silent?: string
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
    case 'key':
      return keyFact(scope, fact)
    case 'local': {
      const { ids } = await nodesOf(scope, fact.nodes)
      return () => Promise.all(ids.map((id) => localCopy(scope, id, fact.key)))
    }
    case 'acked':
    case 'unknown':
      return async () => one(`${fact.kind}(${fact.client ?? 'all'})`, outcomes(scope, fact.kind === 'acked' ? 'ok' : 'info', fact.client))
    case 'count':
      return async () => one(fact.name, await count(scope, fact.name))
    case 'metric':
      return async () => one(`metric(${fact.name})`, await metric(scope, fact.name))
    case 'latency':
      return async () => [latency(scope, fact.of)]
    case 'ratio':
      return async () => [ratio(scope, fact)]
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
    const views = run.views()
    return ids.map((id) => {
      const of = `${fact.name}(${id})`
      const state = views.find((view) => view.id === id)?.state ?? 'dead'
      // None would equal none: what a dead node cannot tell is neither so nor not so.
      return state === 'live' ? { of, value: subject.read(views, id) } : { of, value: null, silent: `${id} is ${state}` }
    })
  }
}

function keyFact({ run }: Scope, { name, key }: Extract<Fact, { kind: 'key' }>): Reading {
  const subject = run.mode.keySubjects?.find((each) => each.name === name)
  if (subject === undefined) throw new Refusal(`${run.mode.name} has no ${name}`)
  return async () => one(`${name}(${key})`, await subject.read(portOf(run), key))
}

async function localCopy(scope: Scope, id: EndpointId, key: string): Promise<Observation> {
  const copy = await peek(scope, id, key)
  const of = `local(${key}, ${id})`
  return copy.state === 'told' ? { of, value: copy.value } : { of, value: null, silent: `${id} ${copy.why}` }
}

export type Copy =
  | { readonly state: 'told'; readonly value: string | null; readonly hinted: string | null }
  | { readonly state: 'silent'; readonly why: string }

/** The node's own copy, no protocol involved; null for absent. `hinted`: what it keeps of the key for another. */
export async function peek({ run }: Scope, id: EndpointId, key: string): Promise<Copy> {
  const state = run.views().find((each) => each.id === id)?.state ?? 'dead'
  if (state !== 'live') return { state: 'silent', why: `is ${state}` }
  const answer = await run.cluster.inspect(id, { what: 'peek', key })
  if (typeof answer !== 'object' || answer === null || !('value' in answer)) return { state: 'silent', why: 'does not answer' }
  const hinted = 'hinted' in answer && typeof answer.hinted === 'string' ? answer.hinted : null
  return { state: 'told', value: answer.value === null ? null : String(answer.value), hinted }
}

/** Observed states since the mark, in order; those under a second are left out. */
function ribbonSince({ run, session }: Scope): readonly string[] {
  return run.health.ribbon
    .since(session.ribbonNs, run.clock.nowNs())
    .map((span) => span.state)
    .filter((state, i, all) => state !== all[i - 1])
}

function outcomes({ run, session }: Scope, outcome: 'ok' | 'fail' | 'info', client: string | null): number {
  return countOutcomes(run.history.events(), outcome, session.mark.ns, client)
}

async function count(scope: Scope, name: CountName): Promise<number> {
  const { run, session } = scope
  switch (name) {
    case 'elections':
      return session.elections - session.mark.elections
    case 'faults':
      return session.faults - session.mark.faults
    case 'failed-ops':
      return outcomes(scope, 'fail', null)
    case 'messages':
      return (await run.passedMessages()) - session.mark.messages
  }
}

/** A counter of nodes or network, summed. Counted since the node's start, or since the run's for links. */
async function metric({ run }: Scope, name: string): Promise<number | null> {
  if (name.startsWith('links-')) return total([linkCounters(await run.shim.report())], name)
  return total(
    (await allCounters(run)).map(({ counters }) => counters),
    name,
  )
}

/** Milliseconds to the microsecond. A percentile that rests on no answer beyond it says nothing. */
function latency({ run, session }: Scope, of: LatencyName): Observation {
  const name = `latency(${of})`
  const sorted = latenciesNs(run.history.events(), session.mark.ns).sort((a, b) => a - b)
  const [share, least] = SHARES[of]
  if (sorted.length < least) return { of: name, value: null, silent: `${sorted.length} answers are too few for it, ${least} are enough` }
  const ns = share === null ? sorted.reduce((sum, each) => sum + each, 0) / sorted.length : (percentile(sorted, share) ?? 0)
  return { of: name, value: Math.round(ns / 1e3) / 1e3 }
}

/** The part of all answers that took no longer, null for the mean; and from how many on it is told. */
const SHARES: Readonly<Record<LatencyName, readonly [share: number | null, least: number]>> = {
  mean: [null, 1],
  p50: [0.5, 2],
  p90: [0.9, 10],
  p99: [0.99, 100],
  'p99.9': [0.999, 1_000],
}

function ratio({ session }: Scope, { over, under }: Extract<Fact, { kind: 'ratio' }>): Observation {
  const of = `ratio($${over}, $${under})`
  const [a, b] = [over, under].map((name) => session.variables.get(name))
  if (typeof a !== 'number' || typeof b !== 'number')
    throw new Refusal(`${of} is of two numbers: $${over} is ${told(a)}, $${under} ${told(b)}`)
  if (b === 0) return { of, value: null, silent: `$${under} is 0` }
  return { of, value: Math.round((a / b) * 1e3) / 1e3 }
}

function told(value: unknown): string {
  return value === undefined ? 'nothing yet' : value === null ? 'none' : String(value)
}

/** What each node counts, and its protocol in it, since it started. */
export async function allCounters(run: Run): Promise<readonly { readonly id: EndpointId; readonly counters: Counters }[]> {
  await run.refresh()
  return run
    .views()
    .map(({ id, status }) => ({ id, counters: nodeCounters(run.cluster.hostStatus(id), run.mode.counters?.(status) ?? {}) }))
}
