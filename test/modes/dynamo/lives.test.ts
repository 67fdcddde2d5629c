import { expect, test } from 'vitest'
import type { Body } from '../../../src/modes/dynamo/house.ts'
import { Lives } from '../../../src/modes/dynamo/lives.ts'
import { Received } from '../../../src/modes/dynamo/received.ts'

/** A node in this life: turns away what is for another. */
function node() {
  const asked: unknown[] = []
  const self = { life: 3, asked }
  const lives = new Lives((_to, body: Body, _patienceUs, done) => {
    asked.push(body.life)
    done(body.type !== 'put' || body.life === self.life ? { type: 'done' } : { type: 'other-life', life: self.life })
  })
  const ask = (type: string): string | null => {
    let heard: Body | null = null
    lives.ask('n1', { type }, 1000, (answer) => {
      heard = answer
    })
    return (heard as Body | null)?.type ?? null
  }
  return { self, ask }
}

test('a write names the life it is for, so that a late second copy does nothing in the next one', () => {
  const { self, ask } = node()
  expect(ask('put')).toBe('done')
  expect(ask('put')).toBe('done')
  self.life = 4
  expect(ask('put')).toBe('done')
  expect(self.asked).toEqual([0, 3, 3, 3, 4])
})

test('a read is for any life', () => {
  const { self, ask } = node()
  expect(ask('get')).toBe('done')
  expect(self.asked).toEqual([undefined])
})

test('a request that comes twice is known, one of another sender or number is another', () => {
  const received = new Received()
  expect(received.repeats('c1', 'q1')).toBe(false)
  expect(received.repeats('c1', 'q1')).toBe(true)
  expect(received.repeats('c2', 'q1')).toBe(false)
  for (let i = 0; i < 8_000; i++) received.repeats('c1', `other${i}`)
  expect(received.repeats('c1', 'q1')).toBe(true)
})
