/** The words of a store that keeps several versions of a key, and of one whose members change. */
import { describe, expect, it } from 'vitest'
import { formatAnswer } from '../../../src/lab/language/answers.ts'
import { complete } from '../../../src/lab/language/complete.ts'
import { helpFor } from '../../../src/lab/language/help.ts'
import { parseLab } from '../../../src/lab/language/lab-file.ts'
import { saveLab } from '../../../src/lab/language/save.ts'
import { dynamo, five, inDynamo, parsed, raft, refused } from './words.ts'

const names = { nodes: ['n1', 'n2', 'n3'], keys: ['cart'], clients: ['c0'], helpers: ['b0'] }
const modes = [raft, dynamo]

describe('options that the mode adds to data commands', () => {
  it.each([
    ['get cart r=1', { name: 'get', key: 'cart', options: { own: { r: '1' } } }],
    ['put cart eggs w=3 quorum=strict as=c2', { options: { as: 'c2', own: { w: '3', quorum: 'strict' } } }],
    ['put cart eggs blind', { value: 'eggs', options: { own: { blind: 'on' } } }],
    ['put cart eggs w=1 blind timeout=1s', { options: { timeoutMs: 1000, own: { w: '1', blind: 'on' } } }],
    ['put cart blind', { value: 'blind', options: {} }],
    ['put cart "blind" blind', { value: 'blind', options: { own: { blind: 'on' } } }],
    ['put cart milk context="{\\"a\\": 1}"', { options: { own: { context: '{"a": 1}' } } }],
    ['del cart blind', { name: 'del', options: { own: { blind: 'on' } } }],
  ])('%s', (line, command) => {
    expect(parsed(line, inDynamo)).toMatchObject(command)
  })

  it.each([
    ['get cart w=1', 'column 10: get has no option w='],
    ['put cart eggs w=0', 'column 17: w= is at least 1, not 0'],
    ['put cart eggs w=two', 'column 17: w= takes a whole number, not "two"'],
    ['put cart eggs quorum=stric', 'column 22: quorum= takes sloppy or strict, not "stric". Did you mean strict?'],
    ['put cart eggs context=', 'column 23: context= takes a text, not ""'],
    ['put cart eggs blind blind', 'column 21: "blind" is one word too many: put K V [blind]'],
  ])('%s is refused', (line, why) => {
    expect(refused(line, inDynamo)).toContain(why)
  })

  it('in a mode without them they say whose they are', () => {
    expect(refused('get cart r=1')).toBe('column 10: r= belongs to dynamo')
    expect(refused('put cart eggs context=x')).toBe('column 15: context= belongs to dynamo')
    expect(refused('put cart eggs blind')).toBe('column 15: blind belongs to dynamo')
    expect(refused('put cart eggs "blind"')).toContain('one word too many')
  })

  it('are helped and completed', () => {
    expect(helpFor('put', inDynamo)).toMatchObject({ lines: expect.arrayContaining(['put K V [blind]']) })
    expect(complete('put cart eggs ', 14, inDynamo, names).candidates).toEqual(expect.arrayContaining(['w=', 'quorum=', 'blind']))
    expect(complete('put cart eggs quorum=s', 22, inDynamo, names).candidates).toEqual(['sloppy', 'strict'])
    expect(complete('get cart ', 9, inDynamo, names).candidates).not.toContain('w=')
  })
})

describe('resolve', () => {
  it.each([
    ['resolve cart union', null],
    ['resolve cart milk', 'milk'],
    ['resolve cart "union"', 'union'],
    ['resolve cart "eggs | milk" w=3', 'eggs | milk'],
  ])('%s', (line, value) => {
    expect(parsed(line, inDynamo)).toMatchObject({ name: 'resolve', key: 'cart', value })
  })

  it('wants a value', () => {
    expect(refused('resolve cart', inDynamo)).toContain('a value is missing')
    expect(refused('resolve cart none', inDynamo)).toContain('none is absence')
  })
})

