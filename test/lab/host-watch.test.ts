/** DESIGN §5: a checked run with unexplained host loss says so; nodes that slept explain their own. */
import { afterEach, expect, test, vi } from 'vitest'
import { HostWatch, type NodeDrops, nodeDrops } from '../../src/lab/host-watch.ts'
import { Run } from '../../src/lab/run.ts'
import { Witness } from '../../src/lab/witness.ts'
import type { ShimReport } from '../../src/net/types.ts'
import { exitOfSuite } from '../../src/report/outcome.ts'
import { must, openSmall } from './real-lab.ts'
import { block, labText, run } from './runner.ts'

const open: HostWatch[] = []
afterEach(() => {
  for (const watch of open.splice(0)) watch.close()
})

const quiet: ShimReport = { links: {}, strangers: 0, socketErrors: 0, kernelDrops: 0, stallMs: 0, receiveBufferBytes: 0 }

interface Watched {
  drops: number | null
  nodes: NodeDrops[]
  readonly told: unknown[]
  readonly watch: HostWatch
}

function watched(): Watched {
  const told: unknown[] = []
  const emit = (_type: string, _text?: string, fields?: unknown): void => void told.push(fields)
  const watch = new HostWatch({ report: async () => ({ ...quiet, kernelDrops: state.drops }) }, { emit }, () => state.nodes)
  const state: Watched = { drops: 0, nodes: [], told, watch }
  open.push(watch)
  return state
}

const node = (more: Partial<NodeDrops> = {}): NodeDrops => ({ id: 'n2', pid: 10, kernelDrops: 0, slept: false, ...more })

test('each loss is told once, with where; a new life counts from nothing; a system that does not tell is silent', async () => {
  const state = watched()
  await state.watch.look()
  state.drops = 3
  state.nodes = [node({ kernelDrops: 2 })]
  await state.watch.look()
  await state.watch.look()
  state.drops = null
  state.nodes = [node({ pid: 11, kernelDrops: 2 })]
  await state.watch.look()
  expect(state.told).toEqual([
    { where: 'n2', datagrams: 2 },
    { where: 'shim', datagrams: 3 },
    { where: 'n2', datagrams: 2 },
  ])
})

test('a node that slept explains its own losses and no others', async () => {
  const state = watched()
  state.nodes = [node({ kernelDrops: 9, slept: true }), node({ id: 'n1', pid: 12, kernelDrops: 1 })]
  await state.watch.look()
  expect(state.told).toEqual([{ where: 'n1', datagrams: 1 }])
})

test('on a real cluster: who slept is known, and what was lost is added up', async () => {
  const lab = await openSmall()
  try {
    const witness = new Witness({ mode: 'raft', nodes: 3, seed: null, settings: {}, given: [], parts: [] }, () => 0)
    witness.attend(lab)
    await must(lab, 'expect healthy within 20s', 'sleep n2', 'wake n2')
    const { cluster, history, events } = lab.run
    const slept = nodeDrops(cluster, history.recorder.faults()).map((each) => [each.id, each.slept])
    expect(slept).toEqual([
      ['n1', false],
      ['n2', true],
      ['n3', false],
    ])
    for (const datagrams of [2, 3]) events.emit('host-loss', 'lost', { where: 'n1', datagrams })
    expect(witness.hostLoss).toContainEqual({ where: 'n1', datagrams: 5 })
  } finally {
    await lab.close()
  }
})

test('the result of a suite has what the last look at the machine found', async () => {
  const look = vi.spyOn(Run.prototype, 'lookAtHost').mockImplementation(async function (this: Run) {
    this.events.emit('host-loss', 'lost', { where: 'shim', datagrams: 4 })
  })
  const ran = await run({ 'a.md': labText(block('Write', ['> put city Oslo timeout=10s']), 'checks: none') })
  look.mockRestore()
  expect(ran.suite().hostLoss).toContainEqual({ where: 'shim', datagrams: 4 })
  expect(exitOfSuite(ran.suite())).toBe(0)
})
