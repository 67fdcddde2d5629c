import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SetExpr, SetItem } from '../../../src/lab/language/ast.ts'
import { resolveGroups, resolveSet, type SetContext } from '../../../src/lab/language/resolve.ts'
import { quote } from '../../../src/lab/language/tokens.ts'
import { seeded } from '../../../src/machine/random.ts'
import { five, inDynamo, parsed } from './words.ts'

function setOf(text: string): SetExpr {
  const command = parsed(`log ${text}`, { mode: five.mode })
  if (command.name !== 'log') throw new Error('no log')
  return command.nodes
}

function groupsOf(text: string): readonly SetExpr[] {
  const command = parsed(`partition ${text}`, { mode: five.mode })
  if (command.name !== 'partition' || command.shape.kind !== 'groups') throw new Error('no groups')
  return command.shape.groups
}

/** n1 leads, n2 sleeps, n3 is dead, n4 and n5 follow. */
function cluster(seed = 1, changes: Partial<SetContext> = {}): SetContext {
  const states: Record<string, 'asleep' | 'dead'> = { n2: 'asleep', n3: 'dead' }
  const names: Record<string, readonly string[] | string | number | null> = {
    old: ['n4'],
    pair: ['n3', 'n4'],
    text: 'n2',
    term: 7,
    gone: ['n8'],
    nobody: null,
  }
  return {
    members: ['n1', 'n2', 'n3', 'n4', 'n5'],
    leader: 'n1',
    state: (id) => states[id] ?? 'live',
    last: ['n3'],
    random: seeded(seed),
    variable: (name) => names[name],
    ...changes,
  }
}

describe('a set is resolved once, when its command runs', () => {
  it.each([
    ['n5 n1', ['n1', 'n5'], ['n1', 'n5'], false],
    ['1 n1', ['n1'], ['n1'], false],
    ['leader', ['n1'], ['n1'], false],
    ['followers', ['n4', 'n5'], [], true],
    ['followers(2)', ['n4', 'n5'], [], true],
    ['dead', ['n3'], [], true],
    ['asleep', ['n2'], [], true],
    ['last', ['n3'], [], true],
    ['all', ['n1', 'n2', 'n3', 'n4', 'n5'], [], true],
    ['dead n1', ['n1', 'n3'], ['n1'], false],
    ['$old', ['n4'], ['n4'], false],
    ['$text', ['n2'], ['n2'], false],
    ['$pair', ['n3', 'n4'], [], true],
    ['n4 follower', ['n4', 'n5'], ['n4', 'n5'], false],
    ['random(3)', ['n1', 'n4', 'n5'], [], true],
  ])('%s', (text, ids, exact, plural) => {
    expect(resolveSet(setOf(text), cluster())).toEqual({ ok: true, ids, exact, plural })
  })

  it.each([
    ['n9', 'there is no n9; the nodes are n1 … n5'],
    ['followers(3)', 'there are only 2 live followers'],
    ['random(9)', 'there are only 3 live nodes'],
    ['$term', '$term is 7, not a node'],
    ['$nobody', '$nobody is none, not a node'],
    ['$gone', '$gone is n8, which this cluster does not have'],
    ['$never', 'nothing is named $never'],
  ])('%s is refused: %s', (text, why) => {
    expect(resolveSet(setOf(text), cluster())).toEqual({ ok: false, why })
  })

  it('says what is not there', () => {
    const calm = cluster(1, { leader: null, state: () => 'live', last: [] })
    expect(resolveSet(setOf('leader'), calm)).toEqual({ ok: false, why: 'there is no leader now' })
    expect(resolveSet(setOf('dead'), calm)).toEqual({ ok: false, why: 'no node is dead' })
    expect(resolveSet(setOf('last'), calm)).toEqual({ ok: false, why: 'no fault command named nodes yet' })
    expect(resolveSet(setOf('follower'), cluster(1, { state: () => 'dead' }))).toEqual({ ok: false, why: 'there is no live follower' })
  })

  it('chooses by the seed: the same seed the same node, and in time every one', () => {
    const chosen = Array.from({ length: 40 }, (_, seed) => resolveSet(setOf('random'), cluster(seed)))
    const again = Array.from({ length: 40 }, (_, seed) => resolveSet(setOf('random'), cluster(seed)))
    expect(chosen).toEqual(again)
    expect(new Set(chosen.flatMap((set) => (set.ok ? set.ids : [])))).toEqual(new Set(['n1', 'n4', 'n5']))
  })

  it('knows the homes of a key where the mode has them', () => {
    const command = parsed('log home(city, 2) fallback(city)', inDynamo)
    if (command.name !== 'log') throw new Error('no log')
    const homes = cluster(1, { homes: () => ['n3', 'n5'], fallbacks: () => ['n1'] })
    expect(resolveSet(command.nodes, homes)).toEqual({ ok: true, ids: ['n1', 'n5'], exact: ['n5'], plural: false })
    expect(resolveSet(command.nodes, cluster())).toEqual({ ok: false, why: 'city has 0 homes, so no home 2' })
  })
})

