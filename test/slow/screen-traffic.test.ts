/** What the full screen writes to a terminal, as far as that does not depend on how fast the machine is: `bench screen` has the rest. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type FrameCounts, FrameReader } from '../../bench/frames.ts'
import { freshFolder } from '../e2e/run-built.ts'
import { loadPty, openSession, processesOf, type Session } from '../e2e/terminal.ts'

const SIZE = { columns: 120, rows: 40 }
const QUIET_MS = 10_000
const LOADED_MS = 20_000
/** Twice what was measured, 282 and 1883 bytes on two busy cores. All rows of such a screen are more than 5,000. */
const QUIET_FRAME = 560
const LOADED_FRAME = 3_770

interface Window {
  readonly frames: number
  readonly bytesPerFrame: number
}

/** Measures what comes to the terminal while `work` runs. */
function windows(session: Session, reader: FrameReader): (work: () => Promise<unknown>) => Promise<Window> {
  let upTo = 0
  const caughtUp = (): FrameCounts => {
    const bytes = session.bytes()
    reader.feed(bytes.slice(upTo))
    upTo = bytes.length
    return reader.counts
  }
  return async (work) => {
    const before = caughtUp()
    await work()
    const after = caughtUp()
    const frames = after.frames - before.frames
    return { frames, bytesPerFrame: (after.frameBytes - before.frameBytes) / frames }
  }
}

const spawner = await loadPty()

it('frames are rows that changed, quiet and under a load with a fault, and nothing is cleared', async () => {
  if (spawner === null) throw new Error('@lydell/node-pty is missing: npm ci installs it')
  const folder = freshFolder()
  const session = openSession(spawner, folder, ['--seed', '7'], SIZE)
  onTestFinished(() => session.end())
  const reader = new FrameReader()
  const windowOf = windows(session, reader)
  await session.sees(/^ ● healthy/m)

  const quiet = await windowOf(() => pause(QUIET_MS))
  session.type('load start rate=200/s\r')
  await session.sees(/undo: load stop/)
  const loaded = await windowOf(async () => {
    session.type('kill follower\r')
    await session.sees(/^ ◐ degraded/m)
    await pause(LOADED_MS / 2)
    session.type('restart last\r')
    await session.sees(/^ ● healthy/m)
    await pause(LOADED_MS / 2)
  })
  session.type('load stop\r')
  await session.sees(/ok [1-9]\d* ok, \d+ fail/)
  await windowOf(async () => {
    session.type('quit\r')
    await session.sees(/left 0/)
  })

  expect(reader.counts.clears).toBe(0)
  expect(quiet.frames).toBeGreaterThan(5)
  expect(quiet.bytesPerFrame).toBeLessThan(QUIET_FRAME)
  expect(loaded.frames).toBeGreaterThan(20)
  expect(loaded.bytesPerFrame).toBeLessThan(LOADED_FRAME)
  await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 10_000 })
})
