import { describe, expect, it } from 'vitest'
import type { LabEvent } from '../../../src/lab/types.ts'
import { joinedText, joins } from '../../../src/ui/screen/said-alike.ts'
import type { EventItem, Item } from '../../../src/ui/screen/transcript.ts'

const says = (node: string, words: string, seconds = 1): LabEvent => ({ time: seconds * 1e9, type: 'node', node, text: `${node} ${words}` })
const item = (event: LabEvent): EventItem => ({ type: 'event', event, others: [] })

function told(events: readonly LabEvent[]): readonly string[] {
  const items: Item[] = []
  for (const event of events) {
    const joined = joins(items, event)
    if (joined === null) items.push(item(event))
    else items[joined.at] = joined.item
  }
  return items.map((one) => (one.type === 'event' ? joinedText(one) : ''))
}

const DOWN = 'takes n3 to be down: no answer'

describe('what several nodes say at about one moment', () => {
  it('is one line, also with other lines between', () => {
    expect(told([says('n1', DOWN), says('n4', 'keeps hints'), says('n2', DOWN, 2), says('n5', DOWN, 3)])).toEqual([
      `n1 n2 n5: ${DOWN}`,
      'n4 keeps hints',
    ])
  })

  it('of many nodes names a few and counts the rest', () => {
    const all = Array.from({ length: 24 }, (_, i) => says(`n${i + 1}`, DOWN))
    expect(told(all)).toEqual([`n1 n2 n3 n4 n5 n6 and 18 more: ${DOWN}`])
  })

  it('is a new line when a node says it again, and when the moment is over', () => {
    expect(told([says('n1', DOWN), says('n2', DOWN), says('n1', DOWN)])).toEqual([`n1 n2: ${DOWN}`, `n1 ${DOWN}`])
    expect(told([says('n1', DOWN), says('n2', DOWN, 4.5)])).toEqual([`n1 ${DOWN}`, `n2 ${DOWN}`])
  })

  it('is left alone where it tells of something else, or is said by no node', () => {
    const health = (text: string): LabEvent => ({ time: 1e9, type: 'health', text })
    expect(told([health('degraded: n1'), health('degraded: n1')])).toEqual(['degraded: n1', 'degraded: n1'])
    expect(told([says('n1', 'campaigns in term 1'), says('n2', 'campaigns in term 2')])).toHaveLength(2)
    expect(told([says('n1', DOWN), { ...says('n2', DOWN), text: `somebody ${DOWN}` }])).toHaveLength(2)
  })
})
