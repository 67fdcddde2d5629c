import { expect, it } from 'vitest'
import { seeded } from '../../src/machine/random.ts'
import { DeadlineQueue } from '../../src/net/deadline-queue.ts'

it('gives out what is due by time, first come first at ties, under random pushes and pops', () => {
  const random = seeded('queue')
  const queue = new DeadlineQueue<number>()
  const model: { atMs: number; id: number }[] = []
  for (let id = 0; id < 5_000; id++) {
    const atMs = random.between(0, 50)
    queue.push(atMs, id)
    model.push({ atMs, id })
    if (random.chance(0.45)) {
      const now = random.between(0, 60)
      model.sort((a, b) => a.atMs - b.atMs || a.id - b.id)
      const first = model[0]
      const expected = first !== undefined && first.atMs <= now ? model.shift()?.id : undefined
      expect(queue.popDue(now)).toBe(expected)
    }
  }
  model.sort((a, b) => a.atMs - b.atMs || a.id - b.id)
  expect(Array.from(model, () => queue.popDue(100))).toEqual(model.map(({ id }) => id))
  expect(queue.nextMs).toBe(Number.POSITIVE_INFINITY)
})

it('gives out nothing before its time', () => {
  const queue = new DeadlineQueue<string>()
  queue.push(10, 'a')
  expect(queue.popDue(9.999)).toBeUndefined()
  expect(queue.nextMs).toBe(10)
  expect(queue.popDue(10)).toBe('a')
})