describe('siblings in an answer', () => {
  it('stand sorted beside each other, whatever order they came in', () => {
    expect(formatAnswer({ status: 'ok', value: 'milk | eggs', siblings: ['milk', 'eggs'], ms: 1 }, 'get')).toEqual(['eggs | milk'])
    expect(formatAnswer({ status: 'ok', value: 'none | ', siblings: ['none', ''], ms: 1 }, 'get')).toEqual(['"" | "none"'])
    expect(formatAnswer({ status: 'ok', value: 'milk', siblings: ['milk'], ms: 1 }, 'get')).toEqual(['milk'])
  })

  it('a note is no part of it', () => {
    expect(formatAnswer({ status: 'ok', value: 'eggs', note: '2 of 3', context: 'x', ms: 1 }, 'get')).toEqual(['eggs'])
    expect(formatAnswer({ status: 'ok', note: '2 of 3, n4 for n2', ms: 1 }, 'put')).toEqual(['ok'])
  })
})

describe('members', () => {
  it.each([
    ['join n6', { name: 'join', node: 'n6', seed: null }],
    ['join 6 seed=n1', { name: 'join', node: 'n6', seed: { text: 'n1' } }],
    ['join $old seed=n1', { name: 'join', node: { variable: 'old' }, seed: { text: 'n1' } }],
    ['leave n2', { name: 'leave', nodes: { text: 'n2' }, via: null }],
    ['leave home(cart,1) via=n3', { name: 'leave', nodes: { text: 'home(cart,1)' }, via: { text: 'n3' } }],
  ])('%s', (line, command) => {
    expect(parsed(line, inDynamo)).toMatchObject(command)
  })

  it.each([
    ['join', 'a node is missing'],
    ['join six', 'a node that joins is named n6 or 6, not "six"'],
    ['join n0', 'a node that joins is named n6 or 6, not "n0"'],
    ['join n6 n7', '"n7" is one word too many'],
    ['join n6 seed=n9', 'unknown node n9; the nodes are n1 … n5'],
    ['leave n9', 'unknown node n9'],
    ['leave', 'a node or a set of nodes is missing here'],
  ])('%s is refused: %s', (line, why) => {
    expect(refused(line, inDynamo)).toContain(why)
  })
})

describe('facts about keys, and checks that ask the cluster', () => {
  it('a key subject takes a key', () => {
    const claim = { kind: 'comparison', fact: { kind: 'key', name: 'siblings', key: 'my cart' }, op: '=' }
    expect(parsed('expect siblings("my cart") = 2', inDynamo)).toMatchObject({ expectation: { claim } })
    expect(parsed('let s = siblings(cart)', inDynamo)).toMatchObject({ value: { kind: 'fact', fact: { kind: 'key', key: 'cart' } } })
    expect(refused('expect siblings = 2', inDynamo)).toContain('siblings takes a key, siblings(city)')
    expect(refused('expect siblings(cart) = 2')).toBe('column 8: siblings belongs to dynamo')
  })

  it('a live check is a state: it has a time of its own, or takes one', () => {
    const live = { kind: 'statement', statement: { kind: 'live', check: 'converged' } }
    expect(parsed('expect converged', inDynamo)).toMatchObject({ expectation: { claim: live, time: null, not: false } })
    expect(parsed('expect not converged for 2s', inDynamo)).toMatchObject({ expectation: { not: true, time: { kind: 'for', ms: 2000 } } })
    expect(parsed('check converged', inDynamo)).toMatchObject({ name: 'check', checker: 'converged' })
    expect(refused('expect converged')).toBe('column 8: converged belongs to dynamo')
    expect(refused('check converged')).toBe('column 7: converged belongs to dynamo')
  })

  it('help and completion know them', () => {
    const help = helpFor('expect', inDynamo)
    expect(help).toMatchObject({
      lines: expect.arrayContaining([expect.stringContaining('siblings(K)'), expect.stringContaining('converged')]),
    })
    expect(complete('expect sib', 10, inDynamo, names).candidates).toEqual(['siblings('])
    expect(complete('expect siblings(ca', 18, inDynamo, names).candidates).toEqual(['cart'])
    expect(complete('check con', 9, inDynamo, names).candidates).toEqual(['converged'])
    expect(complete('kill ho', 7, inDynamo, names).candidates).toEqual(['home(', 'homes('])
    expect(complete('kill ho', 7, five, names).candidates).toEqual([])
    expect(helpFor('sets', inDynamo)).toMatchObject({ lines: expect.arrayContaining([expect.stringContaining('fallback(K)')]) })
  })
})

