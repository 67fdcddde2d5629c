import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SOUND_DISK } from '../../src/host/ipc.ts'
import { processState } from '../../src/host/process-identity.ts'
import { decodeMark } from '../../src/node/log-format.ts'
import { crc32 } from '../node/support.ts'
import { PATIENCE_US } from './programs/toy-mode.ts'
import { ToyBench, until } from './toy.ts'

const bench = new ToyBench()
beforeAll(() => bench.open())
afterAll(() => bench.close())

function markOf(dataDir: string): number {
  return decodeMark(readFileSync(join(dataDir, 'log.mark')), crc32) ?? -1
}

function sizeOf(dataDir: string): number {
  return statSync(join(dataDir, 'log')).size
}

describe('a helper as a process', () => {
  const helper = { id: 'n1', role: 'helper', dataDir: null } as const

  it('serves without a disk, and touches none', async () => {
    const dataDir = bench.dataDir()
    const process = await bench.start(dataDir, helper)
    await bench.put('through')
    expect(await process.inspect()).toEqual({ records: ['through'] })
    expect(await process.status()).toMatchObject({ syncs: 0, logBytes: 0, tornBytes: 0 })
    expect(readdirSync(dataDir)).toEqual([])
    await process.kill()
  })

  it('that would store something halts', async () => {
    const process = await bench.start(bench.dataDir(), helper)
    bench.say({ type: 'keep' })
    expect((await process.exited()).code).toBe(70)
    expect(process.halt).toContain('a machine without a disk stores nothing')
  })
})

describe('a node as a process: its disk', () => {
  it.each(['always', 'batch'] as const)('in %s mode, is durable before it replies: the mark covers what was answered', async (sync) => {
    const dataDir = bench.dataDir()
    const node = await bench.start(dataDir, { sync, disk: { ...SOUND_DISK, slowMs: 40 } })
    for (const n of [1, 2, 3]) {
      await bench.put(`${sync}-${n}`)
      expect(markOf(dataDir)).toBe(sizeOf(dataDir))
      expect(readFileSync(join(dataDir, 'log'), 'latin1')).toContain(`${sync}-${n}`)
    }
    const { syncs, syncP99Us, logBytes } = await node.status()
    expect({ syncs, logBytes }).toEqual({ syncs: 3, logBytes: sizeOf(dataDir) })
    expect(syncP99Us).toBeGreaterThanOrEqual(39_000)
    await node.kill()
  })

  it('in never mode, replies before the sync: the mark stays behind, as a power cut must find it', async () => {
    const dataDir = bench.dataDir()
    const node = await bench.start(dataDir, { sync: 'never', disk: { ...SOUND_DISK, fail: true } })
    await bench.put('never')
    expect(markOf(dataDir)).toBe(0)
    expect(sizeOf(dataDir)).toBeGreaterThan(0)
    await node.kill()
  })

  it('killed and started again, it has every record it answered for, and makes what it found durable', async () => {
    const dataDir = bench.dataDir()
    const first = await bench.start(dataDir, { sync: 'never' })
    for (const n of [1, 2, 3]) await bench.put(`kept-${n}`)
    await first.kill()
    const second = await bench.start(dataDir, { incarnation: 2 })
    expect(markOf(dataDir)).toBe(sizeOf(dataDir))
    await bench.put('kept-4')
    expect(await second.inspect()).toMatchObject({ records: ['kept-1', 'kept-2', 'kept-3', 'kept-4'], incarnation: 2, lostDisk: false })
    await second.kill()
  })

  it('cuts a torn tail, says so, and goes on behind it', async () => {
    const dataDir = bench.dataDir()
    const first = await bench.start(dataDir)
    await bench.put('torn-1')
    await first.kill()
    appendFileSync(join(dataDir, 'log'), 'half a batch')
    const second = await bench.start(dataDir, { incarnation: 2 })
    await until('the event', () => second.of('events').some(({ events }) => events.some((e) => e.type === 'torn-tail' && e.bytes === 12)))
    await bench.put('torn-2')
    await second.kill()
    const third = await bench.start(dataDir, { incarnation: 3 })
    expect((await third.inspect()).records).toEqual(['torn-1', 'torn-2'])
    await third.kill()
  })

  it('with a flipped bit below the mark, refuses to serve and names the place', async () => {
    const dataDir = bench.dataDir()
    const first = await bench.start(dataDir)
    await bench.put('flip')
    await first.kill()
    const log = readFileSync(join(dataDir, 'log'))
    log[30] = (log[30] ?? 0) ^ 1
    writeFileSync(join(dataDir, 'log'), log)
    const second = bench.spawn(bench.config(dataDir, { incarnation: 2 }))
    expect(await second.exited()).toEqual({ code: 70, signal: null })
    expect(second.halt).toContain('log is damaged at byte 0')
    expect(second.stderr).toContain('log is damaged at byte 0')
    expect(second.of('bound')).toEqual([])
  })

  it.each([
    ['full', { ...SOUND_DISK, full: true }, 'ENOSPC'],
    ['failing', { ...SOUND_DISK, fail: true }, 'EIO'],
  ])('%s, it halts loudly and never answers', async (what, disk, code) => {
    const node = await bench.start(bench.dataDir())
    await bench.put(`sound, not yet ${what}`)
    node.tell({ type: 'disk', disk })
    await node.inspect()
    bench.say({ type: 'put', text: `lost-${what}` })
    expect(await node.exited()).toEqual({ code: 70, signal: null })
    expect(node.halt).toContain(code)
    expect(bench.replied(`lost-${what}`)).toBe(false)
  })

  it('does not share its folder with a living process, and takes over from a dead one', async () => {
    const dataDir = bench.dataDir()
    const first = await bench.start(dataDir)
    const second = bench.spawn(bench.config(dataDir))
    expect((await second.exited()).code).toBe(70)
    expect(second.halt).toContain(`belongs to process ${first.child.pid}`)
    await first.kill()
    const third = await bench.start(dataDir, { incarnation: 2 })
    await third.kill()
  })
})

