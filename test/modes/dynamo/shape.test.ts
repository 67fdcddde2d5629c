import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode, encode } from '../../../src/machine/codec.ts'
import { decodeContext, encodeContext } from '../../../src/modes/dynamo/context.ts'
import {
  readActor,
  readCausality,
  readClock,
  readCopy,
  readKey,
  readList,
  readOp,
  readValue,
  readVersion,
} from '../../../src/modes/dynamo/shape.ts'
import { add, NOTHING } from '../../../src/modes/dynamo/versions/causality.ts'
import { digest } from '../../../src/modes/dynamo/versions/copy.ts'
import type { Causality, Copy } from '../../../src/modes/dynamo/versions.ts'
import { KINDS, make, Replicas } from './versions/replicas.ts'

const dots = fc.array(fc.record({ actor: fc.constantFrom('n1', 'n4.2', 'n12.1.3'), n: fc.integer({ min: 1, max: 9 }) }), { maxLength: 12 })
const causality = dots.map((list): Causality => list.reduce(add, NOTHING))

describe('untrusted bodies', () => {
  test.each(KINDS)('%s: a copy survives the wire, and so does its digest', (kind) => {
    const replicas = new Replicas(make(kind))
    const { context } = replicas.put('n1', 'a', null)
    replicas.put('n1', 'b', null)
    replicas.put('n4.2', null, context)
    replicas.send('n4.2', 'n1')
    const copy = replicas.at('n1')
    const back = readCopy(decode(encode(copy)))
    expect(back).toEqual(copy)
    expect(back && digest(back)).toBe(digest(copy))
  })

  test('anything else is undefined, and nothing throws', () => {
    const readers = [readCopy, readCausality, readClock, readVersion, readKey, readValue, readOp, readActor]
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        for (const read of readers) {
          const value = read(raw)
          expect(value === undefined || value === null || typeof value === typeof raw).toBe(true)
        }
        expect(readCopy(raw)).toBeUndefined()
      }),
    )
  })

  test('one wrong part spoils the whole', () => {
    const good: Copy = new Replicas(make('dotted')).at('n1')
    const version = { dot: { actor: 'n1', n: 1 }, clock: {}, value: 'v', op: 'c1.1', wallMs: 1 }
    expect(readCopy({ ...good, versions: [version] })).toBeDefined()
    for (const wrong of [
      { ...version, dot: { actor: 'n1', n: 0 } },
      { ...version, dot: { actor: '__proto__', n: 1 } },
      { ...version, clock: { constructor: 1 } },
      { ...version, clock: { n1: -1 } },
      { ...version, clock: { n1: 0.5 } },
      { ...version, value: 7 },
      { ...version, value: 'v'.repeat(65_537) },
      { ...version, op: 'c1' },
      { ...version, wallMs: Number.NaN },
    ]) {
      expect(readCopy({ ...good, versions: [version, wrong] })).toBeUndefined()
    }
    expect(readCopy({ ...good, seen: { clock: {}, dots: [{ actor: 'n1' }] } })).toBeUndefined()
    expect(readList(Array.from({ length: 4 }), () => 1, 3)).toBeUndefined()
  })

  test('events are put in order, however they were written', () => {
    const raw = {
      clock: { n2: 1, n1: 2 },
      dots: [
        { actor: 'n1', n: 5 },
        { actor: 'n1', n: 3 },
        { actor: 'n2', n: 1 },
      ],
    }
    expect(readCausality(raw)).toEqual({ clock: { n1: 3, n2: 1 }, dots: [{ actor: 'n1', n: 5 }] })
  })

  test('keys are bounded in bytes, and may be the names of anything', () => {
    expect(readKey('é'.repeat(128))).toBeDefined()
    expect(readKey('é'.repeat(129))).toBeUndefined()
    expect(readKey('__proto__')).toBe('__proto__')
  })
})

describe('a context as a text', () => {
  const held = fc.record({ causality, ops: fc.uniqueArray(fc.constantFrom('c1.1', 'c2.30', 'l1.2.7'), { maxLength: 3 }) })

  test('comes back whole for its key, and for no other', () => {
    fc.assert(
      fc.property(held, fc.string(), fc.string(), (one, key, other) => {
        const text = encodeContext(key, one)
        expect(decodeContext(key, text)).toEqual(one)
        if (other !== key) expect(decodeContext(other, text)).toBeNull()
        expect(text).toMatch(/^[\w.:,+~]+$/)
      }),
    )
  })

  test('garbage is null', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeContext('cart', text)).toBeNull()
      }),
    )
  })

  test('a changed letter is seen', () => {
    const text = encodeContext('cart', { causality: { clock: { n1: 3 }, dots: [{ actor: 'n2', n: 5 }] }, ops: ['c1.1'] })
    for (let i = 0; i < text.length; i++) {
      const changed = `${text.slice(0, i)}${text[i] === '7' ? '8' : '7'}${text.slice(i + 1)}`
      expect(decodeContext('cart', changed)).toBeNull()
    }
  })
})
