import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode } from '../../src/machine/codec.ts'
import { seeded } from '../../src/machine/random.ts'
import { openEnvelope, seal } from '../../src/node/envelope.ts'
import { isPlainValue } from '../../src/node/message-shape.ts'
import { crc32, datagramsOf, RUN, Scripted, startedCore } from './support.ts'

const random = seeded('hostile')
const valid = [
  ...datagramsOf('n1', 'n2', [{ type: 'append', entries: [1, 'two', { three: null }] } as never]),
  ...datagramsOf('n1', 'n2', [{ type: 'large', body: new Uint8Array(20_000) } as never]),
]

function noise(): Uint8Array {
  return Uint8Array.from({ length: random.between(0, 400) }, () => random.between(0, 255))
}

function mutated(): Uint8Array {
  const bytes = Uint8Array.from(random.pick(valid))
  for (let i = random.between(1, 4); i > 0; i--) bytes[random.between(0, bytes.length - 1)] = random.between(0, 255)
  return random.chance(0.2) ? bytes.subarray(0, random.between(0, bytes.length)) : bytes
}

/** Passes every check of the envelope; what is inside is anything. */
function sealedNoise(): Uint8Array {
  const payload = noise()
  // Lengths that add up, so that the codec gets to see it.
  if (payload.length > 2 && random.chance(0.7)) {
    payload[0] = (payload.length - 2) & 0xff
    payload[1] = (payload.length - 2) >>> 8
    payload[2] = random.pick([0xdc, 0xdd, 0xde, 0xdf, 0xc6, 0xc9, 0xdb, 0x9f, 0x8f])
  }
  const kind = random.chance(0.5) ? 'messages' : 'fragment'
  const bytes = openEnvelope({ kind, runId: RUN, group: 0, from: 'n1', to: 'n2', incarnation: 1, sequence: 0 }, payload.length)
  bytes.set(payload, bytes.length - payload.length)
  return seal(bytes, crc32)
}

describe('hostile datagrams', () => {
  it('100,000 random, mutated and forged ones neither crash the core nor make it grow', () => {
    const machine = new Scripted()
    const core = startedCore('n2', machine)
    let now = 1
    const batch = (): void => {
      for (let i = 0; i < 10_000; i++) {
        const luck = random.next()
        core.receive('n1', luck < 0.3 ? noise() : luck < 0.7 ? mutated() : sealedNoise())
        if (i % 100 !== 99) continue
        now += 10_000
        core.turn(now, 0)
      }
      machine.steps.length = 0
    }
    for (let i = 0; i < 3; i++) batch()
    const before = process.memoryUsage()
    for (let i = 0; i < 7; i++) batch()
    const after = process.memoryUsage()
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(64 * 1024 * 1024)
    expect(core.pending).toBe(0)
    for (const reason of ['short', 'version', 'crc', 'malformed']) expect(core.counters.dropped[reason], reason).toBeGreaterThan(100)
    for (const bytes of datagramsOf('n1', 'n2', [{ type: 'still-here' }])) core.receive('n1', bytes)
    core.turn(now + 1, 0)
    expect(machine.messages).toEqual([{ type: 'still-here' }])
  })
})

describe('a message that is not plain data', () => {
  it('never reaches the machine, and takes no other message with it', () => {
    const machine = new Scripted()
    const core = startedCore('n2', machine)
    const messages = [{ type: 'before' }, { type: 'dated', at: new Date(0) }, { type: 'after' }]
    for (const bytes of datagramsOf('n1', 'n2', messages)) core.receive('n1', bytes)
    core.turn(1, 1)
    expect(machine.messages).toEqual([{ type: 'before' }, { type: 'after' }])
    expect(core.counters.dropped).toEqual({ malformed: 1 })
  })
})

describe('the shape of a message', () => {
  it('is right for whatever our codec writes', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 5 }),
        fc.uint8Array({ maxLength: 300 }),
        fc.double(),
        fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
        (json, bytes, double, big) => {
          const value = {
            json,
            bytes,
            list: [double, big, undefined, 'x'.repeat(300)],
            many: Array.from({ length: 40 }, (_, i) => i * 1000),
          }
          expect(isPlainValue(encode(value))).toBe(true)
          expect(isPlainValue(encode(value).subarray(1))).toBe(false)
        },
      ),
    )
  })

  it('is wrong for anything cut short, or with something behind it', () => {
    const whole = encode({ type: 'x', list: [1, 2, 'three', new Uint8Array(40)], big: 1e12 })
    for (let cut = 0; cut < whole.length; cut++) expect(isPlainValue(whole.subarray(0, cut)), `cut at ${cut}`).toBe(false)
    expect(isPlainValue(Uint8Array.from([...whole, 0]))).toBe(false)
  })

  it('is wrong for lengths that cannot be true, which the codec alone would believe', () => {
    const liars = [
      [0xdd, 1, 0xff, 0xff, 0xff],
      [0xdf, 0, 0xff, 0xff, 0xff],
      [0xc6, 0x7f, 0xff, 0xff, 0xff],
      Array.from({ length: 900 }, (_, i) => [0xdc, 0xff, 0xff][i % 3] ?? 0),
    ]
    for (const liar of liars) expect(isPlainValue(Uint8Array.from(liar))).toBe(false)
  })

  it('is wrong for extensions: dates, sets, errors and references are not plain data', () => {
    expect(isPlainValue(encode(new Date(0)))).toBe(false)
    for (const bytes of [
      [0xd4, 1, 0],
      [0xd4, 0x72, 0x40],
      [0xc7, 1, 0x74, 0],
      [0xd6, 0xff, 0, 0, 0, 0],
    ])
      expect(isPlainValue(Uint8Array.from(bytes))).toBe(false)
  })
})
