/** wait at after every await &: when, not what. */
import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { until } from '../cluster/until.ts'
import { must, openSmall, say, sharedLab } from './real-lab.ts'

describe('on one node', () => {
  const shared = sharedLab({ nodes: 1 })
  const { events, must } = shared
  const say = (line: string): Promise<string> => shared.say(line)
  const told = (type: string): (string | undefined)[] => events.filter((event) => event.type === type).map(({ text }) => text)

  test('wait waits, and ends at once when nobody waits for it any more', async () => {
    const controller = new AbortController()
    const waiting = shared.lab.do('wait 60s', { signal: controller.signal })
    controller.abort()
    expect(await waiting).toMatchObject({ status: 'unknown', code: 'interrupted' })
    expect(await say('wait 10ms')).toBe('ok')
  })

  test('at waits for its moment after the block began; one that is past runs at once and is told late', async () => {
    shared.lab.session.beginBlock(shared.lab.run.clock.nowNs(), 0)
    expect((await shared.lab.do('at 200ms put x 1')).ms).toBeGreaterThan(150)
    events.length = 0
    await must('at 100ms get x')
    expect(events.find(({ type }) => type === 'late')).toMatchObject({ command: 'get x' })
  })

  test('after goes on at once; its command is told when it comes, also when it cannot apply', async () => {
    events.length = 0
    expect(await say('after 50ms put x 2')).toBe('ok in 0.05 s: put x 2')
    await must('after 60ms wake n1')
    await until('both were told', () => told('scheduled').length === 2)
    expect(told('scheduled').sort()).toEqual(['put x 2: ok', 'wake n1: n1 is live'])
    expect(await say('get x')).toBe('2')
  })

  test('every runs so often, or until every stop; a fault in it counts and is used', async () => {
    events.length = 0
    await must('mark')
    expect(await say('every 20ms disk n1 slow=1ms times=2')).toMatch(/^ok every 0.02 s: .*; undo: every stop$/)
    await until('both came', () => told('scheduled').length === 2)
    expect(await say('expect faults = 2')).toBe('ok')
    expect(await say('expect used disk')).toBe('ok')
    await must('disk n1 ok', 'every 20ms get x')
    await until('it goes on', () => told('scheduled').length > 4)
    expect(await say('every stop')).toBe('ok stopped 1')
    expect(await say('every stop')).toBe('ok stopped 0')
  })

  test('at inside every would be late from the second time on, and is no grammar', async () => {
    await expect(say('every 20ms at 1ms get x')).rejects.toMatchObject({ code: 'usage' })
  })

  test('await waits for a client or for all, and not for itself', async () => {
    const order: string[] = []
    const slow = say('at 0s wait 2s').then(() => order.push('wait'))
    const put = say('put y 1 as=c4').then(() => order.push('put'))
    await must('await c4')
    await put
    expect(order).toEqual(['put'])
    await Promise.all([must('await all'), say('at 0s await all')])
    await slow
    expect(order).toEqual(['put', 'wait'])
    expect(shared.lab.session.pending.size).toBe(0)
  })
})

test('an interrupted operation is unknown to who asked; the history says what became of it in truth', async () => {
  const lab = await openSmall({ nodes: 1 })
  await must(lab, 'put x 1 timeout=10s', 'sleep n1')
  const controller = new AbortController()
  const put = lab.do('put x 2 timeout=20s', { signal: controller.signal })
  controller.abort()
  expect(await put).toMatchObject({ status: 'unknown', code: 'interrupted' })
  await must(lab, 'wake n1', 'expect acked = 2 within 15s')
  expect(await say(lab, 'get x timeout=10s')).toBe('2')
  await lab.close()
})

test('what is pending when the lab closes is unknown, also in the history; after that nothing is done and nothing told', async () => {
  const lab = await openSmall({ nodes: 1 })
  await must(lab, 'put x 1 timeout=10s', 'sleep n1')
  const put = lab.do('put x 2 timeout=20s')
  await lab.close()
  expect(await put).toMatchObject({ status: 'unknown' })
  expect([...lab.run.history.events()].at(-1)).toMatchObject({ type: 'info', f: 'put', value: '2' })
  const told = lab.run.events.recent().length
  expect(await lab.do('put x 3')).toMatchObject({ status: 'refused', text: 'the lab is closed' })
  expect(await lab.do('kill n1')).toMatchObject({ status: 'refused' })
  lab.run.events.emit('note', 'a part that is still stopping')
  expect(lab.run.events.recent().length).toBe(told)
})

test('a signal that outlives many commands keeps no listener of them, nor one of a lab that is closed', async () => {
  const controller = new AbortController()
  const lab = await openSmall({ nodes: 1, signal: controller.signal })
  for (let i = 0; i < 20; i++) await lab.do('help put', { signal: controller.signal })
  expect(EventEmitter.getEventListeners(controller.signal, 'abort')).toHaveLength(1)
  expect(EventEmitter.getEventListeners(lab.stopped, 'abort').length).toBeLessThanOrEqual(1)
  await lab.close()
  expect(EventEmitter.getEventListeners(controller.signal, 'abort')).toHaveLength(0)
})

test('a signal that is aborted already closes the lab it opens', async () => {
  const controller = new AbortController()
  controller.abort()
  const lab = await openSmall({ nodes: 1, signal: controller.signal })
  expect(await lab.do('status')).toMatchObject({ status: 'refused', text: 'the lab is closed' })
  await lab.close()
})
