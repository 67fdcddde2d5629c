import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Cluster } from '../../src/cluster/cluster.ts'
import { processState } from '../../src/cluster/proc.ts'
import { EnvironmentFailure, NodeDidNotStart } from '../../src/host/failure.ts'
import { fakeShim, livesOf, openToy, scratchDir, TOY_MODE } from './toy.ts'
import { isAlive, until } from './until.ts'

interface ToyStatus {
  readonly lives: number
  readonly config: {
    readonly incarnation: number
    readonly lostDisk: boolean
    readonly bug: string
    readonly clock: unknown
    readonly settings: unknown
  }
  readonly commands: readonly string[]
  readonly siblings: readonly number[]
  readonly addresses: Readonly<Record<string, number>>
}

async function ask(cluster: Cluster, id: string): Promise<ToyStatus> {
  return (await cluster.inspect(id, { what: 'status' }, 5_000)) as ToyStatus
}

test('every node is bound and on the network before any may send, and knows every address', async () => {
  const { cluster, shim } = await openToy(3, { endpoints: ['c0'] })
  expect(cluster.views().map(({ id, state }) => `${id} ${state}`)).toEqual(['n1 live', 'n2 live', 'n3 live'])
  expect([...shim.attached.keys()].sort()).toEqual(['n1', 'n2', 'n3'])
  for (const id of cluster.ids) {
    const status = await ask(cluster, id)
    expect(status.commands[0]).toBe('go')
    expect(Object.keys(status.addresses).sort()).toEqual(['c0', 'n1', 'n2', 'n3'])
  }
  expect(cluster.start.readyMs).toBeGreaterThanOrEqual(cluster.start.boundMs)
})

test('more nodes than start at once all start, and know each other', async () => {
  const { cluster } = await openToy(20)
  expect(cluster.views().every(({ state }) => state === 'live')).toBe(true)
  expect(Object.keys((await ask(cluster, 'n1')).addresses)).toHaveLength(20)
})

test('a status comes, and ages', async () => {
  const { cluster } = await openToy(1)
  await until('a status came', () => cluster.views()[0]?.status !== null)
  expect(cluster.views()[0]?.status).toEqual({ lives: 1 })
  await cluster.sleep(['n1'])
  const before = cluster.views()[0]?.statusAgeMs ?? 0
  await until('it is older', () => (cluster.views()[0]?.statusAgeMs ?? 0) > before + 150)
  expect(cluster.hostStatus('n1')?.rssBytes).toBe(1)
})

test('kill takes the node off the network, restart keeps the disk and counts the life', async () => {
  const { cluster, shim, events, dir } = await openToy(3)
  const [victim] = [cluster.pids().get('n2') ?? 0]
  await cluster.kill(['n2'])
  expect(isAlive(victim)).toBe(false)
  expect(cluster.views()[1]).toMatchObject({ state: 'dead', status: null })
  expect(shim.attached.has('n2')).toBe(false)
  await cluster.restart(['n2'])
  expect(livesOf(dir, 'n2')).toBe(2)
  expect((await ask(cluster, 'n2')).config).toMatchObject({ incarnation: 2, lostDisk: false })
  expect(shim.attached.has('n2')).toBe(true)
  expect(events).toEqual([])
})

test('restart of a live or sleeping node kills it first', async () => {
  const { cluster, dir } = await openToy(2)
  const before = cluster.pids()
  await cluster.sleep(['n2'])
  await cluster.restart(['n1', 'n2'])
  for (const pid of before.values()) expect(isAlive(pid)).toBe(false)
  expect([livesOf(dir, 'n1'), livesOf(dir, 'n2')]).toEqual([2, 2])
  expect(cluster.views().map(({ state }) => state)).toEqual(['live', 'live'])
})

test('commands on one node run one after another', async () => {
  const { cluster } = await openToy(1)
  const pid = cluster.pids().get('n1') ?? 0
  await Promise.all([cluster.kill(['n1']), cluster.restart(['n1']), cluster.restart(['n1']), cluster.kill(['n1']), cluster.restart(['n1'])])
  expect(isAlive(pid)).toBe(false)
  expect((await ask(cluster, 'n1')).config.incarnation).toBe(4)
  expect(cluster.pids().size).toBe(1)
})

test.runIf(process.platform === 'linux')('a sleeping node stands still when sleep resolves, and runs after wake', async () => {
  const { cluster } = await openToy(2)
  const pid = cluster.pids().get('n1') ?? 0
  await cluster.sleep(['n1'])
  expect(processState(pid)).toBe('T')
  expect(cluster.views()[0]?.state).toBe('asleep')
  expect(await cluster.inspect('n1', { what: 'status' })).toBeNull()
  await cluster.wake(['n1'])
  expect((await ask(cluster, 'n1')).lives).toBe(1)
  expect(processState(pid)).not.toBe('T')
})

