import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Key, KeyReader } from '../../src/ui/keys.ts'
import { type EditorState, MAX_HISTORY, reduceKeys, startEditor, takeEffects } from '../../src/ui/line-editor.ts'
import { FakeLab } from './fake-lab.ts'

const lab = new FakeLab()
const complete = (line: string, cursor: number) => lab.complete(line, cursor)

function keysOf(text: string): readonly Key[] {
  const reader = new KeyReader()
  return [...reader.feed(new TextEncoder().encode(text)), ...reader.settle()]
}

function type(text: string, start: EditorState = startEditor([])): EditorState {
  return reduceKeys(start, keysOf(text), complete)
}

/** The line with a bar where the cursor is. */
function shown({ line, cursor }: EditorState): string {
  return `${line.slice(0, cursor)}|${line.slice(cursor)}`
}

const submitted = (state: EditorState): readonly string[] =>
  takeEffects(state)[1].flatMap((effect) => (effect.type === 'submit' ? [effect.line] : []))

describe('editing keys', () => {
  it.each([
    ['put k v', 'put k v|'],
    ['put k v\x01', '|put k v'],
    ['put k v\x01\x05', 'put k v|'],
    ['put k v\x1bb\x1bb', 'put |k v'],
    ['put k v\x01\x1bf', 'put| k v'],
    ['put k v\x17', 'put k |'],
    ['put k v\x1bb\x15', '|v'],
    ['put k v\x01\x1bf\x0b', 'put|'],
    ['put k v\x15\x19', 'put k v|'],
    ['abc\x1b[D\x7f', 'a|c'],
    ['abc\x1b[D\x1b[3~', 'ab|'],
    ['ab\x1b[D\x1b[Dx', 'x|ab'],
    ['\x7f\x1b[D\x1b[C', '|'],
    ['e\u0301x\x1b[D\x7f', '|x'],
    ['👩‍👩‍👧x\x1b[D\x1b[D', '|👩‍👩‍👧x'],
    ['\x1b[200~a\tb\x1b[201~', 'a b|'],
  ])('%j', (keys, line) => {
    expect(shown(type(keys))).toBe(line)
  })

  it('whatever is typed, the cursor stays inside the line and never splits a pair', () => {
    const key = fc.constantFrom(
      'a',
      ' ',
      '😀',
      'é',
      '\x01',
      '\x05',
      '\x17',
      '\x15',
      '\x0b',
      '\x19',
      '\x1bb',
      '\x1bf',
      '\x1b[D',
      '\x1b[C',
      '\x7f',
      '\x1b[A',
      '\x1b[B',
      '\t',
      '\r',
      '\x12',
      '\x03',
    )
    fc.assert(
      fc.property(fc.array(key, { maxLength: 40 }), (keys) => {
        const { line, cursor } = keys.reduce((state, one) => type(one, state), startEditor(['put a 1', 'get 😀']))
        expect(cursor).toBeGreaterThanOrEqual(0)
        expect(cursor).toBeLessThanOrEqual(line.length)
        expect(line.slice(0, cursor)).not.toMatch(/\p{Surrogate}/u)
        expect(line.slice(cursor)).not.toMatch(/\p{Surrogate}/u)
      }),
    )
  })
})

describe('submitting', () => {
  it('a paste of several lines submits each that ends, and keeps the rest to edit', () => {
    const state = type('\x1b[200~put a 1\rput b 2\nget a\x1b[201~')
    expect(submitted(state)).toEqual(['put a 1', 'put b 2'])
    expect(state.line).toBe('get a')
  })

  it('a burst without brackets does the same', () => {
    const state = type('put a 1\rput b 2\rge')
    expect(submitted(state)).toEqual(['put a 1', 'put b 2'])
    expect(state.line).toBe('ge')
  })

  it('blank lines are nothing, and blanks around a command are dropped', () => {
    expect(submitted(type('\r   \r  get k  \r'))).toEqual(['get k'])
  })

  it('effects are taken once', () => {
    const [after] = takeEffects(type('get k\r'))
    expect(takeEffects(after)[1]).toEqual([])
  })
})

describe('history', () => {
  const past = startEditor(['put a 1', 'get a'])

  it('goes up and down, and gives the unfinished line back', () => {
    expect(type('ki\x1b[A', past).line).toBe('get a')
    expect(type('ki\x1b[A\x1b[A\x1b[A', past).line).toBe('put a 1')
    expect(type('ki\x1b[A\x1b[A\x1b[B\x1b[B', past).line).toBe('ki')
  })

  it('drops a line that repeats the last one', () => {
    expect(type('get a\rget a\rput a 1\r', past).history).toEqual(['put a 1', 'get a', 'put a 1'])
  })

  it('is bounded, the oldest go', () => {
    let state = startEditor([])
    for (let index = 0; index < MAX_HISTORY + 5; index++) state = type(`put k ${index}\r`, takeEffects(state)[0])
    expect(state.history).toHaveLength(MAX_HISTORY)
    expect(state.history[0]).toBe('put k 5')
  })
})

describe('reverse search', () => {
  const past = startEditor(['put a 1', 'kill n1', 'put b 2', 'get a'])

  it('finds the newest match, ctrl-r again an older one, enter runs it', () => {
    expect(type('\x12put', past).line).toBe('put b 2')
    expect(type('\x12put\x12', past).line).toBe('put a 1')
    expect(submitted(type('\x12put\x12\r', past))).toEqual(['put a 1'])
  })

  it('escape gives the line from before back', () => {
    const state = type('half\x12kill\x1b', past)
    expect(shown(state)).toBe('half|')
    expect(state.search).toBeNull()
  })

  it('another key takes the match and acts on it', () => {
    expect(shown(type('\x12kill\x01', past))).toBe('|kill n1')
  })

  it('a query without a match keeps the last one in view', () => {
    expect(type('\x12killx', past).line).toBe('kill n1')
  })
})

describe('completion', () => {
  it('one candidate is completed with a blank', () => {
    expect(shown(type('pa\t'))).toBe('partition |')
  })

  it('several: their common head first, then each in turn, and round', () => {
    const some = type('p\t')
    expect(some.choice?.candidates).toEqual(['partition', 'promote', 'put'])
    expect(some.line).toBe('p')
    expect(type('p\t\t').line).toBe('partition')
    expect(type('p\t\t\t\t\t').line).toBe('partition')
    expect(type('p\t\x1b[Z').line).toBe('put')
    expect(type('kill \t').line).toBe('kill n')
  })

  it('any other key ends the choice and works on the line', () => {
    const state = type('p\t\t n1')
    expect(state.choice).toBeNull()
    expect(state.line).toBe('partition n1')
  })

  it('nothing to offer changes nothing', () => {
    expect(shown(type('zzz\t'))).toBe('zzz|')
  })
})

describe('ctrl-c and ctrl-d', () => {
  it('ctrl-c clears a line and says that it did', () => {
    const [state, effects] = takeEffects(type('half\x03'))
    expect(state.line).toBe('')
    expect(effects).toEqual([{ type: 'interrupt', cleared: true }])
    expect(takeEffects(type('\x03'))[1]).toEqual([{ type: 'interrupt', cleared: false }])
  })

  it('ctrl-d quits on an empty line only; elsewhere it deletes', () => {
    expect(takeEffects(type('\x04'))[1]).toEqual([{ type: 'quit' }])
    const state = type('ab\x01\x04')
    expect(shown(state)).toBe('|b')
    expect(state.effects).toEqual([])
  })
})
