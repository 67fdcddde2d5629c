import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode } from '../../src/machine/codec.ts'
import { describeDatagram } from '../../src/node/describe-datagram.ts'
import { Outbox } from '../../src/node/outbox.ts'

const HEAD = 96

/** What a trace would keep of the datagrams that carry these messages. */
function heads(...messages: readonly unknown[]): readonly string[] {
  const outbox = new Outbox({ id: 'n1', runId: 7, group: 1, incarnation: 1, crc32: () => 0 })
  for (const message of messages) outbox.add('n2', encode(message))
  return outbox.flush().map(({ bytes }) => describeDatagram(bytes.subarray(0, HEAD), bytes.length))
}

describe('what a datagram carries', () => {
  it('is told by the type of its first message, wherever in it the type stands', () => {
    expect(heads({ type: 'heartbeat-reply', term: 3, round: 12, life: 1, lost: false })).toEqual(['heartbeat-reply'])
    expect(heads({ id: 'a.1', list: [1, 'two', null], type: 'gossip' })).toEqual(['gossip'])
  })

  it('counts who shares it, as far as the head tells', () => {
    const small = { type: 'vote', term: 1 }
    expect(heads(small, small)).toEqual(['vote+1'])
    expect(heads(small, small, small)).toEqual(['vote+2'])
    expect(heads({ type: 'append', entries: ['x'.repeat(500)] }, small)).toEqual(['append+'])
    expect(heads({ type: 'append', entries: ['x'.repeat(500)] })).toEqual(['append'])
  })

  it('a part of a larger message is a fragment', () => {
    expect(heads({ type: 'write', value: 'x'.repeat(12_000) })).toEqual(['fragment', 'fragment'])
  })

  it('a type behind the end of the head, strange or missing is not guessed', () => {
    expect(heads({ blob: 'x'.repeat(90), type: 'gossip' })).toEqual(['?'])
    expect(heads({ type: 'a\x1b[31m' })).toEqual(['?'])
    expect(heads({ type: 42 })).toEqual(['?'])
    expect(heads('just text')).toEqual(['?'])
  })

  it('bytes of others are not ours, and no bytes make it throw', () => {
    expect(describeDatagram(new Uint8Array(0), 0)).toBe('?')
    expect(
      describeDatagram(
        Uint8Array.from({ length: 96 }, (_, i) => i),
        96,
      ),
    ).toBe('?')
    const ours = Uint8Array.of(0x53, 0x42, 1, 0)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 92 }), fc.nat(70_000), (rest, bytes) => {
        expect(describeDatagram(Uint8Array.from([...ours, ...rest]), bytes)).toMatch(/^(?:\?|fragment|[!-~]{1,24})(?:\+\d*)?$/)
      }),
    )
  })
})