test('commands to a sleeping node wait, the newest of each kind only', async () => {
  const { cluster } = await openToy(1)
  await cluster.sleep(['n1'])
  const before = 'go,clock,disk,siblings'
  for (let i = 1; i <= 500; i++) {
    cluster.setClock(['n1'], { skewMs: i, drift: 0 })
    cluster.set('a', `${i}`)
    cluster.set('b', `${i}`)
  }
  await cluster.wake(['n1'])
  expect((await ask(cluster, 'n1')).commands.join()).toBe(`${before},clock,control,control`)
})

test('clock, disk and settings outlive a restart', async () => {
  const { cluster } = await openToy(1)
  cluster.setClock(['n1'], { skewMs: 60_000, drift: 0.01 })
  cluster.setDisk(['n1'], { slowMs: 5, full: false, fail: false })
  cluster.set('a', '1')
  await cluster.restart(['n1'])
  expect((await ask(cluster, 'n1')).config).toMatchObject({
    clock: { skewMs: 60_000, drift: 0.01 },
    disk: { slowMs: 5, full: false, fail: false },
    settings: { a: '1' },
  })
})

test('wipe empties the disk and the next life is told, also the one after it; as=amnesiac is not told', async () => {
  const { cluster, dir } = await openToy(2)
  await cluster.wipe(['n1'])
  await cluster.wipe(['n2'], { amnesiac: true })
  expect(cluster.views().map(({ state }) => state)).toEqual(['dead', 'dead'])
  expect(existsSync(join(dir, 'data', 'n1', 'lives'))).toBe(false)
  await cluster.restart(['n1', 'n2'])
  expect((await ask(cluster, 'n1')).config).toMatchObject({ lostDisk: true, incarnation: 2 })
  expect((await ask(cluster, 'n2')).config).toMatchObject({ lostDisk: false, incarnation: 2 })
  await cluster.restart(['n1'])
  expect((await ask(cluster, 'n1')).config).toMatchObject({ lostDisk: true, incarnation: 3 })
  expect(cluster.lostDisk('n1')).toBe(true)
})

test('a power cut ends all its victims', async () => {
  const { cluster } = await openToy(3)
  const pids = cluster.pids()
  const losses = await cluster.powerCut(['n1', 'n3'], { torn: true })
  expect(losses.map(({ node }) => node)).toEqual(['n1', 'n3'])
  expect([...pids].map(([id, pid]) => `${id} ${isAlive(pid)}`)).toEqual(['n1 false', 'n2 true', 'n3 false'])
})

test('a node that crashes is shown dead, with its error, and the map entry goes', async () => {
  const { cluster, events, shim } = await openToy(2)
  cluster.set('x', 'crash')
  await until('both are dead', () => events.length === 2)
  expect(events.map((e) => e.type === 'exit' && `${e.node} ${e.reason}`).sort()).toEqual(['n1 crashed', 'n2 crashed'])
  expect(cluster.lastExit('n1')?.why).toBe('exit code 1: TypeError: the toy broke')
  expect(cluster.stderr('n1')).toContain('TypeError: the toy broke')
  expect(shim.attached.size).toBe(0)
})

test('a node that halts at its start says why, and the restart fails', async () => {
  const { cluster, events, dir } = await openToy(1)
  await cluster.kill(['n1'])
  writeFileSync(join(dir, 'data', 'n1', 'order'), 'halt')
  const refusal = cluster.restart(['n1'])
  await expect(refusal).rejects.toThrow(NodeDidNotStart)
  await expect(refusal).rejects.toThrow('n1 did not start: the toy found damage')
  expect(cluster.views()[0]?.state).toBe('dead')
  expect(events.map((e) => e.type === 'exit' && e.reason)).toEqual(['halted'])
})

test("a machine's events reach the lab with their node", async () => {
  const { cluster, events } = await openToy(1)
  cluster.set('x', 'event')
  await until('it came', () => events.length === 1)
  expect(events[0]).toMatchObject({ type: 'node', node: 'n1', event: { type: 'toy' } })
})

test('a bug can be given to some nodes only', async () => {
  const { cluster } = await openToy(2, { bug: 'double-vote', bugNodes: ['n2'] })
  expect((await ask(cluster, 'n1')).config.bug).toBe('none')
  expect((await ask(cluster, 'n2')).config.bug).toBe('double-vote')
})

