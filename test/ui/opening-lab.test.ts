import { describe, expect, it, vi } from 'vitest'
import type { LabEvent } from '../../src/lab/types.ts'
import { emptyScene } from '../../src/stream/scene.ts'
import type { LabPort } from '../../src/ui/lab-port.ts'
import { OpeningLab } from '../../src/ui/opening-lab.ts'
import { FakeLab, healthyScene, ok } from './fake-lab.ts'

function opening() {
  let open: (lab: LabPort) => void = () => {}
  let refuse: (error: Error) => void = () => {}
  const promise = new Promise<LabPort>((resolve, reject) => {
    open = resolve
    refuse = reject
  })
  const failures: unknown[] = []
  const lab = new OpeningLab(promise, emptyScene('raft', ['n1', 'n2', 'n3']), (error) => failures.push(error))
  return { lab, open, refuse, failures }
}

describe('a lab that is still opening', () => {
  it('shows its nodes as starting, then what the lab itself shows', async () => {
    const { lab, open } = opening()
    expect(lab.scene.nodes.map(({ id, state }) => [id, state])).toEqual(['n1', 'n2', 'n3'].map((id) => [id, 'starting']))
    expect(lab.complete('ki', 2).candidates).toEqual([])
    open(new FakeLab())
    await vi.waitFor(() => expect(lab.scene).toBe(healthyScene))
    expect(lab.complete('ki', 2).candidates).toEqual(['kill'])
  })

  it('asks what was typed meanwhile, in order, and not what was stopped meanwhile', async () => {
    const { lab, open } = opening()
    const real = new FakeLab({ 'put a 1': ok(), 'put c 3': ok() })
    const stop = new AbortController()
    const answers = [lab.do('put a 1'), lab.do('put b 2', { signal: stop.signal }), lab.do('put c 3')]
    stop.abort()
    open(real)
    expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual(['ok', 'refused', 'ok'])
    expect(real.asked).toEqual(['put a 1', 'put c 3'])
  })

  it('events reach who listened before it was open, and who listens after', async () => {
    const { lab, open } = opening()
    const early: LabEvent[] = []
    const late: LabEvent[] = []
    lab.on('event', (event) => early.push(event))
    const real = new FakeLab()
    open(real)
    await vi.waitFor(() => expect(lab.scene).toBe(healthyScene))
    lab.on('event', (event) => late.push(event))
    real.say({ time: 1, type: 'note', text: 'up' })
    expect([early.length, late.length]).toEqual([1, 1])
  })

  it('left while it opens, it is closed as soon as it is there', async () => {
    const { lab, open } = opening()
    const real = new FakeLab()
    const closed = lab.close()
    open(real)
    await closed
    expect(real.closed).toBe(1)
  })

  it('one that cannot be opened says so once, answers nothing, and closes', async () => {
    const { lab, refuse, failures } = opening()
    const answered = vi.fn()
    lab.do('put a 1').then(answered, answered)
    refuse(new Error('no port'))
    await lab.close()
    expect(failures).toEqual([new Error('no port')])
    expect(answered).not.toHaveBeenCalled()
  })
})
