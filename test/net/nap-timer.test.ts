import { performance } from 'node:perf_hooks'
import { expect, it } from 'vitest'
import { NapTimer } from '../../src/net/nap-timer.ts'

/** Sets the deadlines one after the other as each fires; resolves to how early (negative: late) each was. */
function earliness(waitsMs: readonly number[]): Promise<number[]> {
  const now = (): number => performance.now()
  return new Promise((resolve) => {
    const early: number[] = []
    let atMs = 0
    const next = (): void => {
      const wait = waitsMs[early.length]
      if (wait === undefined) {
        resolve(early)
        return
      }
      atMs = now() + wait
      timer.set(atMs)
    }
    const timer = new NapTimer(now, () => {
      early.push(atMs - now())
      next()
    })
    next()
  })
}

it('never fires early, near or far, and fires each deadline once', async () => {
  const waits = [0, 0.01, 0.2, 0.9, 1.1, 1.3, 2, 3.7, 20, 0, 5]
  const early = await earliness(waits)
  expect(early).toHaveLength(waits.length)
  for (const ms of early) expect(ms).toBeLessThanOrEqual(0)
})

it('follows a deadline that is brought forward, and forgets one that is taken back', async () => {
  const fired: string[] = []
  const timer = new NapTimer(
    () => performance.now(),
    () => fired.push('soon'),
  )
  timer.set(performance.now() + 3_600_000)
  timer.set(performance.now() + 2)
  const taken = new NapTimer(
    () => performance.now(),
    () => fired.push('never'),
  )
  taken.set(performance.now() + 1)
  taken.set(Number.POSITIVE_INFINITY)
  await earliness([10, 1])
  expect(fired).toEqual(['soon'])
})
