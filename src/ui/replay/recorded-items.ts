/** The transcript at a moment of a recorded run: commands as they were given, with their answers as far as they had come, and what happened between. */
import type { LabEvent } from '../../history/types.ts'
import type { CommandScene, Scene } from '../../stream/scene.ts'
import { joins } from '../screen/said-alike.ts'
import type { Item } from '../screen/transcript.ts'
import { isAnswer, isSmallStall } from '../screen/transcript-log.ts'

/** Whose commands are shown. What chaos does is told by the faults. */
const SHOWN: readonly string[] = ['person', 'lab']

export function recordedItems({ events, commands }: Pick<Scene, 'events' | 'commands'>): readonly Item[] {
  const asked = new Map(commands.map((command) => [keyOf(command.atNs, command.text), command]))
  const items: Item[] = []
  for (const event of events) {
    if (isSmallStall(event)) continue
    const joined = joins(items, event)
    if (joined !== null) items[joined.at] = joined.item
    else if (event.type === 'command') items.push(...commandItem(event, asked.get(keyOf(event.time, event.text))))
    else if (event.text !== undefined) items.push({ type: 'event', event, others: [] })
  }
  return items
}

/** The scene forgets a command sooner than an event: then its answer is not known any more. */
function commandItem(event: LabEvent, command: CommandScene | undefined): readonly Item[] {
  if (typeof event.author === 'string' && !SHOWN.includes(event.author)) return []
  if (command === undefined) return [{ type: 'event', event, others: [] }]
  const outcome = isAnswer(command.answer) ? ({ type: 'answer', answer: command.answer } as const) : null
  return [{ type: 'command', line: command.text, sinceMs: command.atNs / 1e6, outcome }]
}

function keyOf(atNs: number, text: string | undefined): string {
  return `${atNs} ${text}`
}