test('connect resolves when the live nodes know the client, with a node asleep and one dead', async () => {
  const { cluster, shim } = await openToy(4)
  await cluster.sleep(['n2'])
  await cluster.kill(['n3'])
  const addresses = await cluster.connect('c1', 12_345)
  expect(shim.attached.get('c1')).toBe(12_345)
  for (const id of ['n1', 'n4']) expect((await ask(cluster, id)).addresses).toEqual(addresses)
  await cluster.wake(['n2'])
  await cluster.restart(['n3'])
  for (const id of ['n2', 'n3']) expect((await ask(cluster, id)).addresses).toEqual(addresses)
  await cluster.disconnect('c1')
  expect(shim.attached.has('c1')).toBe(false)
})

test('every node knows the pids of all the others, after restarts too', async () => {
  const { cluster } = await openToy(3)
  await cluster.restart(['n2'])
  await cluster.kill(['n3'])
  const pids = cluster.pids()
  expect((await ask(cluster, 'n1')).siblings).toEqual([pids.get('n2')])
  expect((await ask(cluster, 'n2')).siblings).toEqual([pids.get('n1')])
})

test('close kills the sleeping and the busy, and nothing is left', async () => {
  const { cluster } = await openToy(3)
  const pids = [...cluster.pids().values()]
  await cluster.sleep(['n1'])
  cluster.set('n2', 'busy')
  await cluster.close()
  expect(pids.filter(isAlive)).toEqual([])
})

test('two clusters in one process do not disturb each other', async () => {
  const one = await openToy(2)
  const two = await openToy(2)
  await one.cluster.kill(['n1'])
  await one.cluster.close()
  expect(two.cluster.views().map(({ state }) => state)).toEqual(['live', 'live'])
  expect((await ask(two.cluster, 'n1')).lives).toBe(1)
})

test('a program that is not there is a failure of the environment, and leaves nothing behind', async () => {
  await expect(openToy(2, { command: ['/nowhere/node'] })).rejects.toThrow(EnvironmentFailure)
})

test('a node that cannot start ends the opening, and the others with it', async () => {
  const dir = scratchDir()
  const first = await openToy(2, { runDir: dir })
  await first.cluster.close()
  writeFileSync(join(dir, 'data', 'n2', 'order'), 'crash')
  await expect(openToy(2, { runDir: dir })).rejects.toThrow('n2 did not start: exit code 1: TypeError: the toy broke')
})

test('a run folder that cannot be written is a failure of the environment', async () => {
  const file = join(scratchDir(), 'a-file')
  writeFileSync(file, '')
  const opening = openToy(1, { runDir: join(file, 'run') })
  await expect(opening).rejects.toThrow(EnvironmentFailure)
  await expect(opening).rejects.toMatchObject({ code: 'environment' })
})

test('a port that the network refuses is a failure of the environment, and leaves no process', async () => {
  const shim = fakeShim()
  const refusing = { ...shim, attach: () => Promise.reject(new Error('EMFILE')) }
  const dir = scratchDir()
  await expect(openToy(2, { shim: refusing, runDir: dir })).rejects.toThrow(/cannot put n\d on the network: EMFILE/)
})

test('the last moment of a process kills the nodes of all its clusters, through one listener', async () => {
  const before = process.listenerCount('exit')
  const one = await openToy(1)
  const two = await openToy(1)
  expect(process.listenerCount('exit')).toBe(before + 1)
  const pids = [...one.cluster.pids().values(), ...two.cluster.pids().values()]
  await one.cluster.sleep(['n1'])
  one.cluster.killAllNow()
  two.cluster.killAllNow()
  await until('both are dead', () => pids.every((pid) => !isAlive(pid)))
  await one.cluster.close()
  expect(process.listenerCount('exit')).toBe(before + 1)
  await two.cluster.close()
  expect(process.listenerCount('exit')).toBe(before)
})

test('a node that is added knows the first nodes and is none of them; everybody hears of it, a sleeping node when it wakes', async () => {
  const { cluster, shim } = await openToy(3, { endpoints: ['c0'] })
  const heard: string[][] = []
  await cluster.connect('c1', 1, (addresses) => heard.push(Object.keys(addresses).sort()))
  await cluster.sleep(['n3'])
  await cluster.add('n4')
  expect(cluster.ids).toEqual(['n1', 'n2', 'n3', 'n4'])
  expect(shim.attached.has('n4')).toBe(true)
  const born = await ask(cluster, 'n4')
  expect(born.config).toMatchObject({ incarnation: 1, role: 'node', members: ['n1', 'n2', 'n3'] })
  expect(Object.keys(born.addresses).sort()).toEqual(['c0', 'c1', 'n1', 'n2', 'n3', 'n4'])
  expect(Object.keys((await ask(cluster, 'n1')).addresses)).toContain('n4')
  expect((await ask(cluster, 'n1')).siblings).toContain(cluster.pids().get('n4'))
  expect(heard.at(-1)).toContain('n4')
  await cluster.wake(['n3'])
  expect(Object.keys((await ask(cluster, 'n3')).addresses)).toContain('n4')
  await cluster.restart(['n1', 'n4'])
  for (const id of ['n1', 'n4']) expect((await ask(cluster, id)).config).toMatchObject({ incarnation: 2, members: ['n1', 'n2', 'n3'] })
  await expect(cluster.add('n2')).rejects.toThrow('n2 is in this cluster already')
})