describe('a node as a process: its life', () => {
  it('halts when a rule is broken: exit 70, the rule as its last word', async () => {
    const node = await bench.start(bench.dataDir())
    bench.say({ type: 'break' })
    expect(await node.exited()).toEqual({ code: 70, signal: null })
    expect(node.halt).toBe('somebody asked for it')
    expect(node.stderr).toContain('somebody asked for it')
  })

  it('does not hear ctrl-C, nor a polite request to end', async () => {
    const node = await bench.start(bench.dataDir())
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) node.child.kill(signal)
    await bench.put('still here')
    expect(node.exit).toBeNull()
    await node.kill()
  })

  it('woken with its timer overdue, reads what waits before it acts: no needless election', async () => {
    const node = await bench.start(bench.dataDir())
    bench.say({ type: 'beat' })
    await until('the first beat', async () => (await node.inspect()).beats === 1)
    const before = (await node.inspect()).elections
    node.child.kill('SIGSTOP')
    await pause((2 * PATIENCE_US) / 1000)
    // One turn of the event loop reads 32 datagrams: a node that acted after the first would not have heard the beat.
    const others = Array.from({ length: 200 }, () => ({ type: 'put', text: 'meanwhile' }))
    await bench.sayEach([...others, { type: 'beat' }])
    node.child.kill('SIGCONT')
    const { beats, elections } = await until('the beats', async () => {
      const status = await node.inspect()
      return status.beats > 1 && status
    })
    expect({ beats, elections }).toEqual({ beats: 2, elections: before })
    await until('an election, once nobody beats', async () => (await node.inspect()).elections > before)
    const stalls = node.of('events').flatMap(({ events }) => events.filter((event) => event.type === 'stall'))
    expect(Math.max(...stalls.map((event) => Number(event.ms)))).toBeGreaterThan(PATIENCE_US / 1000)
    await node.kill()
  })

  it('hears only known addresses, and counts the others', async () => {
    const node = await bench.start(bench.dataDir())
    const stranger = createSocket('udp4')
    const port = await node.bound()
    await new Promise<void>((resolve) => stranger.send('hello', port, '127.0.0.1', () => resolve()))
    await until('the count', async () => (await node.status()).dropped['unknown-sender'] === 1)
    stranger.close()
    node.tell({ type: 'addresses', addresses: {} })
    bench.say({ type: 'put', text: 'unheard' })
    await until('the count', async () => (await node.status()).dropped['unknown-sender'] === 2)
    await node.kill()
  })

  it('bends its clocks when told, and never lets monotonic time go back', async () => {
    const node = await bench.start(bench.dataDir(), { clock: { skewMs: 3_600_000, drift: 0 } })
    await bench.put('tick')
    const skewed = await node.inspect()
    expect(skewed.wallMs - Date.now()).toBeGreaterThan(3_000_000)
    node.tell({ type: 'clock', clock: { skewMs: -3_600_000, drift: -0.9 } })
    await bench.put('tock')
    const back = await node.inspect()
    expect(back.wallMs - Date.now()).toBeLessThan(-3_000_000)
    expect(back.nowUs).toBeGreaterThanOrEqual(skewed.nowUs)
    await node.kill()
  })

  it('passes controls on, and reports what it is', async () => {
    const node = await bench.start(bench.dataDir(), { lostDisk: true, incarnation: 3 })
    node.tell({ type: 'control', control: { type: 'set', name: 'x', value: 'y' } })
    await until('the setting', async () => (await node.inspect()).set.includes('y'))
    expect(await node.inspect()).toMatchObject({ lostDisk: true, incarnation: 3 })
    await bench.put('counted')
    const host = await until('the counts', async () => {
      const status = await node.status()
      return status.messagesOut.done === 1 && status
    })
    expect(host).toMatchObject({ datagramsIn: 1, datagramsOut: 1, dropped: {}, kernelDrops: 0, syncs: 1 })
    expect(host.rssBytes).toBeGreaterThan(1_000_000)
    expect(host.cpuUs).toBeGreaterThan(0)
    await node.kill()
  })

  it('when the lab is killed, ends, and takes its stopped siblings with it', async () => {
    const configs = ['n1', 'n2', 'n3'].map((id) => JSON.stringify(bench.config(bench.dataDir(), { id })))
    const lab = spawn(process.execPath, [bench.program('toy-lab'), bench.program('toy-node'), ...configs], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    lab.stdout.on('data', (text) => {
      said += text
    })
    const pids = await until('the pids', () => said.includes('\n') && (JSON.parse(said) as number[]))
    const [first = 0, ...others] = pids
    for (const pid of others) process.kill(pid, 'SIGSTOP')
    expect(processState(first).alive).toBe(true)
    lab.kill('SIGKILL')
    await until('all to be gone', () => pids.every((pid) => !processState(pid).alive))
  })
})
