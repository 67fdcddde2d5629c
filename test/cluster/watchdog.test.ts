import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { Watchdog } from '../../src/cluster/watchdog.ts'
import { isAlive, until } from './until.ts'

function sleeper(): number {
  const child = spawn('sleep', ['60'], { stdio: 'ignore', detached: true })
  onTestFinished(() => void child.kill('SIGKILL'))
  if (child.pid === undefined) throw new Error('no sleep on this system')
  return child.pid
}

test('closing kills what is listed, a stopped process too, and leaves what was taken off the list', async () => {
  const watchdog = new Watchdog(() => {})
  const [running, stopped, removed] = [sleeper(), sleeper(), sleeper()]
  for (const pid of [running, stopped, removed]) watchdog.add(pid)
  process.kill(stopped, 'SIGSTOP')
  watchdog.remove(removed)
  await watchdog.close()
  await until('the listed ones are dead', () => !isAlive(running) && !isAlive(stopped))
  expect(isAlive(removed)).toBe(true)
})

test('a pid that contains another pid is not mistaken for it', async () => {
  const watchdog = new Watchdog(() => {})
  const kept = sleeper()
  watchdog.add(kept)
  watchdog.remove(Number(String(kept).slice(0, -1)))
  watchdog.add(Number(`${kept}9`) + 4_000_000)
  watchdog.remove(Number(`${kept}9`) + 4_000_000)
  await watchdog.close()
  await until('it is dead', () => !isAlive(kept))
})

test('signals that end a shell leave it alone', async () => {
  const lost: string[] = []
  const watchdog = new Watchdog((why) => lost.push(why))
  const pid = watchdog.pid ?? 0
  const child = sleeper()
  watchdog.add(child)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.kill(pid, signal)
  watchdog.remove(child)
  watchdog.add(child)
  expect(watchdog.pid).toBe(pid)
  await watchdog.close()
  await until('it is dead', () => !isAlive(child))
  expect(lost).toEqual([])
})

test('a watchdog that was killed is replaced and knows every pid again', async () => {
  const lost: string[] = []
  const watchdog = new Watchdog((why) => lost.push(why))
  const before = sleeper()
  watchdog.add(before)
  const first = watchdog.pid ?? 0
  process.kill(first, 'SIGKILL')
  const between = sleeper()
  watchdog.add(between)
  await until('it is replaced', () => watchdog.pid !== first)
  expect(lost).toEqual(['the watchdog died and was replaced'])
  await watchdog.close()
  await until('both are dead', () => !isAlive(before) && !isAlive(between))
})
