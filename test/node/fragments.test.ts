import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fragment, Reassembly } from '../../src/node/fragments.ts'

function split(messageId: number, whole: Uint8Array, size: number): Fragment[] {
  const count = Math.ceil(whole.length / size)
  return Array.from({ length: count }, (_, index) => ({
    messageId,
    total: whole.length,
    index,
    count,
    chunk: whole.subarray(index * size, (index + 1) * size),
  }))
}

const message = fc.tuple(fc.uint8Array({ minLength: 2, maxLength: 200 }), fc.integer({ min: 1, max: 50 })).map(([whole, size]) => ({
  whole,
  fragments: split(0, whole, Math.min(size, whole.length - 1)),
}))

describe('reassembly', () => {
  it('gives each message once, whatever the order and the duplicates', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat()), (messages, luck) => {
        const all = messages.flatMap(({ fragments }, id) =>
          fragments.flatMap((f) => [
            { ...f, messageId: id },
            { ...f, messageId: id },
          ]),
        )
        const shuffled = all.map((fragment) => ({ fragment, key: luck.next().value })).sort((a, b) => a.key - b.key)
        const reassembly = new Reassembly()
        const whole = new Map<number, Uint8Array[]>()
        for (const { fragment } of shuffled) {
          const done = reassembly.add('n1', 1, fragment, 0)
          if (done !== null) whole.set(fragment.messageId, [...(whole.get(fragment.messageId) ?? []), done])
        }
        messages.forEach((sent, id) => {
          expect(whole.get(id)).toEqual([sent.whole])
        })
        expect(reassembly.held).toEqual({ messages: 0, bytes: 0 })
      }),
    )
  })

  it('never gives a message of which a fragment was lost', () => {
    fc.assert(
      fc.property(message, fc.nat(), ({ fragments }, lost) => {
        const reassembly = new Reassembly()
        const rest = fragments.filter((fragment) => fragment.index !== lost % fragments.length)
        for (const fragment of [...rest, ...rest]) expect(reassembly.add('n1', 1, fragment, 0)).toBeNull()
      }),
    )
  })

  it('keeps senders and incarnations apart', () => {
    const reassembly = new Reassembly()
    const [a, b] = split(1, Uint8Array.of(1, 2), 1)
    if (a === undefined || b === undefined) throw new Error('two fragments')
    expect(reassembly.add('n1', 1, a, 0)).toBeNull()
    expect(reassembly.add('n1', 2, b, 0)).toBeNull()
    expect(reassembly.add('n2', 1, b, 0)).toBeNull()
    expect(reassembly.add('n1', 1, b, 0)).toEqual(Uint8Array.of(1, 2))
  })

  it('forgets what contradicts itself', () => {
    const reassembly = new Reassembly()
    const chunk = Uint8Array.of(1)
    reassembly.add('n1', 1, { messageId: 1, total: 3, index: 0, count: 3, chunk }, 0)
    expect(reassembly.add('n1', 1, { messageId: 1, total: 4, index: 1, count: 3, chunk }, 0)).toBeNull()
    reassembly.add('n1', 1, { messageId: 2, total: 9, index: 0, count: 2, chunk }, 0)
    expect(reassembly.add('n1', 1, { messageId: 2, total: 9, index: 1, count: 2, chunk }, 0)).toBeNull()
    expect(reassembly.forgotten).toBe(2)
    expect(reassembly.held).toEqual({ messages: 0, bytes: 0 })
  })

  it('stays within its bounds on count, bytes and age, oldest out first', () => {
    const limits = { messages: 10, bytes: 1000, ageUs: 100 }
    const reassembly = new Reassembly(limits)
    for (let id = 0; id < 500; id++) {
      reassembly.add('n1', 1, { messageId: id, total: 400, index: 0, count: 2, chunk: new Uint8Array(id % 300) }, id)
      expect(reassembly.held.messages).toBeLessThanOrEqual(limits.messages)
      expect(reassembly.held.bytes).toBeLessThanOrEqual(limits.bytes)
    }
    expect(
      reassembly.add('n1', 1, { messageId: 499, total: 400, index: 1, count: 2, chunk: new Uint8Array(400 - (499 % 300)) }, 499),
    ).toHaveLength(400)
    reassembly.expire(499 + limits.ageUs)
    expect(reassembly.held).toEqual({ messages: 0, bytes: 0 })
  })
})
