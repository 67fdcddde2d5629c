/** The parts of the sampler: a quiet cluster says little, each change is told once, and what is counted is counted since the last time. */
import { expect, test } from 'vitest'
import { Recorder } from '../../../src/history/recorder.ts'
import type { HistoryEvent } from '../../../src/history/types.ts'
import { type HostStatus, SOUND_DISK, STEADY_CLOCK } from '../../../src/host/ipc.ts'
import { parseLine } from '../../../src/lab/language/parse.ts'
import { BentLinks, linkWords } from '../../../src/lab/samples/bent-links.ts'
import { clockWords, diskWords, type Faced, Faces } from '../../../src/lab/samples/faces.ts'
import { HostBook } from '../../../src/lab/samples/host-numbers.ts'
import { keysIn } from '../../../src/lab/samples/keys.ts'
import { SentMessages } from '../../../src/lab/samples/sent.ts'
import { Tempo } from '../../../src/lab/samples/tempo.ts'
import { Traffic } from '../../../src/lab/samples/traffic.ts'
import { dynamo } from '../../../src/modes/dynamo/dynamo.ts'
import type { NodeView } from '../../../src/modes/mode.ts'
import { NetworkPlan } from '../../../src/net/plan.ts'
import { type LinkCounters, OPEN_LINK } from '../../../src/net/types.ts'

const HOST: HostStatus = {
  rssBytes: 50 * 2 ** 20,
  cpuUs: 0,
  datagramsIn: 0,
  datagramsOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  dropped: {},
  messagesOut: {},
  syncs: 0,
  syncP99Us: 0,
  logBytes: 0,
  tornBytes: 0,
  stallMs: 0,
  kernelDrops: 0,
}

const host = (rssMb: number, cpuMs: number): HostStatus => ({ ...HOST, rssBytes: rssMb * 2 ** 20, cpuUs: cpuMs * 1_000 })

test('memory and processor: over two seconds, small changes untold, a new life from nothing', () => {
  const book = new HostBook()
  expect(book.read('n1', host(50, 0), 0)).toEqual({ rssMb: 50, cpuPercent: null })
  expect(book.read('n1', host(90, 900), 1_000)).toEqual({ rssMb: 50, cpuPercent: null })
  expect(book.read('n1', host(51.5, 100), 2_000)).toEqual({ rssMb: 50, cpuPercent: 5 })
  expect(book.read('n1', host(52.4, 220), 4_000)).toEqual({ rssMb: 52, cpuPercent: 5 })
  expect(book.read('n1', host(40, 10), 4_500)).toEqual({ rssMb: 40, cpuPercent: null })
  expect(book.read('n1', null, 5_000)).toEqual({ rssMb: null, cpuPercent: null })
  expect(book.read('n1', host(40, 500), 9_000)).toEqual({ rssMb: 40, cpuPercent: null })
})

function faced(nodes: readonly NodeView[], more: Partial<Faced> = {}): Faced {
  const cluster = { hostStatus: () => HOST, diskOf: () => SOUND_DISK, clockOf: () => STEADY_CLOCK }
  return { mode: {}, settings: {}, cluster, views: () => nodes, processViews: () => nodes, lostForGood: () => false, ...more }
}

const view = (id: string, state: NodeView['state'] = 'live'): NodeView => ({ id, state, status: null, statusAgeMs: 0 })

test('faces are told when they change, and the ids with them; who has never run is starting, who has is restarting', () => {
  const faces = new Faces()
  const ids = (nodes: readonly NodeView[], more: Partial<Faced> = {}) => {
    const sample = faces.look(faced(nodes, more), 0)
    return sample === null
      ? null
      : [sample.ids.join(), sample.faces.map(({ id, state, disk }) => `${id} ${state}${disk === null ? '' : ` ${disk}`}`).join()]
  }
  expect(ids([view('n1', 'restarting'), view('n2')])).toEqual(['n1,n2', 'n1 starting,n2 live'])
  expect(ids([view('n1'), view('n2')])).toEqual(['n1,n2', 'n1 live'])
  expect(ids([view('n1'), view('n2')])).toBeNull()
  expect(ids([view('n1', 'restarting'), view('n2')])).toEqual(['n1,n2', 'n1 restarting'])
  expect(ids([view('n1', 'restarting')])).toEqual(['n1', ''])
  expect(ids([view('n1', 'restarting')], { lostForGood: () => true })).toEqual(['n1', 'n1 restarting lost'])
})

test('disks, clocks and links in words', () => {
  expect(diskWords(SOUND_DISK)).toBeNull()
  expect(diskWords({ slowMs: 200, full: true, fail: false })).toBe('full, slow 200 ms')
  expect(clockWords(STEADY_CLOCK)).toBeNull()
  expect([60_000, -250, 1_500].map((skewMs) => clockWords({ skewMs, drift: 0 }))).toEqual(['+60 s', '-250 ms', '+1.5 s'])
  expect(clockWords({ skewMs: 0, drift: -0.01 })).toBe('drift -1 %')
  expect(linkWords(OPEN_LINK)).toBeNull()
  expect(linkWords({ ...OPEN_LINK, cut: true, loss: 0.5 })).toBe('cut')
  expect(linkWords({ ...OPEN_LINK, delayMs: 50, jitterMs: 10, loss: 0.05 })).toBe('50 ms ± 10, 5 % loss')
  expect(
    linkWords({ ...OPEN_LINK, hold: true, delayMs: 5, shape: 'exp', duplicate: 0.01, reorder: 0.02, corrupt: 0.001, rate: 125_000 }),
  ).toBe('held, 5 ms exp, 1 % dup, 2 % reorder, 0.1 % corrupt, 1 mbit/s')
})

