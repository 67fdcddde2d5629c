import { expect, onTestFinished, test } from 'vitest'
import { processState } from '../../src/cluster/proc.ts'
import { bundleLab, type LabProcess, leftBehind, startLab } from './orphans.ts'
import { isAlive, until } from './until.ts'

async function readyLab(): Promise<{ readonly lab: LabProcess; readonly nodes: readonly number[]; readonly watchdog: number }> {
  const lab = startLab(await bundleLab())
  const { nodes, watchdog } = await lab.ready
  onTestFinished(() => {
    for (const pid of nodes) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })
  expect(nodes.filter(isAlive)).toEqual(nodes)
  return { lab, nodes, watchdog }
}

test('a lab killed with SIGKILL leaves nothing: not the sleeping node, not the busy one, not the live one, not the watchdog', async () => {
  const { lab, nodes, watchdog } = await readyLab()
  lab.process.kill('SIGKILL')
  await until('all are dead', () => [...nodes, watchdog].every((pid) => !isAlive(pid)), 2_000)
})

test('also when the lab was stopped first', async () => {
  const { lab, nodes } = await readyLab()
  const pid = lab.process.pid ?? 0
  lab.process.kill('SIGSTOP')
  await until('it is stopped', () => ['T', null].includes(processState(pid)))
  lab.process.kill('SIGKILL')
  await until('all are dead', () => nodes.every((node) => !isAlive(node)), 2_000)
})

test.runIf(process.platform === 'linux')('also when lab and watchdog are killed together', async () => {
  const { lab, nodes, watchdog } = await readyLab()
  process.kill(watchdog, 'SIGKILL')
  lab.process.kill('SIGKILL')
  await until('all are dead', () => nodes.every((pid) => !isAlive(pid)), 2_000)
  expect(leftBehind(lab)).toEqual([])
})
