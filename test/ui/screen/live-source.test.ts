import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveSource } from '../../../src/ui/screen/live-source.ts'
import { FakeLab, healthyScene } from '../fake-lab.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const rate = (ok: number) => ({ atNs: 0, ms: 1000, ok, fail: 0, info: 0, p50Ms: 1, p99Ms: 2, passed: 0, dropped: 0, sent: {} })

/** How often a screen is told in ten seconds in which something happens every 20 ms. */
function told(ok: number): number {
  const lab = new FakeLab()
  lab.scene = { ...healthyScene, tempo: [rate(ok)] }
  const source = new LiveSource(lab, () => performance.now())
  const changed = vi.fn()
  const stop = source.listen(changed)
  for (let ms = 0; ms < 10_000; ms += 20) {
    lab.say({ time: ms * 1e6, type: 'tempo' })
    vi.advanceTimersByTime(20)
  }
  stop()
  return changed.mock.calls.length
}

describe('the picture of a running lab', () => {
  it('is told five times a second at most while it is quiet, ten times under load', () => {
    expect(told(0)).toBeLessThanOrEqual(51)
    expect(told(0)).toBeGreaterThan(30)
    expect(told(200)).toBeLessThanOrEqual(101)
    expect(told(200)).toBeGreaterThan(60)
  })

  it('is the lab’s own, and nobody is told of nothing, nor after they stopped listening', () => {
    const lab = new FakeLab()
    const source = new LiveSource(lab, () => performance.now())
    const changed = vi.fn()
    const stop = source.listen(changed)
    vi.advanceTimersByTime(5000)
    expect(changed).not.toHaveBeenCalled()
    lab.say({ time: 1, type: 'faces' })
    stop()
    vi.advanceTimersByTime(5000)
    expect(changed).not.toHaveBeenCalled()
    expect(source.scene).toBe(lab.scene)
    lab.scene = { ...healthyScene, nowNs: 2e9 }
    expect(source.scene.nowNs).toBe(2e9)
  })
})
