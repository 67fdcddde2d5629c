import { describe, expect, it } from 'vitest'
import { LatencyAdmission, shareOf } from '../../../../src/modes/dynamo/admission.ts'
import type { House } from '../../../../src/modes/dynamo/house.ts'
import { readOptions } from '../../../../src/modes/dynamo/settings.ts'

function world(settings: Readonly<Record<string, string>> = {}) {
  const house = { nowUs: 0, options: readOptions(settings), deferred: 0, count: (_name: string, by = 1) => (house.deferred += by) }
  const admission = new LatencyAdmission(house as unknown as House)
  const minute = (us: number): void => {
    for (let i = 0; i < 60; i++) {
      house.nowUs += 1_000_000
      for (let n = 0; n < 10; n++) admission.served(us)
    }
    house.nowUs += 1_000_000
  }
  /** Items admitted within ten seconds, of all that are wanted. */
  const admitted = (): number => {
    let sum = 0
    for (let i = 0; i < 1_000; i++) {
      house.nowUs += 10_000
      sum += admission.admit(100)
    }
    return sum
  }
  return { house, admission, minute, admitted }
}

describe('admission (§6.5)', () => {
  it('holds nothing back while the foreground is quick, or nothing is known of it', () => {
    const { admission, minute } = world()
    expect(admission.admit(1_000_000)).toBe(1_000_000)
    minute(5_000)
    expect(admission.admit(1_000_000)).toBe(1_000_000)
  })

  it('admits less as the percentile nears its target, and never nothing for ever', () => {
    const by = [30_000, 40_000, 60_000, 500_000].map((us) => {
      const { minute, admitted } = world()
      minute(us)
      return admitted()
    })
    expect(by).toEqual([...by].sort((a, b) => b - a))
    expect(by[0]).toBeGreaterThan(2 * (by[2] ?? 0))
    expect(by[3]).toBeGreaterThan(1_000)
    expect(by[3]).toBe(by[2])
  })

  it('is judged by the slow tail, not by the mean', () => {
    const { admission, house } = world()
    for (let i = 0; i < 1_000; i++) admission.served(i % 50 === 0 ? 200_000 : 1_000)
    house.nowUs = 1_500_000
    admission.admit(1)
    expect(admission.admit(1_000_000)).toBeLessThan(100)
    expect(house.deferred).toBeGreaterThan(0)
  })

  it('forgets what is more than a minute old', () => {
    const { admission, minute, house } = world()
    minute(500_000)
    house.nowUs += 61_000_000
    expect(admission.latencyUs).toBeNull()
    expect(admission.admit(5_000)).toBe(5_000)
  })

  it('can be switched off', () => {
    const { admission, minute } = world({ admission: 'off' })
    minute(500_000)
    expect(admission.admit(5_000)).toBe(5_000)
  })

  it('knows a percentile within a class of a tenth', () => {
    const { admission, house } = world()
    for (let i = 1; i <= 1_000; i++) admission.served(i * 100)
    house.nowUs = 1_000_000
    const latency = admission.latencyUs ?? 0
    expect(latency).toBeGreaterThanOrEqual(99_000)
    expect(latency).toBeLessThan(99_000 * 1.1)
    expect([shareOf(null, 1), shareOf(25, 50), shareOf(50, 50), shareOf(100, 50)]).toEqual([1, 1, 0, 0])
  })
})
