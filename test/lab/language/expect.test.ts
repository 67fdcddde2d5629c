import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Expectation } from '../../../src/lab/language/ast.ts'
import { compare } from '../../../src/lab/language/compare.ts'
import type { LanguageContext } from '../../../src/lab/language/context.ts'
import { five, inDynamo, parsed, refused } from './words.ts'

function expectation(line: string, context: LanguageContext = five): Expectation {
  const command = parsed(line, context)
  if (command.name !== 'expect' && command.name !== 'always') throw new Error('no expect')
  return command.expectation
}

const within = (ms: number): object => ({ kind: 'within', ms })
const fact = (body: object, op: string, text: string): object => ({ kind: 'comparison', fact: body, op, operand: { kind: 'text', text } })

const EVERY_ROW: [string, object][] = [
  ['expect healthy', { not: false, claim: { kind: 'statement', statement: { kind: 'health', state: 'healthy' } }, time: within(2000) }],
  ['expect not degraded for 3s', { not: true, claim: { statement: { state: 'degraded' } }, time: { kind: 'for', ms: 3000 } }],
  ['expect unhealthy within 500ms', { time: within(500) }],
  ['expect predicted = degraded', { claim: fact({ kind: 'predicted' }, '=', 'degraded') }],
  ['expect failed = 2', { claim: fact({ kind: 'failed' }, '=', '2') }],
  ['expect leader = n3', { claim: fact({ kind: 'mode', name: 'leader', nodes: null }, '=', 'n3') }],
  ['expect leader=none', { claim: { op: '=', operand: { kind: 'none' } } }],
  ['expect leader != $old', { claim: { op: '!=', operand: { kind: 'variable', name: 'old' } } }],
  ['expect leaders = 2', { claim: fact({ kind: 'mode', name: 'leaders' }, '=', '2') }],
  ['expect term>3', { claim: fact({ kind: 'mode', name: 'term' }, '>', '3') }],
  ['expect role(n1) = leader', { claim: fact({ kind: 'mode', name: 'role' }, '=', 'leader') }],
  ['expect last(n1) >= 3', { claim: { fact: { name: 'last', nodes: { items: [{ kind: 'node', id: 'n1' }] } } } }],
  ['expect commit(leader) = $c for 2s', { claim: { fact: { name: 'commit' }, operand: { kind: 'variable', name: 'c' } } }],
  ['expect applied( followers ) < 9', { claim: { fact: { name: 'applied', nodes: { items: [{ kind: 'followers', count: null }] } } } }],
  ['expect uncommitted(follower) > 0', { claim: { fact: { name: 'uncommitted' } } }],
  ['expect local(city, n3) = Oslo', { claim: fact({ kind: 'local', key: 'city' }, '=', 'Oslo') }],
  ['expect local("my (city", n3) = "5"', { claim: { fact: { key: 'my (city' }, operand: { kind: 'text', text: '5', exact: true } } }],
  ['expect local(city,n1,n2) = none', { claim: { fact: { nodes: { items: [{ id: 'n1' }, { id: 'n2' }] } } } }],
  ['expect elections <= 2', { claim: fact({ kind: 'count', name: 'elections' }, '<=', '2') }],
  ['expect acked(c2) > 10', { claim: fact({ kind: 'acked', client: 'c2' }, '>', '10') }],
  ['expect unknown = 0', { claim: fact({ kind: 'unknown', client: null }, '=', '0') }],
  ['expect failed-ops = 0', { claim: fact({ kind: 'count', name: 'failed-ops' }, '=', '0') }],
  ['expect faults <= 3', { claim: fact({ kind: 'count', name: 'faults' }, '<=', '3') }],
  ['expect messages > 0', { claim: fact({ kind: 'count', name: 'messages' }, '>', '0') }],
  ['expect latency(p99.9) < 50', { claim: fact({ kind: 'latency', of: 'p99.9' }, '<', '50') }],
  ['expect ratio( $old,$c ) > 1.7', { claim: fact({ kind: 'ratio', over: 'old', under: 'c' }, '>', '1.7') }],
  ['expect metric(datagrams-in) > 0', { claim: fact({ kind: 'metric', name: 'datagrams-in' }, '>', '0') }],
  [
    'expect ribbon = healthy degraded unhealthy within 3s',
    { claim: { fact: { kind: 'ribbon' }, operand: { states: ['healthy', 'degraded', 'unhealthy'] } }, time: within(3000) },
  ],
  ['expect linearizable', { claim: { kind: 'statement', statement: { kind: 'verdict', checker: 'linearizable' } }, time: null }],
  ['expect not nothing-lost', { not: true, claim: { statement: { checker: 'nothing-lost' } } }],
  ['expect not used restart', { not: true, claim: { statement: { kind: 'used', command: 'restart' } }, time: null }],
  ['always leaders <= 1', { claim: fact({ kind: 'mode', name: 'leaders' }, '<=', '1'), time: null }],
  ['always not unhealthy within 5s', { not: true, time: within(5000) }],
]

