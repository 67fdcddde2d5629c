import { expect, test } from 'vitest'
import { seeded } from '../../src/machine/random.ts'
import { DelayLog, KEPT_DELAYS, KEPT_STRETCHES } from '../../src/net/delay-log.ts'

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

test('keeps a bounded sample in which early and late are as likely', () => {
  const log = new DelayLog(seeded(1))
  const count = 100 * KEPT_DELAYS
  for (let i = 0; i < count; i++) log.add(i)
  const [sample] = log.samples()
  expect(sample?.passed).toBe(count)
  expect(sample?.delaysMs).toHaveLength(KEPT_DELAYS)
  // Of a uniform sample of n the mean errs by 1/sqrt(12 n) of the range: five of those.
  expect(Math.abs(mean(sample?.delaysMs ?? []) / count - 0.5)).toBeLessThan(5 / Math.sqrt(12 * KEPT_DELAYS))
})

test('begins anew with other rules, keeps the newest stretches, and leaves out those in which nothing passed', () => {
  const log = new DelayLog(seeded(1))
  log.turn(10)
  log.turn(20)
  log.add(5)
  log.turn(30)
  log.add(7)
  expect(log.samples()).toEqual([
    { sinceMs: 20, passed: 1, delaysMs: [5] },
    { sinceMs: 30, passed: 1, delaysMs: [7] },
  ])
  for (let i = 0; i < 20; i++) {
    log.turn(100 + i)
    log.add(i)
  }
  expect(log.samples()).toHaveLength(KEPT_STRETCHES)
  expect(log.samples().at(-1)).toEqual({ sinceMs: 119, passed: 1, delaysMs: [19] })
})
