/** The oracle of a store with versions: each way in which a last read can be wrong, by its name. */
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src/sim/dynamo-graph.ts'
import { judgeFinal, noPhantom, type Pardons } from '../../src/sim/dynamo-oracle.ts'

const NONE: Pardons = { isExcused: () => false, wasReaped: () => false, hasTwins: () => false }
const STRICT = { losesNothing: true, noFalseSiblings: true }

/** `c2.1 over c1.1`, a `-` before it deletes, a `?` before it was never answered. */
function graphOf(...writes: readonly string[]): Graph {
  const graph = new Graph()
  for (const text of writes) {
    const [name = '', under = ''] = text.split(' over ')
    const op = name.replace(/^[-?]+/, '')
    graph.add({
      op,
      key: 'k',
      value: name.includes('-') ? null : `value of ${op}`,
      outcome: name.includes('?') ? 'info' : 'ok',
      over: under === '' ? [] : under.split(' '),
    })
  }
  return graph
}

describe('the graph', () => {
  test('replaces through others, however late they are known', () => {
    const graph = graphOf('c3.1 over c2.1')
    expect(graph.coverage(['c3.1'], 'c1.1')).toBe('unknown')
    graph.add({ op: 'c2.1', key: 'k', value: 'x', outcome: 'info', over: ['c1.1'] })
    expect(graph.replaced('c1.1', 'c3.1')).toBe(true)
    expect(graph.coverage(['c2.1'], 'c3.1')).toBe('unknown')
    graph.add({ op: 'c1.1', key: 'k', value: 'x', outcome: 'ok', over: [] })
    expect(graph.coverage(['c2.1'], 'c3.1')).toBe('uncovered')
  })

  test('a write does not replace itself', () => {
    expect(graphOf('c1.1').replaced('c1.1', 'c1.1')).toBe(false)
  })

  test('its frontier is what no acknowledged write replaced', () => {
    const ops = (graph: Graph) => graph.frontier('k').map(({ op }) => op)
    expect(ops(graphOf('c1.1', 'c2.1', 'c3.1 over c1.1'))).toEqual(['c2.1', 'c3.1'])
    expect(ops(graphOf('c1.1', '?c2.1 over c1.1'))).toEqual(['c1.1'])
    expect(ops(graphOf('c3.1 over c2.1', 'c1.1', '?c2.1 over c1.1'))).toEqual(['c3.1'])
  })
})

describe('the last read', () => {
  const judge = (graph: Graph, seen: readonly string[], pardons: Partial<Pardons> = {}, strictness = STRICT) => {
    judgeFinal(graph, 'k', seen, { ...NONE, ...pardons }, strictness)
  }

  test('shows exactly what nothing replaced', () => {
    expect(() => judge(graphOf('c1.1', 'c2.1', 'c3.1 over c1.1'), ['c2.1', 'c3.1'])).not.toThrow()
  })

  test('lost: acknowledged, and neither there nor replaced', () => {
    const graph = graphOf('c1.1', 'c2.1')
    expect(() => judge(graph, ['c1.1'])).toThrow(/c2.1 is lost/)
    expect(() => judge(graph, ['c1.1'], { isExcused: (op) => op === 'c2.1' })).not.toThrow()
    expect(() => judge(graph, ['c1.1'], {}, { losesNothing: false, noFalseSiblings: true })).not.toThrow()
  })

  test('a write of unknown outcome may be there or not', () => {
    const graph = graphOf('c1.1', '?c2.1 over c1.1')
    for (const seen of [['c1.1'], ['c2.1']]) expect(() => judge(graph, seen)).not.toThrow()
    expect(() => judge(graph, ['c1.1', 'c2.1'])).toThrow(/c2.1 replaced c1.1/)
  })

  test('false sibling: replaced, and there', () => {
    const graph = graphOf('c1.1', 'c2.1 over c1.1')
    expect(() => judge(graph, ['c1.1', 'c2.1'])).toThrow(/c2.1 replaced c1.1/)
    expect(() => judge(graph, ['c1.1', 'c2.1'], { hasTwins: (op) => op === 'c1.1' })).not.toThrow()
  })

  test('resurrected: deleted, and there (T3)', () => {
    const graph = graphOf('c1.1', '-c2.1 over c1.1')
    const reaped = { wasReaped: (op: string) => op === 'c1.1' || op === 'c2.1' }
    expect(() => judge(graph, [], reaped)).not.toThrow()
    expect(() => judge(graph, ['c1.1'], reaped)).toThrow(/c2.1 deleted c1.1/)
    expect(() => judge(graph, ['c1.1'], { isExcused: (op) => op === 'c2.1' })).not.toThrow()
  })

  test('phantom: nobody wrote it, it was refused for certain, it is of another key, or its value is not what was written', () => {
    const graph = graphOf('c1.1')
    expect(() => judge(graph, ['c1.1', 'c9.9'])).toThrow(/c9.9, which nobody wrote/)
    graph.add({ op: 'c1.2', key: 'k', value: 'v', outcome: 'fail', over: [] })
    expect(() => noPhantom(graph, 'k', ['c1.2'], ['v'])).toThrow(/refused for certain/)
    expect(() => noPhantom(graph, 'j', ['c1.1'], ['value of c1.1'])).toThrow(/which wrote k/)
    expect(() => noPhantom(graph, 'k', ['c1.1'], ['something else'])).toThrow(/not what it wrote/)
    expect(() => noPhantom(graph, 'k', ['c1.1'], null)).not.toThrow()
  })
})