describe('expect, row by row', () => {
  it.each(EVERY_ROW)('%s', (line, body) => {
    expect(expectation(line)).toMatchObject(body)
  })

  it('takes the subjects of the mode and no others', () => {
    expect(expectation('expect hints(n2) = 0', inDynamo)).toMatchObject({ claim: fact({ kind: 'mode', name: 'hints' }, '=', '0') })
    expect(refused('expect hints(n2) = 0')).toBe('column 8: hints belongs to dynamo')
    expect(refused('expect term = 1', inDynamo)).toBe('column 8: term belongs to raft')
  })

  it.each([
    ['expect', 'column 7: expect what? For example: expect healthy'],
    ['expect healty', 'column 8: unknown subject healty; help expect lists them. Did you mean healthy?'],
    ['expect leader', 'column 14: leader needs a comparison. Did you mean expect leader != none?'],
    ['expect commit(n1) within 2s', 'column 19: commit(n1) needs a comparison. Did you mean expect commit(n1) = 1?'],
    ['expect healthy = yes', 'column 16: healthy is so or not; it takes no ='],
    ['expect commit = 3', 'column 15: commit takes a node, commit(leader): "(" is missing before "="'],
    ['expect commit(n1 = 3', 'column 18: after commit(n1: ")" is missing before "="'],
    ['expect commit(n9) = 3', 'column 15: unknown node n9; the nodes are n1 … n5'],
    ['expect commit(rest) = 3', 'column 15: rest means the nodes that other groups leave out; there are no groups here'],
    ['expect local(city) = 3', 'column 18: local takes a key and a node, local(city, n3): "," is missing before ")"'],
    ['expect acked(n1) = 3', 'column 14: acked takes a client like c2, not "n1"'],
    ['expect term > high', 'column 15: > compares numbers, not "high"'],
    ['expect term > none', 'column 15: > compares numbers, and none is absence'],
    ['expect term > "3"', 'column 15: > compares numbers, and "3" in quotes is text'],
    ['expect term =', 'column 14: a value is missing after ='],
    ['expect term = $d', 'column 15: nothing is named $d yet; let d = … names it. Did you mean $c?'],
    ['expect predicted = helthy', 'column 20: a state is healthy, degraded or unhealthy, not "helthy". Did you mean healthy?'],
    ['expect ribbon = heathy', 'column 17: a state is healthy, degraded or unhealthy, not "heathy". Did you mean healthy?'],
    ['expect ribbon > healthy', 'column 17: a ribbon is compared with = or !=, not >'],
    ['expect healthy within soon', 'column 23: within takes a duration like 250ms or 3s, not "soon"'],
    ['expect healthy within 2s for 3s', 'column 26: unexpected "for" after the expect'],
    ['expect linearizable within 3s', 'column 21: a verdict is asked once; it takes no within'],
    ['expect converged', 'column 8: converged belongs to dynamo'],
    ['always healthy for 3s', 'column 16: always is armed until the end; it takes no for'],
    ['expect not used', 'column 16: used which command? For example: expect not used restart'],
  ])('%s', (line, message) => {
    expect(refused(line)).toBe(message)
  })
})

describe('compare', () => {
  it.each([
    ['3', '=', '3.0', true],
    [3, '=', '3', true],
    ['10', '>', '9', true],
    ['9', '>=', '10', false],
    ['9007199254740993', '>', '9007199254740992', true],
    ['Oslo', '=', 'Oslo', true],
    ['Oslo', '!=', 'Bergen', true],
    ['Oslo', '<', 'Bergen', false],
    ['Oslo', '>', 'Bergen', false],
    ['n3', '=', '3', true],
    ['n3', '=', 'n3', true],
    [null, '=', null, true],
    [null, '!=', null, false],
    [null, '=', '0', false],
    ['0', '!=', null, true],
    [null, '<', '1', false],
    [null, '<=', null, false],
  ] as const)('%s %s %s: %s', (actual, op, expected, holds) => {
    expect(compare(actual, op, expected)).toBe(holds)
  })

  it('a quoted operand is text, even if it looks like a number', () => {
    expect(compare('007', '=', '7')).toBe(true)
    expect(compare('007', '=', '7', true)).toBe(false)
  })

  it('of = and != exactly one holds, and of < = > one for numbers', () => {
    const value = fc.oneof(fc.string({ maxLength: 4 }), fc.integer().map(String), fc.constant(null))
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(compare(a, '=', b)).toBe(!compare(a, '!=', b))
      }),
    )
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        expect([compare(a, '<', b), compare(a, '=', b), compare(a, '>', b)].filter(Boolean)).toHaveLength(1)
        expect(compare(a, '<=', b)).toBe(!compare(a, '>', b))
      }),
    )
  })
})
