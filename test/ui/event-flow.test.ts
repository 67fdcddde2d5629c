import { describe, expect, it } from 'vitest'
import { EventFlow } from '../../src/ui/event-flow.ts'

const node = { time: 0, type: 'node', text: 'n1 follows n2' }

function admitted(flow: EventFlow, count: number, nowMs: number): number {
  let shown = 0
  for (let index = 0; index < count; index++) if (flow.admit(node, nowMs)) shown++
  return shown
}

describe('a storm of events', () => {
  it('an election fits whole', () => {
    expect(admitted(new EventFlow(), 30, 0)).toBe(30)
  })

  it('three hundred a second leave a screen one can read, and every one is counted', () => {
    const flow = new EventFlow()
    let shown = 0
    let told = 0
    for (let ms = 0; ms < 10_000; ms += 10) {
      shown += admitted(flow, 3, ms)
      told += flow.told(ms)
    }
    expect(shown).toBeLessThan(150)
    expect(shown + told + flow.told(20_000)).toBe(3000)
  })

  it('counts are told at most once a second', () => {
    const flow = new EventFlow()
    admitted(flow, 100, 0)
    const first = flow.told(0)
    admitted(flow, 100, 500)
    expect([first > 0, flow.told(500), flow.told(1000) > 0]).toEqual([true, 0, true])
  })

  it('health, findings and what failed are never kept back', () => {
    const flow = new EventFlow()
    admitted(flow, 1000, 0)
    expect(flow.admit({ time: 0, type: 'health', text: 'unhealthy' }, 0)).toBe(true)
    expect(flow.admit({ time: 0, type: 'finding', text: 'FINDING' }, 0)).toBe(true)
    expect(flow.admit({ time: 0, type: 'always', text: 'broke', failed: true }, 0)).toBe(true)
  })
})
