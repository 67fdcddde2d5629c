import { expect, test } from 'vitest'
import type { HostStatus } from '../../src/host/ipc.ts'
import { linkCounters, nodeCounters, total } from '../../src/lab/counters.ts'
import { dynamo } from '../../src/modes/dynamo/dynamo.ts'

const host: HostStatus = {
  rssBytes: 1,
  cpuUs: 2,
  datagramsIn: 3,
  datagramsOut: 4,
  bytesIn: 5,
  bytesOut: 6,
  dropped: { crc: 7 },
  messagesOut: { append: 8 },
  syncs: 9,
  syncP99Us: 10,
  logBytes: 11,
  tornBytes: 0,
  stallMs: 12,
  kernelDrops: 13,
}

test('what a node counts by reason or type has a name of its own', () => {
  const counters = nodeCounters(host)
  expect(counters.get('rss-bytes')).toBe(1)
  expect(counters.get('dropped-crc')).toBe(7)
  expect(counters.get('dropped')).toBe(7)
  expect(counters.get('messages-out-append')).toBe(8)
})

test('links are summed', () => {
  const link = { passed: 1, bytes: 0, corrupted: 2, duplicated: 0, reordered: 0, held: 0, dropped: { loss: 3 } }
  const counters = linkCounters({ links: { 'n1>n2': link, 'n2>n1': link } })
  expect(counters.get('links-corrupted')).toBe(4)
  expect(counters.get('links-dropped-loss')).toBe(6)
})

test('a total is over all nodes; what never happened is 0, and what nobody counts is nothing', () => {
  const all = [nodeCounters(host), nodeCounters({ ...host, dropped: {} }), nodeCounters(null)]
  expect(total(all, 'dropped-crc')).toBe(7)
  expect(total(all, 'syncs')).toBe(18)
  expect(total(all, 'dropped-run')).toBe(0)
  expect(total(all, 'unheard-of')).toBeNull()
})

test('what a protocol counts itself stands beside, 0 before it happened, and nothing of a node that says nothing', () => {
  const status = { mapDigest: '', hints: {}, counters: { 'merkle-hashes': 49 } }
  const counters = nodeCounters(host, dynamo.counters?.(status))
  expect(counters.get('merkle-hashes')).toBe(49)
  expect(counters.get('healed-merkle')).toBe(0)
  expect(counters.get('syncs')).toBe(9)
  expect(dynamo.counters?.(null)).toEqual({})
  expect(total([counters, nodeCounters(host, dynamo.counters?.(null))], 'merkle-hashes')).toBe(49)
})
