/** Time under the keys. */
import { describe, expect, it } from 'vitest'
import type { Key } from '../../../src/ui/keys.ts'
import type { Landmark } from '../../../src/ui/replay/landmarks.ts'
import { advance, reduceTransport, SPEEDS, speedOf, startTransport, type TransportState } from '../../../src/ui/replay/transport.ts'

const landmarks: readonly Landmark[] = [
  { atNs: 1e9, kind: 'health', text: 'healthy', state: 'healthy' },
  { atNs: 2e9, kind: 'fault', text: 'kill n3' },
  { atNs: 3e9, kind: 'leader', text: 'n1 leads' },
  { atNs: 5e9, kind: 'failure', text: 'expect healthy' },
]
const world = {
  endNs: 8e9,
  landmarks,
  screen: {
    complete: () => ({ from: 0, to: 0, candidates: [] }),
    nodes: [],
    cut: new Set<string>(),
    digits: ['1', '2', '5', '?'],
    ghost: null,
    page: 10,
    reach: () => ({ begins: 'bottom' as const, extent: 25 }),
  },
}

function press(state: TransportState, ...keys: readonly string[]): TransportState {
  const read = (name: string): Key => (name.startsWith('<') ? { type: 'key', name: name.slice(1) } : { type: 'text', text: name })
  return keys.reduce((now, name) => reduceTransport(now, read(name), world), state)
}

const at = (seconds: number): TransportState => startTransport(seconds * 1e9)
const seconds = (state: TransportState): number => state.cursorNs / 1e9

describe('the cursor', () => {
  it.each([
    ['<right', 0, 1],
    ['<right', 1, 2],
    ['<right', 6, 8],
    ['<left', 8, 5],
    ['<left', 1, 0],
    ['n', 0, 2],
    ['n', 2, 5],
    ['n', 5, 5],
    ['p', 8, 5],
    ['p', 4, 2],
    ['p', 2, 2],
    ['b', 0, 4.9],
    ['.', 1, 1.1],
    [',', 1, 0.9],
    [',', 0.05, 0],
    ['.', 7.99, 8],
    ['<ctrl-right', 1, 1.1],
    ['<alt-left', 1, 0.9],
    ['<home', 4, 0],
    ['<end', 4, 8],
  ])('%s at %f goes to %f', (key, from, to) => {
    expect(seconds(press(at(from), key))).toBeCloseTo(to, 9)
  })

  it('moved by hand it stays where it is put', () => {
    expect(press(at(0), ' ', '<right').playing).toBe(false)
    expect(press(at(0), ' ', ',').playing).toBe(false)
  })

  it('a burst of letters is pressed one after another', () => {
    expect(seconds(press(at(0), 'nnp'))).toBe(2)
  })

  it('says why it stays', () => {
    expect(press(at(6), 'n').screen.hint?.text).toBe('no fault or failure after this')
    expect(press(at(6), 'n', ' ').screen.hint).toBeNull()
    expect(reduceTransport(at(1), { type: 'text', text: 'b' }, { ...world, landmarks: [] }).screen.hint?.text).toMatch(/^nothing broke/)
  })
})

describe('playing', () => {
  it('goes on with the clock, as fast as is said, and stands at the end', () => {
    const playing = press(at(1), ' ')
    expect(advance(at(1), 500, 8e9)).toEqual(at(1))
    expect(seconds(advance(playing, 500, 8e9))).toBe(1.5)
    expect(seconds(advance(press(playing, '<up'), 500, 8e9))).toBe(2)
    expect(advance(playing, 60_000, 8e9)).toMatchObject({ cursorNs: 8e9, playing: false })
  })

  it('a second Space pauses, and at the end it begins again', () => {
    expect(press(at(1), ' ', ' ')).toMatchObject({ playing: false, cursorNs: 1e9 })
    expect(press(at(8), ' ')).toMatchObject({ playing: true, cursorNs: 0 })
  })

  it('is a quarter to sixteen times as fast', () => {
    const keys = (name: string) => Array.from({ length: 20 }, () => name)
    expect(speedOf(at(0))).toBe(1)
    expect(speedOf(press(at(0), ...keys('<up')))).toBe(SPEEDS.at(-1))
    expect(speedOf(press(at(0), ...keys('<down')))).toBe(0.25)
  })
})

describe('the rest of the keyboard', () => {
  it('digits choose a view, ? help and back, and Esc goes to the lab before it leaves', () => {
    expect(press(at(0), '5').screen.view).toBe('5')
    expect(press(at(0), '?', '?').screen.view).toBe('1')
    expect(press(at(0), '5', '<escape')).toMatchObject({ wish: 'none', screen: { view: '1' } })
    expect(press(at(0), '<escape').wish).toBe('leave')
  })

  it('/ filters the view that is shown, also in one burst, and its Esc does not leave', () => {
    const filtered = press(at(0), '5', '/n3', '<enter')
    expect(filtered.screen).toMatchObject({ focus: 'prompt', views: { 5: { filter: 'n3' } } })
    expect(press(at(0), '5', '/', ' q', '<escape')).toMatchObject({ wish: 'none', screen: { view: '5', focus: 'prompt' } })
  })

  it('PgUp scrolls and PgDn comes back', () => {
    expect(press(at(0), '<pageup', '<pageup', '<pageup').screen.views[1]?.scroll).toBe(25)
    expect(press(at(0), '<pageup', '<pagedown').screen.views[1]?.scroll).toBe(0)
  })

  it.each([
    ['q', 'leave'],
    ['<ctrl-d', 'leave'],
    ['<ctrl-c', 'interrupt'],
    ['<ctrl-z', 'suspend'],
    ['<ctrl-l', 'redraw'],
  ])('%s is a wish that is heard once', (key, wish) => {
    const wished = press(at(3), key)
    expect(wished.wish).toBe(wish)
    expect(press(wished, '<unknown').wish).toBe('none')
  })

  it('a paste does nothing, and neither does a letter but to say so', () => {
    expect(reduceTransport(at(3), { type: 'paste', text: 'qqq' }, world)).toEqual(at(3))
    expect(press(at(3), 'x')).toMatchObject({
      cursorNs: 3e9,
      wish: 'none',
      screen: { hint: { text: expect.stringMatching(/^x does nothing/) } },
    })
  })
})
