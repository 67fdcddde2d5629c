/** The history is what is judged: a disk that refuses it breaks the lab with a reason, and never with a stack trace or a valid verdict. */
import { expect, test, vi } from 'vitest'
import { HistoryLog } from '../../src/lab/history-log.ts'

test.skipIf(process.platform !== 'linux')('a full disk is told once, a check of it throws, and so does closing', async () => {
  const told: string[] = []
  const log = new HistoryLog('/dev/full', {
    nowNs: () => performance.now() * 1e6,
    onFull: () => {},
    onUnwritable: ({ message }) => told.push(message),
  })
  const write = (): void => log.recorder.fault('kill n1')
  write()
  await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 10_000 })
  expect(told[0]).toBe('/dev/full cannot be written: ENOSPC: no space left on device, write')
  write()
  expect(() => log.settle()).toThrow('/dev/full cannot be written: ENOSPC')
  expect(() => log.close()).toThrow('/dev/full cannot be written: ENOSPC')
  expect(told).toHaveLength(1)
})
