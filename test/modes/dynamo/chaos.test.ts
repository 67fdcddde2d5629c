import { describe, expect, it } from 'vitest'
import type { EndpointId } from '../../../src/machine/contract.ts'
import { type Random, seeded } from '../../../src/machine/random.ts'
import type { ClientAnswer, Found } from '../../../src/modes/dynamo/client-protocol.ts'
import type { Causality } from '../../../src/modes/dynamo/versions.ts'
import { DynamoCluster, type Setup } from './harness.ts'

interface Made {
  readonly key: string
  /** The writes its context held. */
  readonly over: readonly string[]
  acknowledged: boolean
}

/** What a client read last of a key, and the answers it waits for. */
interface Session {
  readonly held: Map<string, { readonly context: Causality; readonly ops: readonly string[] }>
  waiting: { readonly id: string; readonly op: string | null; readonly key: string; readonly sinceUs: number } | null
}

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']

/** Clients that read, write and delete while nodes die and links are cut; then peace, and a look at every replica. */
class Chaos {
  readonly cluster: DynamoCluster
  readonly made = new Map<string, Made>()
  readonly #random: Random
  readonly #sessions = new Map<EndpointId, Session>(['c0', 'c1', 'c2', 'c3'].map((id) => [id, { held: new Map(), waiting: null }]))
  #acknowledged = 0

