/** The shipped client and balancer against the shipped nodes. */
import { describe, expect, test } from 'vitest'
import type { EndpointId, Input, Machine, Message, Operation, OperationResult } from '../../../src/machine/contract.ts'
import { seeded } from '../../../src/machine/random.ts'
import { Balancer } from '../../../src/modes/dynamo/balancer.ts'
import { DynamoClient } from '../../../src/modes/dynamo/client.ts'
import { BALANCER } from '../../../src/modes/dynamo/client-route.ts'
import { DynamoCluster, type Setup } from './harness.ts'

type Fields = Message & Readonly<Record<string, unknown>>

/** Endpoints beside a cluster: what they say to nodes goes through it, what they say to each other arrives at once. */
class World {
  readonly cluster: DynamoCluster
  readonly results = new Map<string, OperationResult>()
  readonly #machines = new Map<EndpointId, { readonly machine: Machine; deadlineUs: number }>()
  readonly #asked: { readonly by: EndpointId; readonly id: unknown; readonly to: EndpointId; readonly as: string }[] = []
  readonly #settings: Readonly<Record<string, string>>
  #nextId = 1

  constructor(setup: Setup = {}) {
    this.cluster = new DynamoCluster(setup)
    this.#settings = setup.settings ?? {}
    if (this.#settings.coordination === 'server') {
      const options = { id: BALANCER, nodes: this.cluster.ids, settings: this.#settings, random: seeded('b0') }
      this.#add(BALANCER, new Balancer(options))
    }
  }

  call(client: EndpointId, f: string, key: string, value: string | null = null, more: Partial<Operation> = {}): OperationResult {
    return this.await(this.invoke(client, f, key, value, more))
  }

  invoke(client: EndpointId, f: string, key: string, value: string | null = null, more: Partial<Operation> = {}): string {
    if (!this.#machines.has(client)) {
      this.#add(client, new DynamoClient({ id: client, nodes: this.cluster.ids, settings: this.#settings, random: seeded(client) }))
    }
    const id = this.#nextId++
    const operation = { id, f, key, value, timeoutUs: 3_000_000, ...more }
    this.#feed(client, [{ kind: 'control', control: { type: 'invoke', operation } }])
    return `${client}/${id}`
  }

  await(name: string): OperationResult {
    for (let ms = 0; ms < 10_000; ms++) {
      const result = this.results.get(name)
      if (result !== undefined) return result
      this.run(1)
    }
    throw new Error(`${name} does not end`)
  }

  reach(client: EndpointId, nodes: readonly EndpointId[] | null): void {
    this.#feed(client, [{ kind: 'control', control: { type: 'reach', nodes } }])
  }

  run(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.cluster.run(1)
      for (const question of [...this.#asked]) {
        const answer = this.cluster.answerTo(question.as)
        if (answer === null) continue
        this.#asked.splice(this.#asked.indexOf(question), 1)
        this.#feed(question.by, [{ kind: 'message', from: question.to, message: { ...answer, re: question.id } }])
      }
      for (const [id, { deadlineUs }] of this.#machines) if (deadlineUs <= this.cluster.nowUs) this.#feed(id, [{ kind: 'tick' }])
    }
  }

  #add(id: EndpointId, machine: Machine): void {
    this.#machines.set(id, { machine, deadlineUs: Number.POSITIVE_INFINITY })
    this.#feed(id, [{ kind: 'start', log: [], bulk: [], lostDisk: false, incarnation: 1 }])
  }

  #feed(id: EndpointId, inputs: readonly Input[]): void {
    const seat = this.#machines.get(id)
    if (seat === undefined) throw new Error(`there is no ${id}`)
    const output = seat.machine.step({ nowUs: this.cluster.nowUs, wallMs: 0, inputs })
    seat.deadlineUs = output.deadlineUs
    for (const result of output.results) this.results.set(`${id}/${result.id}`, result)
    for (const { to, message } of output.send) this.#send(id, to, message as Fields)
  }

