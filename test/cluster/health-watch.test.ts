import { expect, onTestFinished, test } from 'vitest'
import { type HealthEvent, HealthWatch } from '../../src/cluster/health.ts'
import { RunClock } from '../../src/history/clock.ts'
import { emptyOutput, type Machine } from '../../src/machine/contract.ts'
import { nodeIds, PROBE_KEY } from '../../src/machine/ids.ts'
import type { Concern, Mode, NodeView, Settings } from '../../src/modes/mode.ts'
import { TOY_MODE } from './toy.ts'
import { until } from './until.ts'

/** A cluster as the probe sees it: who is there, who answers, and what the nodes say of themselves. */
class FakeCluster {
  ids = ['n1', 'n2', 'n3']
  readonly silent = new Set<string>()
  /** Nobody ends what is asked. */
  mute = false
  readonly asked: { readonly node: string; readonly key: string }[] = []
  readonly bent = false
  concern: Concern = { kind: 'none' }

  views(): NodeView[] {
    return this.ids.map((id) => ({ id, state: 'live', status: null, statusAgeMs: 0 }))
  }

  helperViews(): NodeView[] {
    return []
  }

  lostDisk(): boolean {
    return false
  }

  /** Answers in its first life's own words, or not at all. */
  client(): Machine {
    let alive = false
    return {
      step: ({ inputs }) => {
        const output = emptyOutput()
        for (const input of inputs) {
          if (input.kind === 'start') alive = true
          if (input.kind !== 'control' || input.control.type !== 'invoke') continue
          const { id, key, via = '' } = input.control.operation
          expect(alive, 'a client is started before it is asked').toBe(true)
          this.asked.push({ node: via, key })
          if (this.mute) continue
          const outcome = this.silent.has(via) ? 'info' : 'ok'
          output.results.push({ id, outcome, attempts: 1 })
        }
        return output
      },
      inspect: () => null,
    }
  }
}

async function watched(cluster: FakeCluster, changes: Partial<Mode> = {}, options: { readonly settings: Settings } = { settings: {} }) {
  const events: HealthEvent[] = []
  const mode: Mode = {
    ...TOY_MODE,
    createClient: () => cluster.client(),
    summarize: () => ({ leader: null, term: null, concern: cluster.concern }),
    ...changes,
  }
  const health = await HealthWatch.open({
    mode,
    get settings() {
      return options.settings
    },
    seed: '1',
    runId: 1,
    clock: new RunClock(),
    cluster,
    network: { linked: () => true, bent: false },
    connect: async () => ({}),
    findingAfterMs: 200,
    onEvent: (event) => events.push(event),
  })
  onTestFinished(() => health.close())
  await until('healthy', () => health.observed.state === 'healthy')
  return { health, events }
}

test('what the nodes themselves say is not whole degrades, shows in the ribbon, and is no finding', async () => {
  const cluster = new FakeCluster()
  const { health, events } = await watched(cluster)
  cluster.concern = { kind: 'degraded', why: '12 hints wait for n3' }
  await until('degraded', () => health.observed.state === 'degraded')
  expect(health.observed.why).toBe('12 hints wait for n3')
  cluster.concern = { kind: 'none' }
  await until('healthy again', () => health.healthy)
  expect(health.ribbon.all.map(({ state }) => state)).toEqual(['unhealthy', 'healthy', 'degraded', 'healthy'])
  const told = events.flatMap((event) => (event.type === 'health' ? [`${event.which} ${event.state} ${event.why}`] : [event.type]))
  expect(told).toEqual([
    'observed healthy all 3 nodes answer',
    'observed degraded 12 hints wait for n3',
    'observed healthy all 3 nodes answer',
  ])
})

test('no answer through any node is unhealthy, whatever the nodes say of themselves, and against the prediction a finding', async () => {
  const cluster = new FakeCluster()
  const { health, events } = await watched(cluster)
  cluster.concern = { kind: 'unclear', why: 'nobody says' }
  for (const id of cluster.ids) cluster.silent.add(id)
  await until('unhealthy', () => health.observed.state === 'unhealthy')
  await until('it is found', () => events.some(({ type }) => type === 'finding'))
  cluster.silent.clear()
  await until('an unclear return is not taken for health', () => health.observed.state === 'degraded')
  expect(health.observed.why).toBe('nobody says')
})

test('a node that comes is asked, its first silence means nothing, and a node that left is missed by nobody', async () => {
  const cluster = new FakeCluster()
  const { health, events } = await watched(cluster)
  cluster.ids = ['n1', 'n2', 'n3', 'n4']
  await until('n4 is asked', () => cluster.asked.some(({ node }) => node === 'n4'))
  expect(health.observed).toMatchObject({ state: 'healthy' })
  cluster.silent.add('n4')
  await until('n4 is missed', () => health.observed.why === 'no answer through n4')
  cluster.ids = ['n1', 'n2', 'n3']
  await until('healthy without it', () => health.healthy)
  const before = cluster.asked.length
  await until('the others are asked on', () => cluster.asked.length > before + 4)
  expect(cluster.asked.slice(before).some(({ node }) => node === 'n4')).toBe(false)
  expect(health.observed.why).toBe('all 3 nodes answer')
  expect(events.some(({ type }) => type === 'finding')).toBe(false)
})

test('a mode chooses what the probe asks for, in turn', async () => {
  const plain = new FakeCluster()
  await watched(plain)
  expect(new Set(plain.asked.map(({ key }) => key))).toEqual(new Set([PROBE_KEY]))
  const own = new FakeCluster()
  await watched(own, { probeKey: (turn) => `\u0001${turn % 2}` })
  await until('several were asked', () => own.asked.length > 4)
  expect(new Set(own.asked.map(({ key }) => key))).toEqual(new Set(['\u00010', '\u00011']))
})

test('a setting that changes while it watches changes what the probe asks for', async () => {
  const cluster = new FakeCluster()
  const settings = { n: '3' }
  const options = {
    get settings() {
      return { ...settings }
    },
  }
  await watched(cluster, { probeKey: (_, { n }) => `of ${n}` }, options)
  settings.n = '5'
  await until('asked by the new setting', () => cluster.asked.some(({ key }) => key === 'of 5'))
  expect(cluster.asked[0]?.key).toBe('of 3')
})

test('of many nodes that fail only a few are asked at the same time: they would be slow because they are asked', async () => {
  const cluster = new FakeCluster()
  cluster.ids = nodeIds(20)
  const { health } = await watched(cluster)
  for (const id of cluster.ids) cluster.silent.add(id)
  await until('unhealthy', () => health.observed.state === 'unhealthy')
  cluster.mute = true
  cluster.asked.length = 0
  await until('some are asked', () => cluster.asked.length >= 8)
  health.changed()
  expect(new Set(cluster.asked.map(({ node }) => node)).size).toBe(8)
})