describe('processes beside the nodes', () => {
  it('are meant where they are named', () => {
    expect(parsed('kill b0', inDynamo)).toMatchObject({ nodes: { items: [{ kind: 'helper', id: 'b0' }] } })
    expect(parsed('cut c1 | b0', inDynamo)).toMatchObject({ link: { to: { items: [{ kind: 'helper', id: 'b0' }] } } })
    expect(complete('kill b', 6, inDynamo, names).candidates).toEqual(['b0'])
  })

  it('belong to a mode that has some', () => {
    expect(refused('kill b0')).toBe('column 6: b0 belongs to dynamo')
    expect(refused('kill b0', { mode: raft })).toBe('column 6: unknown node or set "b0"')
  })
})

describe('a lab file', () => {
  const lab = (front: readonly string[], lines: readonly string[]): string =>
    `---\n${front.join('\n')}\n---\n# T\n\`\`\`lab\n${lines.map((line) => `> ${line}`).join('\n')}\n\`\`\`\n`
  const problems = (text: string): readonly string[] => {
    const read = parseLab(text, 'a.md', { modes })
    return read.ok ? [] : read.problems.map(({ line, message }) => `${line}: ${message}`)
  }

  it('may name a node after it was said to join, until a reset', () => {
    expect(problems(lab(['mode: dynamo'], ['join n6', 'kill n6', 'leave n6', 'join n6']))).toEqual([])
    expect(problems(lab(['mode: dynamo'], ['kill n6']))).toEqual(['6: unknown node n6; the nodes are n1 … n5 (column 8)'])
    expect(problems(lab(['mode: dynamo'], ['join n6', 'reset', 'kill n6']))).toEqual([
      '8: unknown node n6; the nodes are n1 … n5 (column 8)',
    ])
  })

  it('speaks the words of the mode it was reset to', () => {
    expect(problems(lab(['mode: raft'], ['kill leader', 'reset mode=dynamo', 'ring city', 'put x 1 w=1']))).toEqual([])
    expect(problems(lab(['mode: dynamo'], ['reset mode=raft', 'ring city']))).toEqual(['7: ring belongs to dynamo (column 3)'])
  })

  it('with settings that no cluster can have is refused before it starts', () => {
    expect(problems(lab(['mode: dynamo', 'nodes: 3', 'n: 4'], ['mark']))).toEqual(['2: n=4 is more than the 3 nodes there are'])
    expect(problems(lab(['mode: raft', 'nodes: 3', 'bug: double-vote', 'bug-on: n4'], ['mark']))).toEqual([
      '2: bug-on names n4; the nodes are n1 to n3',
    ])
    expect(problems(lab(['mode: [raft, dynamo]', 'dynamo: {w: 4}'], ['mark']))).toEqual(['2: w=4 is more than n=3'])
  })

  it('written by save reads again, with all the words of the session', () => {
    const texts = [
      'put cart eggs w=1 quorum=strict',
      'put cart milk blind as=c2',
      'get cart r=1',
      'resolve cart union',
      'join n6 seed=n1',
      'kill n6',
      'leave n2 via=n3',
      'kill b0',
      'ring cart',
      'expect siblings(cart) = 1',
      'expect converged',
      'let first = home(cart,1)',
      'kill $first',
    ]
    const transcript = texts.map((text, i) => ({
      text,
      startMs: i,
      endMs: i,
      status: 'ok' as const,
      answer: text.startsWith('get') ? ['eggs | milk'] : ['ok'],
    }))
    const saved = saveLab({ title: 'T', mode: 'dynamo', nodes: 5, seed: '1', settings: [{ name: 'w', value: '1' }], transcript }, { modes })
    if (!saved.ok) throw new Error(saved.why)
    for (const text of texts) expect(saved.text).toContain(`> ${text}\n`)
    expect(saved.text).toContain('> get cart r=1\neggs | milk\n')
  })
})
