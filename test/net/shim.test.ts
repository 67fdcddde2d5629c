/** The shim as the lab has it: a thread of its own and real sockets. Needs the built `dist/shim.js`. */
import { createSocket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seeded } from '../../src/machine/random.ts'
import { ShimError, startShim } from '../../src/net/shim.ts'
import { type LinkRules, OPEN_LINK, type Shim } from '../../src/net/types.ts'
import { openPeer, type Peer, until } from './peer.ts'

let shim: Shim
let a: Peer
let b: Peer
let toA: number
let toB: number

beforeEach(async () => {
  shim = startShim({ seed: 7, startNs: process.hrtime.bigint() })
  ;[a, b] = await Promise.all([openPeer(), openPeer()])
  ;[toA, toB] = await Promise.all([shim.open('n1'), shim.open('n2')])
  await Promise.all([shim.attach('n1', a.port), shim.attach('n2', b.port)])
})

afterEach(async () => {
  await Promise.all([shim.close(), a.close(), b.close()])
})

const bend = (from: string, to: string, rules: Partial<LinkRules>): Promise<number> =>
  shim.apply([{ from, to, rules: { ...OPEN_LINK, ...rules } }])

/** The fate of what went n1 → n2 before is settled: nothing of that link is on its way any more. */
async function settled(count: number): Promise<void> {
  await until(async () => {
    const link = (await shim.report()).links['n1>n2']
    return link !== undefined && link.passed + Object.values(link.dropped).reduce((sum, dropped) => sum + dropped, 0) >= count
  }, `${count} datagrams settled`)
}

describe('its end', () => {
  it('comes in the middle of traffic without a trace, once however often it is asked for', async () => {
    for (let round = 0; round < 5; round++) {
      const own = startShim({ seed: round, startNs: process.hrtime.bigint() })
      const [, y] = await Promise.all([own.open('n1'), own.open('n2')])
      await Promise.all([own.attach('n1', a.port), own.attach('n2', b.port)])
      await own.apply([{ from: 'n1', to: 'n2', rules: { ...OPEN_LINK, delayMs: 2, jitterMs: 2 } }])
      const failures: Error[] = []
      own.onFailure((error) => failures.push(error))
      const flood = setInterval(() => {
        for (let i = 0; i < 200; i++) a.send('x', y)
      }, 1)
      const before = b.got.length
      await until(() => b.got.length > before + 100, 'traffic')
      await Promise.all([own.close(), own.close()])
      clearInterval(flood)
      await expect(own.report()).rejects.toThrow(ShimError)
      expect(failures).toEqual([])
    }
  })
})

