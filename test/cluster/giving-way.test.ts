import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { GivingWay, nicenessOf } from '../../src/cluster/giving-way.ts'
import { until } from './until.ts'

describe('nodes give way to the lab', () => {
  test('a few that may weigh more than they are weigh what any process weighs', () => {
    expect([1, 5, 9, 12].map((nodes) => nicenessOf(nodes, 12))).toEqual([0, 0, 0, 0])
  })

  test('the more there are, the less each weighs, and together they weigh what they may', () => {
    const niceness = [1, 3, 5, 9, 25, 60].map((nodes) => nicenessOf(nodes, 1))
    expect(niceness).toEqual([...niceness].sort((a, b) => a - b))
    for (const nodes of [1, 3, 5, 9, 25, 60]) {
      const together = nodes / 1.25 ** nicenessOf(nodes, 1)
      expect(together).toBeGreaterThan(0.85)
      expect(together).toBeLessThan(1.15)
    }
  })

  test('a niceness is one that the system has, however many nodes there are', () => {
    expect(nicenessOf(1_000_000, 1)).toBe(19)
  })
})

describe('a process that gives way', () => {
  let child: ChildProcess | null = null
  const spawned = (): number => {
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
    if (child.pid === undefined) throw new Error('no process')
    return child.pid
  }
  afterEach(() => {
    child?.kill('SIGKILL')
  })

  test('is as nice as its cluster is large', () => {
    const pid = spawned()
    new GivingWay(100).add(pid)
    expect(getPriority(pid)).toBe(nicenessOf(100, 12))
  })

  test('of a small cluster stays as it is until the lab stood still; then it weighs less, and so do those that come', () => {
    const pid = spawned()
    const before = getPriority(pid)
    const givingWay = new GivingWay(5)
    givingWay.add(pid)
    expect(getPriority(pid)).toBe(before)
    givingWay.further([pid])
    expect(getPriority(pid)).toBe(nicenessOf(5, 1))
    const later = spawned()
    givingWay.add(later)
    expect(getPriority(later)).toBe(nicenessOf(5, 1))
    process.kill(pid, 'SIGKILL')
  })

  test.skipIf(sessionOf(process.pid) === null)('takes its session along, where the system weighs sessions', async () => {
    const pid = spawned()
    new GivingWay(100).add(pid)
    await until('the session gives way', () => sessionOf(pid)?.endsWith(`nice ${nicenessOf(100, 12)}`) === true)
  })

  test('that ended meanwhile harms nobody', async () => {
    const pid = spawned()
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    child?.kill('SIGKILL')
    await ended
    expect(() => new GivingWay(100).add(pid)).not.toThrow()
  })
})

/** What the system says of the group in which a session is scheduled; null where it has none. */
function sessionOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/autogroup`, 'utf8').trim()
  } catch {
    return null
  }
}
