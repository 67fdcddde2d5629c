import { describe, expect, it } from 'vitest'
import { KeyReader } from '../../../src/ui/keys.ts'
import { takeEffects } from '../../../src/ui/line-editor.ts'
import { reduceScreen, type ScreenState, startScreen, viewState, type World } from '../../../src/ui/screen/screen-state.ts'
import { healthyScene } from '../fake-lab.ts'

const world: World = {
  complete: (line, cursor) => ({
    from: 0,
    candidates: ['partition', 'promote', 'put'].filter((word) => word.startsWith(line.slice(0, cursor))),
  }),
  nodes: healthyScene.nodes,
  cut: new Set(),
  digits: ['1', '2', '3'],
  ghost: null,
  page: 10,
  reach: () => ({ begins: 'bottom', extent: 25 }),
}

/** Types bytes as they come from a terminal. */
function type(bytes: string, state: ScreenState = startScreen(['put city Oslo']), more: Partial<World> = {}): ScreenState {
  const reader = new KeyReader()
  const keys = [...reader.feed(new TextEncoder().encode(bytes)), ...reader.settle()]
  return keys.reduce((now, key) => reduceScreen(now, key, { ...world, ...more }), state)
}

const submitted = (state: ScreenState): readonly string[] =>
  takeEffects(state.editor)[1].flatMap((effect) => (effect.type === 'submit' ? [effect.line] : []))

describe('letters', () => {
  it('type, whatever they would do elsewhere', () => {
    expect(type('kill n3').editor.line).toBe('kill n3')
    expect(type('put 12 ? / 3').editor.line).toBe('put 12 ? / 3')
  })

  it('a burst of digits, then a command, is taken apart', () => {
    const state = type('23get x\r')
    expect([state.view, submitted(state)]).toEqual(['3', ['get x']])
  })

  it('a paste is never a hot key', () => {
    const state = type('\x1b[200~2 ?\x1b[201~')
    expect([state.view, state.help, state.editor.line]).toEqual(['1', null, '2 ?'])
  })
})

describe('an empty line', () => {
  it('digits choose views that there are', () => {
    expect(type('2').view).toBe('2')
    expect(type('9').editor.line).toBe('9')
  })

  it('Space holds the picture and lets it go', () => {
    expect(type(' ').held).toBe(true)
    expect(type('  ').held).toBe(false)
  })

  it('? opens help; arrows turn its pages; a letter closes it and types', () => {
    expect(type('?').help).toBe(0)
    expect(type('?\x1b[C\x1b[C\x1b[D').help).toBe(1)
    expect(type('??').help).toBeNull()
    const typed = type('?get')
    expect([typed.help, typed.editor.line]).toEqual([null, 'get'])
  })

  it('/ filters the view, Enter keeps the filter, Esc drops it', () => {
    const filtering = type('2/n3 !heartbeat')
    expect([filtering.focus, viewState(filtering).filter]).toEqual(['filter', 'n3 !heartbeat'])
    const kept = type('\r', filtering)
    expect([kept.focus, viewState(kept).filter]).toEqual(['prompt', 'n3 !heartbeat'])
    expect(viewState(type('1', kept)).filter).toBe('')
    expect(viewState(type('\x1b', filtering)).filter).toBe('')
  })

  it('right arrow and Tab take what is offered', () => {
    for (const key of ['\x1b[C', '\t']) expect(type(key, undefined, { ghost: 'kill leader' }).editor.line).toBe('kill leader')
    expect(type('p\t', undefined, { ghost: 'put city Oslo' }).editor.choice?.candidates).toEqual(['partition', 'promote', 'put'])
    expect(type('p\x1b[C', undefined, { ghost: 'put city Oslo' }).editor.line).toBe('put city Oslo')
  })
})

describe('Esc', () => {
  it('leaves the prompt for the nodes, the leader first; i, Enter and : return', () => {
    const nodes = type('\x1b')
    expect([nodes.focus, nodes.node]).toEqual(['nodes', 'n4'])
    for (const key of ['i', '\r', ':']) expect(type(key, nodes).focus).toBe('prompt')
  })

  it('keeps the half-typed line', () => {
    expect(type('i', type('half\x1b')).editor.line).toBe('half')
  })

  it('arrows choose a node and stop at the ends', () => {
    const nodes = type('\x1b')
    expect(type('\x1b[A', nodes).node).toBe('n3')
    expect(type('\x1b[B\x1b[B\x1b[B', nodes).node).toBe('n5')
  })

  it.each([
    ['k', ['kill n4']],
    ['r', ['restart n4']],
    ['s', ['sleep n4']],
    ['p', ['isolate n4']],
    ['h', ['heal']],
    ['ks', ['kill n4', 'sleep n4']],
  ])('%s stands for a command', (keys, lines) => {
    expect(submitted(type(keys, type('\x1b')))).toEqual(lines)
  })

  it('s wakes a sleeper, p heals one that is cut off', () => {
    const asleep = healthyScene.nodes.map((node) => ({ ...node, state: node.id === 'n4' ? ('asleep' as const) : node.state }))
    expect(submitted(type('s', type('\x1b'), { nodes: asleep }))).toEqual(['wake n4'])
    expect(submitted(type('p', type('\x1b'), { cut: new Set(['n4']) }))).toEqual(['heal'])
  })

  it('a letter without a meaning says so and does nothing', () => {
    const state = type('x', type('\x1b'))
    expect([state.hint?.text, submitted(state)]).toEqual(['x does nothing here; i returns to the prompt, ? helps', []])
  })

  it('i and the command after it in one burst', () => {
    expect(submitted(type('iget x\r', type('\x1b')))).toEqual(['get x'])
  })

  it('in a view it first comes back to the lab', () => {
    const state = type('\x1b', type('2\x1b'))
    expect([state.view, state.focus]).toEqual(['1', 'nodes'])
  })
})

describe('scrolling', () => {
  it('goes back as far as there is, and End on an empty line comes to now', () => {
    const back = type('\x1b[5~\x1b[5~\x1b[5~\x1b[5~')
    expect(viewState(back).scroll).toBe(25)
    expect(viewState(type('\x1b[6~', back)).scroll).toBe(15)
    expect(viewState(type('\x1b[F', back)).scroll).toBe(0)
  })

  it('a view that begins at its top is moved down', () => {
    const reach = (): ReturnType<World['reach']> => ({ begins: 'top', extent: 12 })
    expect(viewState(type('2\x1b[6~\x1b[6~', undefined, { reach })).scroll).toBe(12)
    expect(viewState(type('2\x1b[5~', undefined, { reach })).scroll).toBe(0)
  })

  it('what is run is seen', () => {
    expect(viewState(type('get x\r', type('\x1b[5~'))).scroll).toBe(0)
  })
})

describe('keys that mean the same everywhere', () => {
  it.each(['', '\x1b', '?', '2/abc'])('ctrl-c after %j interrupts', (before) => {
    const [, effects] = takeEffects(type('\x03', type(before)).editor)
    expect(effects.map((effect) => effect.type)).toEqual(['interrupt'])
  })
})
