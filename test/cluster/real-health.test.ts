import { expect, test } from 'vitest'
import type { HealthEvent } from '../../src/cluster/health.ts'
import { OPEN_LINK } from '../../src/net/types.ts'
import { leading, openReal, watch } from './real.ts'
import { until } from './until.ts'

test('observed health follows one death, then two, then a return; predicted agrees', async () => {
  const real = await openReal(3)
  const { cluster } = real
  const events: HealthEvent[] = []
  const health = await watch(real, events)
  await until('healthy', () => health.observed.state === 'healthy')
  // Health that ends with its first answers lasted no time: let everybody answer once more.
  health.changed()
  await until('healthy still', () => health.healthy)
  expect(health.predicted).toMatchObject({ state: 'healthy', uncertain: false })
  await cluster.kill(['n1'])
  expect(health.predicted.state).toBe('degraded')
  await until('degraded', () => health.observed.state === 'degraded')
  await cluster.sleep(['n2'])
  await until('unhealthy', () => health.observed.state === 'unhealthy')
  expect(health.predicted.state).toBe('unhealthy')
  await cluster.wake(['n2'])
  await cluster.restart(['n1'])
  health.changed()
  await until('healthy again', () => health.healthy)
  expect(health.ribbon.all.map(({ state }) => state).filter((state) => state !== 'degraded')).toEqual([
    'unhealthy',
    'healthy',
    'unhealthy',
    'healthy',
  ])
  expect(events.some(({ type }) => type === 'finding' || type === 'probe-failed')).toBe(false)
})

test('an election is no red minute: the leader dies and health is never unhealthy', async () => {
  const real = await openReal(3)
  const { cluster } = real
  const events: HealthEvent[] = []
  const health = await watch(real, events)
  await until('healthy', () => health.observed.state === 'healthy')
  const told = events.length
  const { leader } = await leading(real)
  await cluster.kill([leader])
  await until('another leads and misses it', () => health.observed.state === 'degraded')
  await cluster.restart([leader])
  await until('healthy again', () => health.observed.state === 'healthy')
  const observed = events.slice(told).flatMap((e) => (e.type === 'health' && e.which === 'observed' ? [e.state] : []))
  expect(observed).not.toContain('unhealthy')
})

test('unhealthy in fact against the prediction is a finding', async () => {
  const real = await openReal(3)
  const events: HealthEvent[] = []
  const { cluster, shim } = real
  const health = await watch(real, events, { findingAfterMs: 300 })
  await until('healthy', () => health.observed.state === 'healthy')
  // The plan knows nothing of these cuts: the prediction is wrong, and must be found to be.
  const rules = { ...OPEN_LINK, cut: true }
  await shim.apply(cluster.ids.flatMap((from) => cluster.ids.filter((to) => to !== from).map((to) => ({ from, to, rules }))))
  await until('it is found', () => events.some((event) => event.type === 'finding' && /although healthy was predicted/.test(event.text)))
})
