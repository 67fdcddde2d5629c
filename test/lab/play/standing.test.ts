import { expect, test } from 'vitest'
import { changesBetween, type NodeStanding, type Standing } from '../../../src/lab/play/standing.ts'

const sound = { lost: false, skewMs: 0, drift: 0, slowMs: 0, full: false, fail: false }
const node = (id: string, change: Partial<NodeStanding> = {}): NodeStanding => ({ id, state: 'live', ...sound, ...change })
const nodes = (...changed: readonly NodeStanding[]): NodeStanding[] =>
  ['n1', 'n2', 'n3', 'n10'].map((id) => changed.find((one) => one.id === id) ?? node(id))
const still: Standing = { cluster: 'run-1', nodes: nodes(), network: [], chaos: null, load: null, settings: { n: '3' } }
const between = (was: Partial<Standing>, now: Partial<Standing>) => changesBetween({ ...still, ...was }, { ...still, ...now })

test('what is as it was asks for nothing', () => {
  expect(between({ network: ['cut n1 | n2'] }, { network: ['cut n1 | n2'] })).toBeNull()
})

test('every step between the states of a node has its word and its way back, nodes in their order', () => {
  const step = (was: NodeStanding['state'], now: NodeStanding['state']) =>
    between(
      { nodes: nodes(node('n10', { state: was }), node('n2', { state: was })) },
      { nodes: nodes(node('n10', { state: now }), node('n2', { state: now })) },
    )
  expect(step('live', 'dead')).toEqual({ words: ['killed n2 n10'], commands: ['restart n2 n10'] })
  expect(step('live', 'asleep')).toEqual({ words: ['put n2 n10 to sleep'], commands: ['wake n2 n10'] })
  expect(step('asleep', 'live')).toEqual({ words: ['woke n2 n10'], commands: ['sleep n2 n10'] })
  expect(step('asleep', 'dead')).toEqual({ words: ['killed n2 n10'], commands: ['restart n2 n10', 'sleep n2 n10'] })
  expect(step('dead', 'live')).toEqual({ words: ['restarted n2 n10'], commands: ['kill n2 n10'] })
  expect(step('dead', 'asleep')).toEqual({ words: ['restarted n2 n10 and put it to sleep'], commands: ['kill n2 n10'] })
})

test('a network fault that is gone is made again; one too many ends all of its kind first', () => {
  expect(between({ network: ['cut n1 | n2', 'hold n1 -> n3'] }, { network: ['hold n1 -> n3'] })).toEqual({
    words: ['undid cut n1 | n2'],
    commands: ['cut n1 | n2'],
  })
  expect(
    between({ network: ['partition n1 | n2 n3', 'link n1 | n2 delay=50ms'] }, { network: ['isolate n3', 'link n1 | n2 delay=50ms'] }),
  ).toEqual({
    words: ['made isolate n3', 'undid partition n1 | n2 n3'],
    commands: ['heal', 'partition n1 | n2 n3'],
  })
  expect(between({ network: ['link n1 | n2 delay=50ms'] }, { network: ['link n1 | n2 delay=9ms'] })?.commands).toEqual([
    'link clear',
    'link n1 | n2 delay=50ms',
  ])
  expect(between({}, { network: ['hold n1 | n2'] })?.commands).toEqual(['release'])
})

test('clocks and disks go back to what they were, and before the nodes that stand on them', () => {
  const was = nodes(node('n1', { skewMs: -60_000, drift: 0.01 }), node('n2', { slowMs: 200, full: true }))
  expect(between({ nodes: was }, { nodes: nodes(node('n2', { slowMs: 200, full: true, fail: true, state: 'dead' })) })).toEqual({
    words: ['killed n2', 'set the clock of n1 right', 'damaged the disk of n2'],
    commands: ['clock n1 ok', 'clock n1 -60000ms', 'clock n1 drift=1%', 'disk n2 ok', 'disk n2 slow=200ms', 'disk n2 full', 'restart n2'],
  })
})

test('settings, chaos and load count too', () => {
  const load = 'load start clients=2'
  expect(between({ load }, { chaos: 'chaos start', settings: { n: '2' } })).toEqual({
    words: ['set n=2', 'started chaos', 'stopped load'],
    commands: ['set n=3', 'chaos stop', load],
  })
})

test('a reset, other members and lost data only a fresh cluster undoes', () => {
  expect(between({}, { cluster: 'run-2' })).toEqual({ words: ['reset the cluster'], commands: null })
  expect(between({}, { nodes: [...nodes(), node('n11')].slice(1) })).toEqual({ words: ['added n11', 'removed n1'], commands: null })
  expect(between({}, { nodes: nodes(node('n3', { lost: true })) })).toEqual({ words: ['wiped n3'], commands: null })
})
