import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Key, KeyReader } from '../../src/ui/keys.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function read(...chunks: readonly Uint8Array[]): readonly Key[] {
  const reader = new KeyReader()
  return merge([...chunks.flatMap((chunk) => reader.feed(chunk)), ...reader.settle()])
}

/** Neighbouring texts as one: where a text was split says nothing. */
function merge(keys: readonly Key[]): readonly Key[] {
  const merged: Key[] = []
  for (const key of keys) {
    const last = merged.at(-1)
    if (key.type === 'text' && last?.type === 'text') merged[merged.length - 1] = { type: 'text', text: last.text + key.text }
    else merged.push(key)
  }
  return merged
}

const named = (name: string): Key => ({ type: 'key', name })

describe('one sequence, one key', () => {
  it.each([
    ['\r', 'enter'],
    ['\n', 'enter'],
    ['\t', 'tab'],
    ['\x1b[Z', 'shift-tab'],
    ['\x7f', 'backspace'],
    ['\x1b\x7f', 'alt-backspace'],
    ['\x1b[3~', 'delete'],
    ['\x1b[A', 'up'],
    ['\x1bOB', 'down'],
    ['\x1b[1;5D', 'ctrl-left'],
    ['\x1b[1;3C', 'alt-right'],
    ['\x1b[H', 'home'],
    ['\x1b[4~', 'end'],
    ['\x01', 'ctrl-a'],
    ['\x03', 'ctrl-c'],
    ['\x1a', 'ctrl-z'],
    ['\x1bb', 'alt-b'],
    ['\x1b', 'escape'],
    ['\x1b[12;40R', 'unknown'],
  ])('%j', (text, name) => {
    expect(read(bytes(text))).toEqual([named(name)])
  })
})

describe('what a burst holds', () => {
  it('a typed line and its enter in one chunk are a text and a key', () => {
    expect(read(bytes('put k v\rget k\r'))).toEqual([
      { type: 'text', text: 'put k v' },
      named('enter'),
      { type: 'text', text: 'get k' },
      named('enter'),
    ])
  })

  it('CR LF is one enter, also when the chunk ends between them', () => {
    expect(read(bytes('a\r'), bytes('\nb'))).toEqual([{ type: 'text', text: 'a' }, named('enter'), { type: 'text', text: 'b' }])
  })

  it('a bracketed paste is one key with its line ends, whatever it holds', () => {
    expect(read(bytes('\x1b[200~put k v\rget \x1b[A k\x1b[201~x'))).toEqual([
      { type: 'paste', text: 'put k v\rget \x1b[A k' },
      { type: 'text', text: 'x' },
    ])
  })

  it('a control character inside a broken sequence still counts: ctrl-c always arrives', () => {
    expect(read(bytes('\x1b[12\x03'))).toEqual([named('unknown'), named('ctrl-c')])
  })

  it('a sequence that never ends does not swallow what follows for ever', () => {
    const keys = read(bytes(`\x1b[${'1'.repeat(100)}`), bytes('x'))
    expect(keys.at(-1)).toEqual({ type: 'text', text: `${'1'.repeat(70)}x` })
  })

  it('a lone escape waits, and settles as the key', () => {
    const reader = new KeyReader()
    expect(reader.feed(bytes('\x1b'))).toEqual([])
    expect(reader.waiting).toBe(true)
    expect(reader.settle()).toEqual([named('escape')])
    expect(reader.waiting).toBe(false)
  })
})

describe('chunk ends change nothing', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '\x1b[A',
      '\x1b[1;5D',
      '\x1bOC',
      '\x1bb',
      '\r',
      '\r\n',
      '\x03',
      '\x1b[200~a\rb\x1b[201~',
      'é',
      '日本',
      '😀',
      '\x1b[3~',
      'put k v',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
  )

  it('any bytes, split anywhere, give the same keys', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 6 }), (pieces, cuts) => {
        const all = bytes(pieces.join(''))
        const at = [0, ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b), all.length]
        const chunks = at.slice(1).map((end, index) => all.slice(at[index] ?? 0, end))
        expect(read(...chunks)).toEqual(read(all))
      }),
      { numRuns: 500 },
    )
  })
})