describe('the way of a datagram', () => {
  it('goes from the real port of one to the real port of the other, and shows the virtual address', async () => {
    a.send('there', toB)
    await until(() => b.got.length === 1, 'the datagram at b')
    expect(b.got).toEqual([{ text: 'there', from: toA }])
    b.send('and back', toA)
    await until(() => a.got.length === 1, 'the answer at a')
    expect(a.got).toEqual([{ text: 'and back', from: toB }])
  })

  it('carries an empty datagram and one of 8 KiB unchanged', async () => {
    const large = 'x'.repeat(8192)
    a.send('', toB)
    a.send(large, toB)
    await until(() => b.got.length === 2, 'both')
    expect(b.got.map(({ text }) => text)).toEqual(['', large])
  })

  it('is remembered by how long it was under way, apart for each set of rules', async () => {
    const count = 100
    const rounds = [{ delayMs: 5 }, { delayMs: 20, shape: 'exp' }] as const
    for (const [at, rules] of rounds.entries()) {
      await bend('n1', 'n2', rules)
      for (let i = 0; i < count; i++) a.send('x', toB)
      await until(() => b.got.length === (at + 1) * count, 'all of them')
    }
    const delays = await shim.delays()
    expect(Object.keys(delays)).toEqual(['n1>n2'])
    const [plain, shaped] = delays['n1>n2'] ?? []
    expect([plain?.passed, shaped?.passed]).toEqual([count, count])
    expect(plain?.sinceMs).toBeLessThan(shaped?.sinceMs ?? 0)
    for (const delayMs of plain?.delaysMs ?? []) expect(delayMs).toBeGreaterThanOrEqual(5)
    // No delay of the shape is the same, and some are shorter than half their mean.
    expect(new Set(shaped?.delaysMs).size).toBeGreaterThan(count / 2)
    expect(shaped?.delaysMs.some((delayMs) => delayMs < 10)).toBe(true)
  })

  it('is traced with its times on the run clock, and counted', async () => {
    const startNs = process.hrtime.bigint()
    const own = startShim({ seed: 1, startNs })
    const [x, y] = await Promise.all([own.open('n1'), own.open('n2')])
    await Promise.all([own.attach('n1', a.port), own.attach('n2', b.port)])
    await own.apply([{ from: 'n1', to: 'n2', rules: { ...OPEN_LINK, delayMs: 30 } }])
    const before = Number(process.hrtime.bigint() - startNs)
    a.send('timed', y)
    await until(() => b.got.length === 1, 'the datagram')
    const after = Number(process.hrtime.bigint() - startNs)
    const { records, lost } = await own.trace()
    expect(b.got[0]?.from).toBe(x)
    expect(lost).toBe(0)
    expect(records).toMatchObject([{ from: 'n1', to: 'n2', bytes: 5, fate: 'passed' }])
    const [record] = records
    // The clock of the thread is set against ours between two readings; a tenth of a millisecond covers them.
    expect(record?.time).toBeGreaterThan(before - 1e5)
    expect(record?.left).toBeGreaterThanOrEqual((record?.time ?? 0) + 30e6)
    expect(record?.left).toBeLessThan(after + 1e5)
    await until(async () => (await own.report()).links['n1>n2']?.passed === 1, 'counted')
    expect((await own.report()).links['n1>n2']).toMatchObject({ passed: 1, bytes: 5 })
    await own.close()
  })
})