test('links are told when they change, also when it is because somebody came; straight ones at first are no news', () => {
  const plan = new NetworkPlan()
  for (const id of ['n1', 'n2', 'n3']) plan.addEndpoint(id)
  const links = new BentLinks()
  expect(links.look(plan)).toBeNull()
  plan.isolate(['n1'])
  expect(links.look(plan)?.bent.map(({ from, to, words }) => `${from}>${to} ${words}`)).toEqual([
    'n1>n2 cut',
    'n1>n3 cut',
    'n2>n1 cut',
    'n3>n1 cut',
  ])
  expect(links.look(plan)).toBeNull()
  plan.addEndpoint('c0')
  expect(links.look(plan)?.bent).toHaveLength(6)
  plan.heal()
  expect(links.look(plan)).toEqual({ type: 'links', bent: [] })
})

function done(type: HistoryEvent['type'], process: number, ms: number): HistoryEvent {
  return { type, process, f: 'put', key: 'k', value: 'v', time: ms * 1e6 }
}

test('tempo counts what ended since it was last taken, and knows what is under way', () => {
  const tempo = new Tempo()
  const hear = (...events: readonly HistoryEvent[]): void => {
    for (const event of events) tempo.hear(event)
  }
  hear(done('invoke', 1, 0), done('invoke', 2, 1))
  expect([tempo.busy, tempo.take()]).toEqual([true, { ok: 0, fail: 0, info: 0, p50Ms: null, p99Ms: null }])
  hear(done('ok', 1, 10), done('info', 2, 12), done('invoke', 1, 13), done('fail', 1, 14), done('invoke', 3, 14), done('ok', 3, 16.5))
  expect(tempo.take()).toEqual({ ok: 2, fail: 1, info: 1, p50Ms: 2.5, p99Ms: 10 })
  expect(tempo.busy).toBe(false)
})

test('the tempo goes on when the history is full', () => {
  let nowNs = 0
  const recorder = new Recorder({ nowNs: () => nowNs, limit: 2 })
  const tempo = new Tempo()
  recorder.listen((event) => tempo.hear(event))
  for (let i = 0; i < 5; i++) {
    const operation = recorder.begin('c1', { f: 'get', key: 'x', value: null, timeoutMs: 1_000 })
    nowNs += 4e6
    operation.end({ id: i, outcome: 'ok', value: 'v', node: 'n1', attempts: 1 })
    nowNs += 1e9
    recorder.flush()
  }
  expect([recorder.full, recorder.written().length]).toEqual([true, 2])
  expect(tempo.take()).toEqual({ ok: 5, fail: 0, info: 0, p50Ms: 4, p99Ms: 4 })
})

function counted(passed: number, dropped: Readonly<Record<string, number>> = {}): LinkCounters {
  return { passed, bytes: 0, corrupted: 0, duplicated: 0, reordered: 0, held: 0, dropped }
}

test('traffic is what passed and dropped since the last time, without the probe; an endpoint that came back counts from nothing', () => {
  const traffic = new Traffic()
  traffic.look({ links: { 'n1>n2': counted(10), 'p0>n1': counted(99), 'n2>n1': counted(5, { cut: 1, loss: 2 }) } })
  expect(traffic.takeTotal()).toEqual({ passed: 15, dropped: 3 })
  traffic.look({ links: { 'n1>n2': counted(12), 'n2>n1': counted(1) } })
  expect(traffic.takeLinks()).toEqual({
    links: [
      ['n1', 'n2', 12, 0],
      ['n2', 'n1', 6, 3],
    ],
  })
  expect(traffic.takeTotal()).toEqual({ passed: 3, dropped: 0 })
  traffic.look({ links: { 'n1>n2': counted(12), 'n2>n1': counted(1) } })
  expect(traffic.takeLinks()).toEqual({ links: [] })
})

test('of thousands of links the busiest are told, and how many are not', () => {
  const traffic = new Traffic()
  traffic.look({ links: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`n${i}>n0`, counted(i)])) })
  const { links, left } = traffic.takeLinks()
  expect([links.length, left, links[0], links.at(-1)]).toEqual([400, 599, ['n999', 'n0', 999, 0], ['n600', 'n0', 600, 0]])
})

test('messages by type: what came since the last time, of each life of a node from nothing', () => {
  const sent = new SentMessages()
  const of = (messagesOut: Readonly<Record<string, number>>): HostStatus => ({ ...HOST, messagesOut })
  expect(
    sent.take([
      ['n1', of({ vote: 2, append: 10 })],
      ['n2', of({ append: 1 })],
    ]),
  ).toEqual({ vote: 2, append: 11 })
  expect(
    sent.take([
      ['n1', of({ vote: 2, append: 14 })],
      ['n2', null],
    ]),
  ).toEqual({ append: 4 })
  expect(
    sent.take([
      ['n1', of({ append: 3 })],
      ['n2', of({ append: 2 })],
    ]),
  ).toEqual({ append: 5 })
})

test('keys are found in data, in the arguments of the mode and in sets of nodes, also behind at and every', () => {
  const context = { mode: dynamo, modes: [dynamo], nodes: ['n1', 'n2', 'n3'], variables: [], checkers: [] }
  const of = (line: string): readonly string[] => {
    const parsed = parseLine(line, context)
    if (!parsed.ok) throw new Error(`${line} does not parse`)
    return keysIn(parsed.command)
  }
  expect(
    ['put cart eggs', 'get cart', 'at 1s del cart', 'kill home(cart,1)', 'ring cart', 'peek cart n1', 'status', 'kill n1'].map(of),
  ).toEqual([['cart'], ['cart'], ['cart'], ['cart'], ['cart'], ['cart'], [], []])
})