describe('groups', () => {
  it('clients are all there are, in network commands only', () => {
    const groups = groupsOf('clients | rest')
    expect(resolveGroups(groups, cluster(1, { clients: ['c0', 'l1', 'l2'] }), true)).toMatchObject({
      groups: [
        ['c0', 'l1', 'l2'],
        ['n1', 'n2', 'n3', 'n4', 'n5'],
      ],
    })
    expect(resolveGroups(groups, cluster(), true)).toEqual({ ok: false, why: 'there is no client yet' })
    expect(() => parsed('kill clients')).toThrow('clients are no nodes')
  })

  it.each([
    ['leader | rest', [['n1'], ['n2', 'n3', 'n4', 'n5']]],
    [
      'rest | dead leader',
      [
        ['n2', 'n4', 'n5'],
        ['n1', 'n3'],
      ],
    ],
    [
      'n1 c1 | n2 n3 n4 n5 c0',
      [
        ['c1', 'n1'],
        ['c0', 'n2', 'n3', 'n4', 'n5'],
      ],
    ],
    ['n1 n1 | rest', [['n1'], ['n2', 'n3', 'n4', 'n5']]],
  ])('%s', (text, groups) => {
    expect(resolveGroups(groupsOf(text), cluster(), true)).toEqual({ ok: true, groups })
  })

  it('a choice never takes a node that another group names', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(resolveGroups(groupsOf('random | n1 n4 n2 n3'), cluster(seed), true)).toEqual({
        ok: true,
        groups: [['n5'], ['n1', 'n2', 'n3', 'n4']],
      })
    }
  })

  it('a node in two groups, or in none, is refused', () => {
    expect(resolveGroups(groupsOf('leader | n1 rest'), cluster(), true)).toEqual({ ok: false, why: 'n1 is in two groups' })
    expect(resolveGroups(groupsOf('leader | n2 n3'), cluster(), true)).toEqual({
      ok: false,
      why: 'n4, n5 are in no group; end with | rest',
    })
    expect(resolveGroups(groupsOf('leader | n2 n3'), cluster(), false)).toMatchObject({ ok: true })
    expect(resolveGroups(groupsOf('all | rest'), cluster(), true)).toEqual({ ok: false, why: 'no node is left for rest' })
  })
})

describe('the two sides of a link', () => {
  it('may share nodes: every link is all | all', () => {
    const all = ['n1', 'n2', 'n3', 'n4', 'n5']
    expect(resolveGroups(groupsOf('all | all'), cluster(), false)).toEqual({ ok: true, groups: [all, all] })
    expect(resolveGroups(groupsOf('all | all'), cluster(), true)).toEqual({ ok: false, why: 'n1 is in two groups' })
  })
})

describe('a set of any items', () => {
  type Written = readonly [string, SetItem]
  const counted = fc.integer({ min: 1, max: 99 })
  const key = fc.string({ minLength: 1, maxLength: 9 })
  const item: fc.Arbitrary<Written> = fc.oneof(
    counted.map((n): Written => [`n${n}`, { kind: 'node', id: `n${n}` }]),
    fc.constantFrom('leader', 'follower', 'dead', 'asleep', 'last', 'all').map((kind): Written => [kind, { kind }]),
    counted.map((count): Written => [`followers(${count})`, { kind: 'followers', count }]),
    fc.constant<Written>(['followers', { kind: 'followers', count: null }]),
    counted.map((count): Written => [`random(${count})`, { kind: 'random', count }]),
    fc.constantFrom('old', 'a-b', 'C_1').map((name): Written => [`$${name}`, { kind: 'variable', name }]),
    fc
      .tuple(key, fc.integer({ min: 1, max: 9 }))
      .map(([key, place]): Written => [`home(${quote(key)}, ${place})`, { kind: 'home', key, place }]),
    key.map((key): Written => [`homes(${quote(key)})`, { kind: 'homes', key }]),
  )

  it('reads as its items, in order', () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), (written) => {
        const line = `log ${written.map(([text]) => text).join(' ')}`
        expect(parsed(line, { mode: inDynamo.mode })).toMatchObject({ nodes: { items: written.map(([, item]) => item) } })
      }),
    )
  })
})