describe('rules on real sockets', () => {
  it('a cut one way leaves the other way open, at the time it says', async () => {
    const firstNs = await bend('n1', 'n2', { cut: true })
    a.send('lost', toB)
    b.send('passes', toA)
    await until(() => a.got.length === 1, 'the other way')
    await settled(1)
    expect(b.got).toEqual([])
    expect(await bend('n1', 'n2', {})).toBeGreaterThan(firstNs)
    a.send('again', toB)
    await until(() => b.got.length === 1, 'after the heal')
    expect(b.got[0]?.text).toBe('again')
  })

  it('drops at release what was in flight when the cut came', async () => {
    await bend('n1', 'n2', { delayMs: 300 })
    a.send('doomed', toB)
    await until(async () => (await shim.report()).links['n1>n2'] !== undefined, 'the link')
    // The way back has no delay: once the echo is here, the doomed one has been admitted.
    a.send('flush', toA)
    await until(() => a.got.length === 1, 'the flush')
    await bend('n1', 'n2', { cut: true })
    await settled(1)
    expect((await shim.report()).links['n1>n2']?.dropped).toEqual({ cut: 1 })
    expect(b.got).toEqual([])
  })

  it('delays by no less than it says', async () => {
    await bend('n1', 'n2', { delayMs: 20 })
    for (let i = 0; i < 10; i++) a.send(`${i}`, toB)
    await until(() => b.got.length === 10, 'all ten')
    const { records } = await shim.trace()
    for (const { time, left } of records) expect((left ?? 0) - time).toBeGreaterThanOrEqual(20e6)
    expect(b.got.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`))
  })

  it('a laggard that nothing overtakes comes by itself', async () => {
    await bend('n1', 'n2', { reorder: 1 })
    a.send('alone', toB)
    await until(() => b.got.length === 1, 'the laggard')
    const [record] = (await shim.trace()).records
    expect((record?.left ?? 0) - (record?.time ?? 0)).toBeGreaterThanOrEqual(50e6)
  })

  it('holds, keeps the order, and delivers on release', async () => {
    await bend('n1', 'n2', { hold: true })
    for (let i = 0; i < 50; i++) a.send(`${i}`, toB)
    await until(async () => (await shim.report()).links['n1>n2']?.held === 50, 'all held')
    expect(b.got).toEqual([])
    expect(await shim.release()).toBe(50)
    a.send('after', toB)
    await until(() => b.got.length === 51, 'all delivered')
    expect(b.got.map(({ text }) => text)).toEqual([...Array.from({ length: 50 }, (_, i) => `${i}`), 'after'])
    expect(await shim.release()).toBe(0)
  })

  it('delivers what was held when an update ends the hold', async () => {
    await bend('n1', 'n2', { hold: true })
    a.send('kept', toB)
    await until(async () => (await shim.report()).links['n1>n2']?.held === 1, 'held')
    await bend('n1', 'n2', {})
    await until(() => b.got.length === 1, 'delivered')
  })

  it('loses the same datagrams for the same seed', async () => {
    const received = async (): Promise<string> => {
      const own = startShim({ seed: 'same', startNs: process.hrtime.bigint() })
      const [, to] = await Promise.all([own.open('n1'), own.open('n2')])
      await Promise.all([own.attach('n1', a.port), own.attach('n2', b.port)])
      await own.apply([{ from: 'n1', to: 'n2', rules: { ...OPEN_LINK, loss: 0.5 } }])
      b.got.length = 0
      for (let i = 0; i < 100; i++) a.send(`${i}`, to)
      await until(async () => {
        const link = (await own.report()).links['n1>n2']
        return link !== undefined && link.passed === b.got.length && link.passed + (link.dropped.loss ?? 0) === 100
      }, 'all settled')
      await own.close()
      return b.got.map(({ text }) => text).join(' ')
    }
    expect(await received()).toBe(await received())
  })
})

describe('who is who', () => {
  it('counts and drops what comes from a stranger', async () => {
    const stranger = await openPeer()
    for (let i = 0; i < 20; i++) stranger.send('hello', toB)
    await until(async () => (await shim.report()).strangers === 20, 'twenty strangers')
    expect(b.got).toEqual([])
    expect(await shim.report()).toMatchObject({ links: {}, strangers: 20, socketErrors: 0 })
    await stranger.close()
  })

  it('a detached endpoint neither sends nor receives, and its port may become another', async () => {
    await shim.detach('n2')
    a.send('nobody there', toB)
    await settled(1)
    expect((await shim.report()).links['n1>n2']?.dropped).toEqual({ unmapped: 1 })
    b.send('I was n2', toA)
    await until(async () => (await shim.report()).strangers === 1, 'a stranger now')
    await shim.open('n3')
    await shim.attach('n3', b.port)
    b.send('I am n3', toA)
    await until(() => a.got.length === 1, 'as n3')
    expect(a.got[0]).toEqual({ text: 'I am n3', from: await shim.open('n3') })
    expect(b.got).toEqual([])
  })

  it('a port belongs to the endpoint that got it last', async () => {
    await shim.open('n3')
    await shim.attach('n3', b.port)
    a.send('to the old owner', toB)
    await settled(1)
    expect((await shim.report()).links['n1>n2']?.dropped).toEqual({ unmapped: 1 })
    await shim.detach('n2')
    b.send('still n3', toA)
    await until(() => a.got.length === 1, 'as n3')
  })

  it('keeps a virtual address when its process changes, and opens it once only', async () => {
    const next = await openPeer()
    expect(await Promise.all([shim.open('n2'), shim.open('n9'), shim.open('n9')]).then(([n2, x, y]) => [n2, x === y])).toEqual([toB, true])
    await shim.detach('n2')
    await shim.attach('n2', next.port)
    a.send('to the next life', toB)
    await until(() => next.got.length === 1, 'at the new port')
    expect(b.got).toEqual([])
    await next.close()
  })

  it('refuses to attach what was never opened, or to a port that is none, and goes on', async () => {
    await expect(shim.attach('n8', a.port)).rejects.toThrow('n8 has no virtual address')
    await expect(shim.attach('n1', 70_000)).rejects.toThrow('70000 is no port')
    await expect(shim.detach('n8')).rejects.toMatchObject({ code: 'refused' })
    a.send('still here', toB)
    await until(() => b.got.length === 1, 'the relay at work')
  })
})

describe('what may go wrong', () => {
  it('a port nobody listens at any more costs nothing but the datagram', async () => {
    const gone = await openPeer()
    const toC = await shim.open('n3')
    await shim.attach('n3', gone.port)
    await gone.close()
    for (let i = 0; i < 50; i++) a.send('anyone?', toC)
    await until(async () => (await shim.report()).links['n1>n3']?.passed === 50, 'all sent')
    a.send('next', toB)
    await until(() => b.got.length === 1, 'the relay at work')
  })

  it('a hundred thousand random datagrams, from a stranger and from a mapped port, neither stop it nor grow it', async () => {
    const random = seeded('garbage')
    const stranger = await openPeer()
    const garbage = Array.from({ length: 64 }, () => Uint8Array.from({ length: random.between(0, 1_200) }, () => random.between(0, 255)))
    await bend('n1', 'n2', { corrupt: 0.1, duplicate: 0.1, reorder: 0.1, loss: 0.1, delayMs: 1, jitterMs: 1 })
    const flood = async (rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        for (let i = 0; i < 50; i++) {
          stranger.send(random.pick(garbage), toB)
          a.send(random.pick(garbage), toB)
        }
        await new Promise((resolve) => setImmediate(resolve))
        b.got.length = 0
      }
    }
    await flood(200)
    const warmBytes = process.memoryUsage().rss
    await flood(800)
    expect(process.memoryUsage().rss - warmBytes).toBeLessThan(64e6)
    // Each of them is accounted for: by the kernel, as a stranger's, or by what the link made of it.
    let seen = 0
    await until(async () => {
      const { strangers, kernelDrops, links } = await shim.report()
      const { passed = 0, duplicated = 0, dropped = {} } = links['n1>n2'] ?? {}
      seen = strangers + passed - duplicated + (dropped.loss ?? 0)
      return kernelDrops === null ? seen > 50_000 : seen + kernelDrops === 100_000
    }, 'every datagram accounted for')
    expect(seen).toBeGreaterThan(10_000)
    await bend('n1', 'n2', {})
    await until(() => {
      b.got.length = 0
      a.send('alive', toB)
      return new Promise((resolve) => setTimeout(() => resolve(b.got.some(({ text }) => text === 'alive')), 20))
    }, 'a datagram after the flood')
    await stranger.close()
  })

  it('a failure of the thread reaches who listens, before and after, and everything asked', async () => {
    const own = startShim({ seed: 1, startNs: process.hrtime.bigint() })
    const heard = new Promise<Error>((resolve) => own.onFailure(resolve))
    const asked = own.apply([{ from: 'n1', to: 'n2', rules: { ...OPEN_LINK, loss: Number.NaN } }])
    await expect(asked).rejects.toMatchObject({ code: 'failed' })
    const failure = await heard
    expect(failure).toBeInstanceOf(ShimError)
    expect(failure.message).toBe('the network shim died: loss is a probability, not NaN')
    expect(await new Promise<Error>((resolve) => own.onFailure(resolve))).toBe(failure)
    await expect(own.report()).rejects.toBe(failure)
    await own.close()
  })

  it('closing is no failure, frees the ports, and ends what is asked later', async () => {
    const own = startShim({ seed: 1, startNs: process.hrtime.bigint() })
    const port = await own.open('n1')
    const failures: Error[] = []
    own.onFailure((error) => failures.push(error))
    await own.close()
    await own.close()
    await expect(own.open('n2')).rejects.toMatchObject({ code: 'closed' })
    const socket = createSocket('udp4')
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(port, '127.0.0.1', resolve)
    })
    socket.close()
    expect(failures).toEqual([])
  })
})

it('the report tells buffer, stalls and kernel drops', async () => {
  const report = await shim.report()
  expect(report.receiveBufferBytes).toBeGreaterThan(64 * 1024)
  expect(report.stallMs).toBeGreaterThanOrEqual(0)
  if (process.platform === 'linux') expect(report.kernelDrops).toBe(0)
  else expect(report.kernelDrops).toBeNull()
})
