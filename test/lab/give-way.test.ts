/** A machine that has too much to do: the lab goes first, for it keeps the time and carries every datagram. */
import { getPriority } from 'node:os'
import { expect, test, vi } from 'vitest'
import { nicenessOf } from '../../src/cluster/giving-way.ts'
import { must, openSmall } from './real-lab.ts'

test('once the lab stood still its nodes give way to it, also those that come later', async () => {
  const lab = await openSmall()
  try {
    const limit = performance.now() + 500
    while (performance.now() < limit);
    const niceness = (): readonly number[] => [...lab.run.cluster.pids().values()].map((pid) => getPriority(pid))
    const wanted = nicenessOf(3, 1)
    await vi.waitFor(() => expect(niceness()).toEqual([wanted, wanted, wanted]), { timeout: 10_000 })
    await must(lab, 'restart n1')
    await vi.waitFor(() => expect(niceness()).toEqual([wanted, wanted, wanted]), { timeout: 10_000 })
  } finally {
    await lab.close()
  }
})
