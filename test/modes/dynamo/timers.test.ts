import { describe, expect, it } from 'vitest'
import { seeded } from '../../../src/machine/random.ts'
import { Timers } from '../../../src/modes/dynamo/timers.ts'

describe('timers', () => {
  it('run in the order of their time, and at one time in the order they were asked for', () => {
    const timers = new Timers()
    const ran: string[] = []
    for (const [name, delay] of [['c', 20] as const, ['a', 10] as const, ['d', 20] as const, ['b', 10] as const]) {
      timers.after(delay, () => ran.push(name))
    }
    timers.nowUs = 20
    timers.runDue()
    expect(ran).toEqual(['a', 'b', 'c', 'd'])
    expect(timers.deadlineUs).toBe(Number.POSITIVE_INFINITY)
  })

  it('one that was called off wakes nobody', () => {
    const timers = new Timers()
    const callOff = timers.after(10, () => expect.unreachable())
    timers.after(30, () => {})
    expect(timers.deadlineUs).toBe(10)
    callOff()
    callOff()
    expect(timers.deadlineUs).toBe(30)
  })

  it('one that another of the same moment calls off does not run', () => {
    const timers = new Timers()
    const callOffs: (() => void)[] = []
    timers.after(5, () => callOffs[0]?.())
    callOffs.push(timers.after(5, () => expect.unreachable()))
    timers.nowUs = 5
    timers.runDue()
    expect(timers.deadlineUs).toBe(Number.POSITIVE_INFINITY)
  })

  it('what is due at once waits for the next turn, so that a turn ends', () => {
    const timers = new Timers()
    let turns = 0
    const again = (): void => {
      turns++
      timers.after(0, again)
    }
    again()
    timers.runDue()
    expect(turns).toBe(2)
    expect(timers.deadlineUs).toBe(0)
  })

  it('thousands of them, most called off, still run in order', () => {
    const timers = new Timers()
    const random = seeded('timers')
    const ran: number[] = []
    const expected: { readonly at: number; readonly i: number }[] = []
    for (let i = 0; i < 5_000; i++) {
      const at = random.between(1, 500)
      const callOff = timers.after(at, () => ran.push(i))
      if (random.chance(0.9)) callOff()
      else expected.push({ at, i })
    }
    for (timers.nowUs = 1; timers.nowUs <= 500; timers.nowUs++) timers.runDue()
    expect(ran).toEqual(expected.sort((a, b) => a.at - b.at || a.i - b.i).map(({ i }) => i))
  })
})