test('a node that is retired is in no view, its folder stays, and it comes back to it as one that joins', async () => {
  const { cluster, shim, dir, events } = await openToy(3)
  const pid = cluster.pids().get('n2') ?? 0
  cluster.setDisk(['n2'], { slowMs: 5, full: false, fail: false })
  await cluster.retire('n2')
  expect(isAlive(pid)).toBe(false)
  expect(cluster.ids).toEqual(['n1', 'n3'])
  expect(cluster.views().map(({ id }) => id)).toEqual(['n1', 'n3'])
  expect([cluster.bent, shim.attached.has('n2'), cluster.pids().has('n2')]).toEqual([false, false, false])
  const left = await ask(cluster, 'n1')
  expect([Object.keys(left.addresses).sort(), left.siblings]).toEqual([['n1', 'n3'], [cluster.pids().get('n3')]])
  await expect(cluster.restart(['n2'])).rejects.toThrow('no node n2')
  await expect(cluster.retire('n2')).rejects.toThrow('no node n2')
  expect(livesOf(dir, 'n2')).toBe(1)
  await cluster.add('n2')
  expect(cluster.ids).toEqual(['n1', 'n2', 'n3'])
  expect(livesOf(dir, 'n2')).toBe(2)
  expect((await ask(cluster, 'n2')).config).toMatchObject({ incarnation: 2, members: ['n1', 'n3'], disk: { slowMs: 0 } })
  expect(events).toEqual([])
})

test('a command that waited for a node behind its retirement starts nothing; the last node cannot be retired', async () => {
  const { cluster } = await openToy(2)
  const [retired, restarted] = await Promise.allSettled([cluster.retire('n2'), cluster.restart(['n2'])])
  expect([retired.status, restarted.status]).toEqual(['fulfilled', 'rejected'])
  expect([...cluster.pids().keys()]).toEqual(['n1'])
  await expect(cluster.retire('n1')).rejects.toThrow('n1 is the last node')
  expect(cluster.views()[0]?.state).toBe('live')
})

test('a node that cannot be added leaves the cluster as it was', async () => {
  const dir = scratchDir()
  mkdirSync(join(dir, 'data', 'n3'), { recursive: true })
  writeFileSync(join(dir, 'data', 'n3', 'order'), 'crash')
  const { cluster } = await openToy(2, { runDir: dir })
  await expect(cluster.add('n3')).rejects.toThrow(NodeDidNotStart)
  expect(cluster.ids).toEqual(['n1', 'n2'])
  expect(Object.keys((await ask(cluster, 'n1')).addresses).sort()).toEqual(['n1', 'n2'])
})

test('helpers stand beside the nodes: supervised alike, in no view of nodes, without a disk', async () => {
  const mode = { ...TOY_MODE, helpers: () => ['b0'], createHelper: TOY_MODE.createClient }
  const { cluster, dir, events } = await openToy(2, { mode, bug: 'broken' })
  expect([cluster.ids, cluster.helperIds]).toEqual([['n1', 'n2'], ['b0']])
  expect(cluster.views().map(({ id }) => id)).toEqual(['n1', 'n2'])
  expect(cluster.helperViews()).toMatchObject([{ id: 'b0', state: 'live' }])
  const status = await ask(cluster, 'b0')
  expect(status.config).toMatchObject({ role: 'helper', dataDir: null, members: ['n1', 'n2'] })
  expect(Object.keys(status.addresses).sort()).toEqual(['b0', 'n1', 'n2'])
  expect((await ask(cluster, 'n1')).siblings).toContain(cluster.pids().get('b0'))
  await cluster.sleep(['b0'])
  expect(cluster.helperViews()[0]?.state).toBe('asleep')
  await cluster.wake(['b0'])
  await cluster.kill(['b0'])
  expect(cluster.helperViews()[0]?.state).toBe('dead')
  await cluster.restart(['b0'])
  expect((await ask(cluster, 'b0')).config.incarnation).toBe(2)
  expect(await cluster.powerCut(['b0', 'n1'])).toMatchObject([{ node: 'b0', lostBytes: 0 }, { node: 'n1' }])
  await cluster.restart(['b0', 'n1'])
  await cluster.wipe(['b0'])
  expect([cluster.lostDisk('b0'), existsSync(join(dir, 'data', 'b0'))]).toEqual([false, false])
  await expect(cluster.retire('b0')).rejects.toThrow('b0 is no node')
  expect(events).toEqual([])
})
