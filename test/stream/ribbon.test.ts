/** What of the first moments is told: a start is no outage, an outage is never taken for a start. */
import { describe, expect, it } from 'vitest'
import { type Stretch, withoutStart } from '../../src/stream/ribbon.ts'

const red: Stretch = { state: 'unhealthy', fromNs: 1e9 }
const green: Stretch = { state: 'healthy', fromNs: 3e9 }
const kill = { atNs: 2e9, kind: 'fault' as const }

describe('the ribbon without its start', () => {
  it('leaves out that nobody answered yet, before and after the first answer', () => {
    expect(withoutStart({ ribbon: [red], marks: [], nowNs: 2e9 })).toEqual([])
    expect(withoutStart({ ribbon: [red, green], marks: [], nowNs: 9e9 })).toEqual([green])
  })

  it('keeps an outage that a fault began during the start, also when it is over', () => {
    expect(withoutStart({ ribbon: [red], marks: [kill], nowNs: 4e9 })).toEqual([red])
    const over = { ...green, fromNs: 56e9 }
    expect(withoutStart({ ribbon: [red, over], marks: [kill], nowNs: 60e9 })).toEqual([red, over])
  })

  it('keeps the start where the fault came after it, and a mend is no fault', () => {
    expect(withoutStart({ ribbon: [red, green], marks: [{ ...kill, atNs: 4e9 }], nowNs: 9e9 })).toEqual([green])
    expect(withoutStart({ ribbon: [red, green], marks: [{ ...kill, kind: 'undone' }], nowNs: 9e9 })).toEqual([green])
  })

  it('keeps what is too long for a start: a run that was never healthy is red', () => {
    expect(withoutStart({ ribbon: [red], marks: [], nowNs: 12e9 })).toEqual([red])
    expect(withoutStart({ ribbon: [red, { ...green, fromNs: 50e9 }], marks: [], nowNs: 60e9 })[0]).toEqual(red)
  })

  it('touches nothing that was healthy first', () => {
    const ribbon = [green, { ...red, fromNs: 4e9 }]
    expect(withoutStart({ ribbon, marks: [], nowNs: 9e9 })).toBe(ribbon)
  })
})
