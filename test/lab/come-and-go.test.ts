import { afterAll, beforeAll, expect, test } from 'vitest'
import { addNode, retireNode } from '../../src/lab/come-and-go.ts'
import type { Lab } from '../../src/lab/lab.ts'
import { openSmall } from './real-lab.ts'

let lab: Lab
beforeAll(async () => {
  lab = await openSmall({ nodes: 5 })
  expect((await lab.do('expect healthy within 20s')).status).toBe('ok')
})
afterAll(() => lab.close())

test('a node that is gone is in no view, set, fault or prediction, and clients go on with the others', async () => {
  const { run } = lab
  for (const line of ['cut n5 | n1', 'link n5 | rest delay=5ms', 'isolate n5', 'load start clients=2 rate=50/s']) {
    expect((await lab.do(line)).status).toBe('ok')
  }
  await retireNode(run, 'n5')
  expect(run.cluster.ids).toEqual(['n1', 'n2', 'n3', 'n4'])
  expect(run.views().map(({ id }) => id)).toEqual(['n1', 'n2', 'n3', 'n4'])
  expect(run.faults()).toEqual([])
  expect(lab.language.nodes).toEqual(['n1', 'n2', 'n3', 'n4'])
  expect(run.health.predicted.uncertain).toBe(false)
  expect((await lab.do('kill n5').catch(String)).toString()).toContain('n5')
  for (const line of ['partition n1 n2 n3 | n4', 'heal', 'put city Oslo timeout=10s', 'get city as=c7 timeout=10s', 'load stop']) {
    expect(await lab.do(line), line).toMatchObject({ status: 'ok' })
  }
})

test('a node that its mode does not let in is told in one line, and nothing has changed', async () => {
  const { run } = lab
  const before = [run.cluster.ids, run.plan.nodes, run.faults()]
  await expect(addNode(run, 'n6')).rejects.toThrow('n6 did not start: n6 is not among its members')
  await expect(addNode(run, 'n1')).rejects.toThrow('n1 is in this cluster already')
  expect([run.cluster.ids, run.plan.nodes, run.faults()]).toEqual(before)
  expect(await lab.do('get city timeout=10s')).toMatchObject({ status: 'ok', value: 'Oslo' })
})