  #send(from: EndpointId, to: EndpointId, message: Fields): void {
    if (this.#machines.has(to)) this.#feed(to, [{ kind: 'message', from, message }])
    else {
      const { id, ...body } = message
      this.#asked.push({ by: from, id, to, as: this.cluster.send(to, body, from) })
    }
  }
}

/** Two sides, each with a home of the key at least; each side's clients know only their own. */
function split(world: World): { key: string; left: EndpointId; right: EndpointId } {
  const { cluster } = world
  const key = cluster.keyFor(['n1', 'n2', 'n3'])
  cluster.partition(['n1', 'n2'], ['n3', 'n4', 'n5'])
  world.reach('c1', ['n1', 'n2'])
  world.reach('c2', ['n3', 'n4', 'n5'])
  return { key, left: 'c1', right: 'c2' }
}

function heal(world: World): void {
  world.cluster.heal()
  for (const client of ['c1', 'c2']) world.reach(client, null)
}

describe('clients of a cluster', () => {
  test('put, get, del: each with what the client held', () => {
    const world = new World()
    expect(world.call('c1', 'put', 'city', 'Oslo')).toMatchObject({ outcome: 'ok', attempts: 1, lineage: { made: 'c1.1', over: [] } })
    expect(world.call('c2', 'get', 'city')).toMatchObject({ outcome: 'ok', value: 'Oslo', lineage: { seen: ['c1.1'] } })
    expect(world.call('c2', 'put', 'city', 'Bergen')).toMatchObject({ outcome: 'ok', lineage: { made: 'c2.1', over: ['c1.1'] } })
    expect(world.call('c1', 'get', 'city')).toMatchObject({ value: 'Bergen' })
    expect(world.call('c1', 'del', 'city')).toMatchObject({ outcome: 'ok', lineage: { made: 'c1.2', over: ['c2.1'] } })
    expect(world.call('c2', 'get', 'city')).toMatchObject({ outcome: 'ok', value: null, lineage: { seen: ['c1.2'] } })
  })

  test('R4: a blind put makes a sibling, and a get shows both', () => {
    const world = new World()
    world.call('c1', 'put', 'cart', 'milk')
    world.call('c2', 'put', 'cart', 'eggs')
    expect(world.call('c1', 'get', 'cart')).toMatchObject({ value: 'eggs | milk', siblings: ['eggs', 'milk'] })
    expect(world.call('c1', 'resolve', 'cart')).toMatchObject({ outcome: 'ok', value: 'eggs,milk' })
    expect(world.call('c2', 'get', 'cart')).toMatchObject({ value: 'eggs,milk' })
  })

  test('F20: a hundred alternate puts of two clients end in two siblings', () => {
    const world = new World()
    for (let i = 0; i < 50; i++)
      for (const client of ['c1', 'c2']) expect(world.call(client, 'put', 'cart', `${client} ${i}`).outcome).toBe('ok')
    expect(world.call('c3', 'get', 'cart').siblings).toEqual(['c1 49', 'c2 49'])
  })

  test('F2: the cart in a partition: the add is kept, what was removed comes back, and a second read finds one version', () => {
    const world = new World()
    for (const client of ['c1', 'c2']) world.call(client, 'get', 'warm-up')
    const { key, left, right } = split(world)
    heal(world)
    world.call(left, 'put', key, 'a,b')
    world.call(right, 'get', key)
    split(world)
    world.run(1_000)
    expect(world.call(left, 'put', key, 'a')).toMatchObject({ outcome: 'ok' })
    expect(world.call(right, 'append', key, ',c')).toMatchObject({ outcome: 'ok', value: 'a,b,c' })
    heal(world)
    world.run(3_000)
    expect(world.call('c3', 'get', key).siblings).toEqual(['a', 'a,b,c'])
    expect(world.call('c3', 'resolve', key)).toMatchObject({ value: 'a,b,c' })
    expect(world.call('c3', 'get', key)).toMatchObject({ value: 'a,b,c', lineage: { seen: ['c3.1'] } })
  })

  test('F9: both sides of a partition answer, each with its stand-ins, and nothing is lost', () => {
    const world = new World()
    for (const client of ['c1', 'c2']) world.call(client, 'get', 'warm-up')
    const { key, left, right } = split(world)
    world.run(2_000)
    expect(world.call(left, 'put', key, 'left').outcome).toBe('ok')
    const result = world.call(right, 'put', key, 'right')
    expect(result.outcome).toBe('ok')
    expect(result.note).toMatch(/ for n[12]/)
    heal(world)
    world.run(3_000)
    expect(world.call('c3', 'get', key).siblings).toEqual(['left', 'right'])
  })

  test('F10: strict, the minority is refused at once, nothing is written, and the missing homes are named', () => {
    const world = new World({ settings: { quorum: 'strict' } })
    for (const client of ['c1', 'c2']) world.call(client, 'get', 'warm-up')
    const { key, left, right } = split(world)
    world.run(3_000)
    for (let i = 0; i < 3; i++) world.call(right, 'put', key, 'warming the detectors')
    expect(world.call(left, 'put', key, 'left').outcome).toBe('ok')
    const result = world.call(right, 'put', key, 'right')
    expect(result).toMatchObject({ outcome: 'fail', code: 'no-quorum' })
    expect(result.why).toMatch(/missing n1 n2/)
  })

  test('a home that died costs a client one wait, and its next operations none', () => {
    const world = new World()
    const key = world.cluster.keyFor(['n1', 'n2', 'n3'])
    world.call('c1', 'put', key, 'before')
    world.cluster.kill('n1')
    expect(world.call('c1', 'put', key, 'after')).toMatchObject({ outcome: 'ok', attempts: 2 })
    const began = world.cluster.nowUs
    expect(world.call('c1', 'get', key)).toMatchObject({ outcome: 'ok', value: 'after', attempts: 1 })
    expect(world.cluster.nowUs - began).toBeLessThan(400_000)
  })

  test('a node that joined is learnt from the answers, and asked for what it keeps', () => {
    const world = new World()
    world.call('c1', 'get', 'warm-up')
    world.cluster.ids.push('n6')
    world.cluster.boot('n6', ['n1', 'n2', 'n3', 'n4', 'n5'])
    expect(world.call('c2', 'join', 'n6', 'n1')).toMatchObject({ outcome: 'ok', node: 'n6' })
    world.run(5_000)
    const asked = new Set<EndpointId>()
    world.cluster.onSend = ({ from, to }) => {
      if (from === 'c1') asked.add(to)
    }
    for (let i = 0; i < 40; i++) expect(world.call('c1', 'put', `k${i}`, 'x')).toMatchObject({ outcome: 'ok', attempts: 1 })
    expect(asked).toContain('n6')
    expect(world.call('c2', 'leave', 'n6', null, { timeoutUs: 8_000_000 })).toMatchObject({ outcome: 'ok' })
    expect(world.call('c2', 'leave', 'n6', null, { via: 'n1' })).toMatchObject({ outcome: 'fail', code: 'no-change' })
  })

  test('server-driven: everything goes through the balancer, also while a node is dead', () => {
    const world = new World({ settings: { coordination: 'server' } })
    expect(world.call('c1', 'put', 'city', 'Oslo')).toMatchObject({ outcome: 'ok' })
    world.cluster.kill('n2')
    for (let i = 0; i < 10; i++) expect(world.call('c1', 'put', 'city', `v${i}`)).toMatchObject({ outcome: 'ok' })
    expect(world.call('c2', 'get', 'city')).toMatchObject({ value: 'v9' })
  })

  test.each(['classic', 'merged', 'lww'])('versions=%s: what one client writes in turn replaces itself', (versions) => {
    const world = new World({ settings: { versions } })
    for (let i = 0; i < 12; i++) expect(world.call('c1', 'put', 'city', `v${i}`).outcome).toBe('ok')
    expect(world.call('c2', 'get', 'city')).toMatchObject({ value: 'v11' })
    world.call('c2', 'del', 'city')
    expect(world.call('c1', 'get', 'city')).toMatchObject({ value: null })
  })
})
