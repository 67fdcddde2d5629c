/** The predictor against the figures of the paper's fits (reference: PBS §5, rerun), and against its own closed form. */
import { describe, expect, test } from 'vitest'
import { type Delay, measured, misses, predict, type Wars, type WarsQuorum } from '../../src/check/wars.ts'
import { wilson } from '../../src/check/wilson.ts'
import { type Random, seeded } from '../../src/machine/random.ts'

const exponential = (random: Random, rate: number) => -Math.log(1 - random.next()) / rate
const pareto = (random: Random, least: number, alpha: number) => least / (1 - random.next()) ** (1 / alpha)

function mixture(share: number, least: number, alpha: number, rate: number): Delay {
  return (random) => (random.chance(share) ? pareto(random, least, alpha) : exponential(random, rate))
}

const FAST = mixture(0.9122, 0.235, 10, 1.66)
const SSD: Wars = { w: FAST, a: FAST, r: FAST, s: FAST }
const DISK: Wars = { ...SSD, w: mixture(0.38, 1.05, 1.51, 0.183) }
const YMMR_ARS = mixture(0.982, 1.5, 3.8, 0.0217)
const YMMR: Wars = { w: mixture(0.939, 3, 3.35, 0.0028), a: YMMR_ARS, r: YMMR_ARS, s: YMMR_ARS }

const TRIALS = 40_000
const of3 = (r: number, w: number): WarsQuorum => ({ n: 3, r, w })

describe('fits of LinkedIn and Yammer', () => {
  test.each<[string, Wars, WarsQuorum, number, number]>([
    ['LNKD-SSD', SSD, of3(1, 1), 0.974, 1.99],
    ['LNKD-DISK', DISK, of3(1, 1), 0.437, 49.9],
    ['LNKD-DISK', DISK, of3(2, 1), 0.763, 14.2],
    ['YMMR', YMMR, of3(1, 1), 0.887, 1_467],
    ['YMMR', YMMR, of3(2, 1), 0.99, 210],
  ])('%s %#: fresh at once, and when in 99.9 %% of reads', (_, wars, quorum, atOnce, t999) => {
    const { fresh, tFor } = predict(wars, quorum, TRIALS, seeded('pbs'))
    expect(Math.abs(fresh(0) - atOnce)).toBeLessThan(0.02)
    expect(Math.abs(tFor(0.999) / t999 - 1)).toBeLessThan(0.15)
    expect(fresh(tFor(0.999))).toBeCloseTo(0.999, 2)
  })

  test.each<[string, Wars, WarsQuorum]>([
    ['LNKD-DISK 2,2', DISK, of3(2, 2)],
    ['YMMR 3,1', YMMR, of3(3, 1)],
  ])('%s: R+W>N is always fresh', (_, wars, quorum) => {
    const { fresh, tFor } = predict(wars, quorum, 5_000, seeded('strict'))
    expect(fresh(0)).toBe(1)
    expect(tFor(1)).toBe(0)
  })
})

test('the settings that are handy in a lab', () => {
  const mean =
    (ms: number): Delay =>
    (random) =>
      exponential(random, 1 / ms)
  const at = [
    [0.25, 0.943, 1],
    [5, 0.487, 31],
    [20, 0.381, 130],
  ] as const
  for (const [w, atOnce, t999] of at) {
    const { fresh, tFor } = predict({ w: mean(w), a: mean(1), r: mean(1), s: mean(1) }, of3(1, 1), TRIALS, seeded('handy'))
    expect(Math.abs(fresh(0) - atOnce)).toBeLessThan(0.02)
    expect(Math.abs(tFor(0.999) / t999 - 1)).toBeLessThan(0.15)
  }
})

test('where the coordinator is a replica', () => {
  const ten: Delay = (random) => 10 * random.next()
  const wars = { w: ten, a: ten, r: ten, s: ten }
  const at = (coordinators: 'outside' | 'same' | 'different') => predict(wars, { ...of3(1, 1), coordinators }, 5_000, seeded('where'))
  expect(at('same').fresh(0), 'reads what it wrote itself').toBe(1)
  expect(at('different').fresh(0), 'its own copy answers first, and has not come yet').toBe(0)
  expect(at('different').tFor(1)).toBeLessThanOrEqual(10)
  expect(at('outside').fresh(0)).toBeGreaterThan(0.3)
})

test('delays as they were measured; one seed, one prediction', () => {
  const wars = { w: measured([10]), a: measured([1]), r: measured([1]), s: measured([1]) }
  expect(predict(wars, of3(1, 1), 100, seeded('fixed')).fresh(0), 'everything takes as long everywhere').toBe(1)
  const slow = predict({ ...wars, w: measured([0, 100]) }, of3(1, 1), 1_000, seeded('two'))
  expect(slow.tFor(1)).toBeCloseTo(98, 5)
  expect(predict({ ...wars, w: measured([0, 100]) }, of3(1, 1), 1_000, seeded('two')).fresh(0)).toBe(slow.fresh(0))
  expect(() => measured([])).toThrow()
  expect(() => predict(wars, of3(4, 1), 1, seeded('no'))).toThrow('R=4')
})

test('k versions: the closed form', () => {
  const within = (quorum: WarsQuorum) => [1, 2, 3, 5, 10].map((k) => Number((1 - misses(quorum, k)).toFixed(3)))
  expect(within(of3(1, 1))).toEqual([0.333, 0.556, 0.704, 0.868, 0.983])
  expect(within(of3(1, 2))).toEqual([0.667, 0.889, 0.963, 0.996, 1])
  expect(within(of3(2, 1))).toEqual(within(of3(1, 2)))
  expect(within(of3(2, 2))).toEqual([1, 1, 1, 1, 1])
})

test('Wilson: textbook values, and sense at the ends', () => {
  const [low, high] = wilson(81, 263)
  expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.2553', '0.3662'])
  expect(wilson(0, 10)[0]).toBe(0)
  expect(wilson(0, 10)[1]).toBeCloseTo(0.278, 3)
  expect(wilson(10, 10)[1]).toBeCloseTo(1, 9)
  expect(wilson(0, 0)).toEqual([0, 1])
})
