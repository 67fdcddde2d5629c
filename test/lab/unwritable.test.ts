/** A run folder that cannot be written any more, or is gone: the lab says so or not, but it leaves no process behind. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Lab } from '../../src/lab/lab.ts'
import { openSmall } from './real-lab.ts'

function pidsOf({ run }: Lab): readonly number[] {
  const pids = [...run.cluster.pids().values()]
  expect(pids).toHaveLength(3)
  return pids
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a lab whose run folder was removed closes, twice if need be, and no node outlives it', async () => {
  const lab = await openSmall()
  const pids = pidsOf(lab)
  rmSync(lab.folder, { recursive: true })
  const closed = await Promise.allSettled([lab.close(), lab.close()])
  expect(pids.filter(alive)).toEqual([])
  expect(closed.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
})

test('a result that cannot be written is told when the lab closes, after its nodes have ended', async () => {
  const lab = await openSmall()
  const pids = pidsOf(lab)
  mkdirSync(join(lab.folder, 'result.json'))
  await expect(lab.close()).rejects.toThrow('EISDIR')
  expect(pids.filter(alive)).toEqual([])
})

test('a reset whose result cannot be written says why, ends the old cluster and closes the lab', async () => {
  const lab = await openSmall()
  const pids = pidsOf(lab)
  mkdirSync(join(lab.folder, 'result.json'))
  await expect(lab.reset(lab.run.options)).rejects.toThrow('EISDIR')
  await lab.close()
  expect(pids.filter(alive)).toEqual([])
  expect(await lab.do('status')).toMatchObject({ status: 'refused' })
})
