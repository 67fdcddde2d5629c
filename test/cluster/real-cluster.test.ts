import { expect, test } from 'vitest'
import { startLoad } from '../../src/client/load.ts'
import type { LoadReport } from '../../src/client/types.ts'
import type { HistoryEvent } from '../../src/history/types.ts'
import { get, leading, openReal, put, RUN_ID } from './real.ts'
import { until } from './until.ts'

test('a put and a get go through real processes and the shim', async () => {
  const real = await openReal(3)
  const client = await real.client('c0')
  const written = await client.invoke(put('city', 'Oslo'))
  expect(written.outcome).toBe('ok')
  expect(written.endNs).toBeGreaterThan(written.startNs)
  expect(await client.invoke(get('city'))).toMatchObject({ outcome: 'ok', value: 'Oslo' })
})

test('an acknowledged write survives a kill of the leader, a restart of all, and a torn power cut of all', async () => {
  const real = await openReal(3)
  const { cluster } = real
  const client = await real.client('c0')
  await client.invoke(put('a', '1'))
  const { leader } = await leading(real)
  await cluster.kill([leader])
  expect(await client.invoke(put('b', '2'))).toMatchObject({ outcome: 'ok' })
  await cluster.restart(cluster.ids)
  expect(await client.invoke(get('a'))).toMatchObject({ outcome: 'ok', value: '1' })
  const losses = await cluster.powerCut(cluster.ids, { torn: true })
  expect(losses.some(({ writtenBytes }) => writtenBytes > 0)).toBe(true)
  await cluster.restart(cluster.ids)
  expect(await client.invoke(get('a'))).toMatchObject({ outcome: 'ok', value: '1' })
  expect(await client.invoke(get('b'))).toMatchObject({ outcome: 'ok', value: '2' })
})

test('a leader that sleeps is replaced, and the old one wakes into the new term', async () => {
  const real = await openReal(3)
  const { cluster, mode } = real
  const client = await real.client('c0')
  await client.invoke(put('a', '1'))
  const before = await leading(real)
  await cluster.sleep([before.leader])
  expect(await client.invoke(put('a', '2'))).toMatchObject({ outcome: 'ok' })
  await cluster.wake([before.leader])
  await until('the old leader knows the new term', () => {
    const { leader, term } = mode.summarize(cluster.views())
    return leader !== null && leader !== before.leader && (term ?? 0) > before.term && cluster.views().every((v) => v.status !== null)
  })
  expect(await client.invoke(get('a'))).toMatchObject({ outcome: 'ok', value: '2' })
})

test('a lab that stood still hears what its nodes answered meanwhile, before it takes them for silent', async () => {
  const { cluster } = await openReal(3)
  const answer = cluster.inspect('n1', { what: 'status' }, 100)
  const limit = performance.now() + 1_000
  while (performance.now() < limit);
  expect(await answer).not.toBeNull()
  await cluster.sleep(['n1'])
  expect(await cluster.inspect('n1', { what: 'status' }, 100)).toBeNull()
})

test('a flipped bit takes effect at restart: the node refuses to serve, and names the place', async () => {
  const real = await openReal(3)
  const { cluster, events } = real
  const client = await real.client('c0')
  await client.invoke(put('a', '1'))
  await until('n2 synced something', () => (cluster.hostStatus('n2')?.syncs ?? 0) > 0)
  await cluster.flip(['n2'])
  expect(cluster.views()[1]?.state).toBe('live')
  await expect(cluster.restart(['n2'])).rejects.toThrow(/damaged at byte/)
  expect(cluster.views()[1]?.state).toBe('dead')
  expect(events.filter(({ type }) => type === 'exit')).toMatchObject([{ node: 'n2', reason: 'halted' }])
  expect(await client.invoke(get('a'))).toMatchObject({ outcome: 'ok', value: '1' })
})

test('a node whose disk fails halts and says so', async () => {
  const real = await openReal(3)
  const { cluster, events } = real
  const client = await real.client('c0')
  cluster.setDisk(['n3'], { slowMs: 0, full: true, fail: false })
  expect(await client.invoke(put('a', '1'))).toMatchObject({ outcome: 'ok' })
  await until('n3 halted', () => cluster.views()[2]?.state === 'dead')
  await until('it is told', () => events.some((event) => event.type === 'exit' && event.reason === 'halted' && /ENOSPC/.test(event.why)))
})

test('a new client is known to the nodes before its first request leaves', async () => {
  const real = await openReal(3)
  await (await real.client('c0')).invoke(put('a', '1'))
  await (await real.client('c9')).invoke(get('a'))
  await until('statuses came', () => real.cluster.ids.every((id) => real.cluster.hostStatus(id) !== null))
  expect(real.cluster.ids.map((id) => real.cluster.hostStatus(id)?.dropped['unknown-sender'] ?? 0)).toEqual([0, 0, 0])
})

test('a client does one thing at a time, and what waits when it closes never began', async () => {
  const real = await openReal(1)
  const client = await real.client('c0')
  const first = await Promise.all([client.invoke(put('a', '1')), client.invoke(put('a', '2')), client.invoke(get('a'))])
  expect(first.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok'])
  expect(first[2]?.value).toBe('2')
  expect(first[1]?.startNs).toBeGreaterThanOrEqual(first[0]?.endNs ?? 0)
  await real.cluster.kill(['n1'])
  const [pending, waiting] = [client.invoke(put('a', '3')), client.invoke(put('a', '4'))]
  await client.close()
  expect(await pending).toMatchObject({ outcome: 'info', code: 'stopped' })
  expect(await waiting).toMatchObject({ outcome: 'fail', code: 'stopped' })
  expect(await client.invoke(get('a'))).toMatchObject({ outcome: 'fail', code: 'stopped' })
})

test('a load asks, is answered, and leaves a history that pairs up', async () => {
  const real = await openReal(3)
  const { cluster, clock, settings } = real
  const history: HistoryEvent[] = []
  const reports: LoadReport[] = []
  const load = await startLoad(
    { clients: ['l1', 'l2'], keys: 3, rate: 0, mix: { put: 40, get: 50, cas: 10 }, timeoutMs: 3_000, seed: '7' },
    {
      mode: 'raft',
      settings,
      nodes: cluster.ids,
      epoch: 1,
      runId: RUN_ID,
      clock,
      connect: (id, port) => cluster.connect(id, port),
      onReport: (report) => {
        history.push(...report.events)
        reports.push(report)
      },
      onFailure: (error) => {
        throw error
      },
    },
  )
  await until('a hundred were answered', () => (reports.at(-1)?.ok ?? 0) >= 100)
  await cluster.kill(['n1'])
  await until('a hundred more were answered', () => (reports.at(-1)?.ok ?? 0) >= 200)
  const last = await load.stop()
  expect(last.latency.count).toBe(last.ok)
  const open = new Map<string, HistoryEvent>()
  for (const event of history) {
    const client = event.client ?? ''
    if (event.type === 'invoke') {
      expect(open.has(client)).toBe(false)
      open.set(client, event)
    } else {
      expect(open.get(client)).toMatchObject({ f: event.f, key: event.key })
      expect(event.time).toBeGreaterThanOrEqual(open.get(client)?.time ?? 0)
      open.delete(client)
    }
  }
  expect(open.size).toBe(0)
  let finalNs = 0
  for (const { events, upToNs } of reports) {
    for (const { time } of events) expect(time).toBeGreaterThanOrEqual(finalNs)
    finalNs = upToNs
  }
})
