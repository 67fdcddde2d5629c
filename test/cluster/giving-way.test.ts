import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { GivingWay, nicenessOf } from '../../src/cluster/giving-way.ts'
import { until } from './until.ts'

describe('nodes give way to the lab', () => {
  test('the more there are, the less each weighs, and together they weigh what the lab weighs', () => {
    const niceness = [1, 3, 5, 9, 25, 60].map(nicenessOf)
    expect(niceness).toEqual([...niceness].sort((a, b) => a - b))
    for (const nodes of [1, 3, 5, 9, 25, 60]) {
      const together = nodes / 1.25 ** nicenessOf(nodes)
      expect(together).toBeGreaterThan(0.85)
      expect(together).toBeLessThan(1.15)
    }
  })

  test('a niceness is one that the system has, however many nodes there are', () => {
    expect(nicenessOf(1_000_000)).toBe(19)
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
    expect(getPriority(pid)).toBe(nicenessOf(100))
  })

  test('alone in its cluster stays as it is', () => {
    const pid = spawned()
    const before = getPriority(pid)
    new GivingWay(1).add(pid)
    expect(getPriority(pid)).toBe(before)
  })

  test.skipIf(sessionOf(process.pid) === null)('takes its session along, where the system weighs sessions', async () => {
    const pid = spawned()
    new GivingWay(100).add(pid)
    await until('the session gives way', () => sessionOf(pid)?.endsWith(`nice ${nicenessOf(100)}`) === true)
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