  constructor(seed: string, setup: Setup = {}) {
    this.#random = seeded(`chaos/${seed}`)
    const settings = { 'detector-timeout': '200ms', grace: '10m', ...setup.settings }
    this.cluster = new DynamoCluster({ ...setup, seed, settings, syncMs: 3, loss: 0.02, duplicate: 0.02 })
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  storm(ms: number): void {
    for (let passed = 0; passed < ms; passed += 20) {
      if (this.#random.chance(0.03)) this.#fault()
      for (const [client, session] of this.#sessions) this.#work(client, session)
      this.cluster.run(20)
    }
  }

  /** Everything back, and all answers in. */
  peace(): void {
    const { cluster } = this
    cluster.heal()
    cluster.calm()
    for (const id of cluster.ids) if (!cluster.live().includes(id)) this.#revive(id)
    cluster.run(6_000)
    for (const [client, session] of this.#sessions) this.#hear(client, session)
    cluster.eventually('all replicas are equal', () => cluster.converged(), 120_000)
  }

  /** Acknowledged writes of which nothing is left, and values that came back though they were replaced. */
  judge(): { readonly lost: readonly string[]; readonly back: readonly string[] } {
    const present = new Map<string, Set<string>>()
    for (const key of KEYS) {
      const answer = this.cluster.get('n1', key, { r: 3 })
      present.set(key, new Set(answer?.type === 'done' ? (answer.versions ?? []).map(({ op }) => op) : []))
    }
    const successors = new Map<string, string[]>()
    for (const [op, { over }] of this.made) for (const old of over) successors.set(old, [...(successors.get(old) ?? []), op])
    const survives = (op: string, key: string, seen = new Set<string>()): boolean => {
      if (seen.has(op)) return false
      seen.add(op)
      return present.get(key)?.has(op) === true || (successors.get(op) ?? []).some((next) => survives(next, key, seen))
    }
    const lost = [...this.made]
      .filter(([op, { key, acknowledged }]) => acknowledged && !survives(op, key))
      .map(([op, { key }]) => `${op} of ${key}`)
    const back = [...this.made]
      .filter(
        ([op, { key }]) => present.get(key)?.has(op) === true && (successors.get(op) ?? []).some((next) => present.get(key)?.has(next)),
      )
      .map(([op, { key }]) => `${op} of ${key}`)
    return { lost, back }
  }

  #fault(): void {
    const { cluster } = this
    const random = this.#random
    const node = random.pick(cluster.ids)
    const dead = cluster.ids.filter((id) => !cluster.live().includes(id))
    switch (random.between(0, 8)) {
      case 0:
        if (dead.length < 3) cluster.kill(node)
        return
      case 1:
        if (dead.length < 3) cluster.powercut(node)
        return
      case 2:
      case 3:
        for (const id of dead) this.#revive(id)
        return
      case 4: {
        const [left, right] = [cluster.ids.slice(0, random.between(1, 4)), cluster.ids]
        const side = random.shuffle(right).slice(0, left.length)
        cluster.partition(
          side,
          right.filter((id) => !side.includes(id)),
        )
        return
      }
      case 5:
        cluster.cut([node], [random.pick(cluster.ids)])
        return
      case 6:
        if (dead.length < 3) cluster.sleep(node)
        return
      default:
        cluster.heal()
    }
  }

  #revive(id: EndpointId): void {
    if (this.cluster.isAsleep(id)) this.cluster.wake(id)
    else this.cluster.restart(id)
  }

  #work(client: EndpointId, session: Session): void {
    this.#hear(client, session)
    if (session.waiting !== null) return
    const random = this.#random
    const [node, key] = [random.pick(this.cluster.ids), random.pick(KEYS)]
    if (random.chance(0.4)) {
      const id = this.cluster.send(node, { type: 'get', key, map: null }, client)
      session.waiting = { id, op: null, key, sinceUs: this.cluster.nowUs }
      return
    }
    const held = random.chance(0.8) ? (session.held.get(key) ?? null) : null
    const op = this.cluster.nextOp(client)
    const value = random.chance(0.15) ? null : `v ${op}`
    this.made.set(op, { key, over: held?.ops ?? [], acknowledged: false })
    const put = { type: 'put', key, value, op, context: held?.context ?? null, map: null }
    const id = this.cluster.send(node, put, client)
    // Now and then a client does not wait to ask another node the same.
    if (random.chance(0.1)) this.cluster.send(random.pick(this.cluster.ids), put, client)
    session.waiting = { id, op, key, sinceUs: this.cluster.nowUs }
  }

  #hear(_client: EndpointId, session: Session): void {
    const { waiting } = session
    if (waiting === null) return
    const answer: ClientAnswer | null = this.cluster.answerTo(waiting.id)
    if (answer === null && this.cluster.nowUs - waiting.sinceUs < 3_000_000) return
    session.waiting = null
    if (answer?.type !== 'done') return
    const { op, key } = waiting
    if (op === null) {
      session.held.set(key, { context: answer.context, ops: (answer.versions ?? []).map((found: Found) => found.op) })
      return
    }
    this.#acknowledged++
    const made = this.made.get(op)
    if (made !== undefined) made.acknowledged = true
    session.held.set(key, { context: answer.context, ops: [...(made?.over ?? []), op] })
  }
}

function run(
  seed: string,
  setup: Setup = {},
): { readonly lost: readonly string[]; readonly back: readonly string[]; readonly chaos: Chaos } {
  const chaos = new Chaos(seed, setup)
  chaos.storm(6_000)
  chaos.peace()
  return { ...chaos.judge(), chaos }
}

describe('faults of every kind', () => {
  const seeds = Array.from({ length: Number(process.env.CHAOS_SEEDS ?? 4) }, (_, i) => String(i + Number(process.env.CHAOS_FROM ?? 1)))

  it.each(seeds)('seed %s: no acknowledged write is lost, none that was replaced comes back, all converge', (seed) => {
    const { lost, back, chaos } = run(seed)
    expect([...chaos.cluster.halted]).toEqual([])
    expect(chaos.acknowledged).toBeGreaterThan(20)
    expect({ lost, back }).toEqual({ lost: [], back: [] })
  })

  it('bug=equal-dominates is caught: an acknowledged write is lost', () => {
    const caught = seeds.some((seed) => run(seed, { bug: 'equal-dominates' }).lost.length > 0)
    expect(caught).toBe(true)
  })
})
