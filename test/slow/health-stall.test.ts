import { expect, test } from 'vitest'
import type { HealthEvent } from '../../src/cluster/health.ts'
import { openReal, watch } from '../cluster/real.ts'
import { until } from '../cluster/until.ts'

test('a lab that stood still for three seconds does not call its cluster unhealthy', async () => {
  const real = await openReal(3)
  const events: HealthEvent[] = []
  const health = await watch(real, events)
  await until('healthy', () => health.observed.state === 'healthy')
  const told = events.length
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000)
  const before = performance.now()
  await until('two rounds of probes have passed', () => performance.now() > before + 3_000)
  expect(health.observed.state).toBe('healthy')
  expect(events.slice(told)).toEqual([])
})
