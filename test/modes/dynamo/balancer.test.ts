import { describe, expect, test } from 'vitest'
import type { EndpointId, Message } from '../../../src/machine/contract.ts'
import { digestOf } from '../../../src/modes/dynamo/ring/history.ts'
import type { Change } from '../../../src/modes/dynamo/ring/ring.ts'
import { DynamoCluster } from './harness.ts'
import { NODES, type Script, Scripted } from './scripted.ts'

/** What the balancer says to clients, in the order it says it. */
class Front extends Scripted {
  constructor(script: Script) {
    super(script, { role: 'balancer' })
  }

  request(id: string, body: Message & Record<string, unknown> = { type: 'get', key: 'cart' }): void {
    this.tell('c1', { ...body, id })
  }

  get passed(): readonly EndpointId[] {
    return this.asked.filter(({ to }) => to !== 'c1').map(({ to }) => to)
  }

  get answers(): readonly Record<string, unknown>[] {
    return this.asked.filter(({ to }) => to === 'c1')
  }
}

/** A node says who it is; clients say nothing. */
const alive: Script = (node) => (node === 'c1' ? null : { type: 'done', node })

describe('the load balancer', () => {
  test('passes requests to every node in turn, and each answer to whoever asked', () => {
    const front = new Front(alive)
    for (let i = 0; i < 10; i++) front.request(`q${i}`)
    front.run(10_000)
    expect(NODES.map((node) => front.passed.filter((one) => one === node).length)).toEqual([2, 2, 2, 2, 2])
    expect(front.answers.map(({ re, node }) => [re, node])).toEqual(front.passed.map((node, i) => [`q${i}`, node]))
  })

  test('says the same as the client said, but for the number of the question and the life it is for', () => {
    const front = new Front(alive)
    const body = { type: 'put', key: 'k', value: 'v', op: 'c1.1', context: { clock: { n1: 1 }, dots: [] }, w: 2, map: null }
    front.request('q', body)
    const { id, to: _to, atUs: _atUs, ...passed } = front.asked[0] ?? { id: null, to: '', atUs: 0 }
    expect(passed).toEqual({ ...body, life: 0 })
    expect(id).not.toBe('q')
  })

  test('a silent node is passed over, and asked again after a while', () => {
    const front = new Front((node, request) => (node === 'n2' ? null : alive(node, request)))
    for (let i = 0; i < 5; i++) front.request(`q${i}`)
    front.run(600_000)
    expect(front.answers).toHaveLength(5)
    const before = front.passed.length
    for (let i = 0; i < 10; i++) front.request(`r${i}`)
    expect(front.passed.slice(before)).not.toContain('n2')
    front.script = alive
    front.run(2_000_000)
    for (let i = 0; i < 5; i++) front.request(`s${i}`)
    expect(front.passed.slice(-5)).toContain('n2')
  })

  test('another map, as a real node tells it, gives it a new list: who came is asked, who left is not', () => {
    const cluster = new DynamoCluster()
    cluster.boot('n6', cluster.ids)
    cluster.ids.push('n6')
    expect(cluster.request('n6', { type: 'join', seed: 'n1' })?.type).toBe('changed')
    for (const node of ['n3', 'n4', 'n5']) expect(cluster.request('n1', { type: 'leave', node }, { forMs: 30_000 })?.type).toBe('changed')
    const told = cluster.request('n1', { type: 'map' }) as unknown as { readonly type: string; readonly history: readonly Change[] }
    const front = new Front((node, { type }) => {
      if (node === 'c1') return null
      return type === 'map' ? { ...told } : { type: 'done', node, map: digestOf(told.history) }
    })
    front.request('first')
    front.run(10_000)
    const before = front.passed.length
    for (let i = 0; i < 6; i++) front.request(`q${i}`)
    expect(front.passed.slice(before).toSorted()).toEqual(['n1', 'n1', 'n2', 'n2', 'n6', 'n6'])
  })

  test('a patience that is set while it runs counts for the next request', () => {
    const front = new Front(() => null)
    front.feed([{ kind: 'control', control: { type: 'set', name: 'detector-timeout', value: '5s' } }])
    front.feed([{ kind: 'control', control: { type: 'set', name: 'forward-timeout', value: 'soon' } }])
    front.request('q')
    front.run(5_000_000)
    expect(front.passed).toHaveLength(1)
    front.run(200_000)
    expect(front.passed).toHaveLength(2)
  })

  test('refuses on its own once nobody answers: what it passed on may have happened', () => {
    const front = new Front(() => null)
    front.request('q', { type: 'put', key: 'k', value: 'v', op: 'c1.1' })
    front.request('r')
    front.run(5_000_000)
    expect(new Set(front.passed)).toEqual(new Set(NODES))
    expect(front.answers).toMatchObject([
      { re: 'q', type: 'refused', code: 'not-here', maybe: true },
      { re: 'r', type: 'refused', code: 'not-here', maybe: false },
    ])
    expect(front.status).toMatchObject({ underWay: 0, refused: 2, silent: NODES })
  })

  test('refuses more than it can hold, and holds again once there is room', () => {
    const front = new Front(() => null)
    for (let i = 0; i < 2_050; i++) front.request(`q${i}`)
    expect(front.answers.map(({ code }) => code)).toEqual(['overloaded', 'overloaded'])
    front.run(5_000_000)
    expect(front.status).toMatchObject({ underWay: 0 })
  })

  test('junk is dropped, and what is no data request is refused', () => {
    const front = new Front(alive)
    for (const message of [null, 'x', [], {}, { type: 'get' }, { type: 7, id: 'q' }, { type: 'done', re: 'nobody' }])
      front.tell('c1', message)
    expect(front.asked).toEqual([])
    front.request('q', { type: 'merkle' })
    expect(front.answers).toMatchObject([{ re: 'q', type: 'refused', code: 'malformed', maybe: false }])
  })

  test('an answer to its former life is nobody’s', () => {
    const front = new Front(() => null)
    front.request('q')
    const asked = front.asked[0]
    front.feed([{ kind: 'start', log: [], bulk: [], lostDisk: false, incarnation: 2 }])
    front.tell(asked?.to ?? '', { type: 'done', re: asked?.id })
    expect(front.answers).toEqual([])
  })
})
