/** A line of events.jsonl as an event, with words for people where the lab left them to whoever shows it. */
import type { LabEvent } from '../../history/types.ts'
import { eventIn } from '../../stream/event-shape.ts'

/** Null: no event, or not what its type promises. A run that was killed leaves one such line, its last. */
export function eventOf(line: string): LabEvent | null {
  const event = eventIn(parsed(line))
  return event === null ? null : worded(event)
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** Verdicts and blocks of a lab file are told elsewhere while a lab runs: by an answer, by the runner's own report. Here they are all there is. */
function worded(event: LabEvent): LabEvent {
  if (event.text !== undefined) return event
  if (event.type === 'check') return checkWords(event)
  if (event.type !== 'block' || typeof event.heading !== 'string') return event
  const failed = event.status === 'failed'
  return { ...event, text: `${event.status === 'begun' ? '' : `${event.status}: `}${event.heading}`, ...(failed ? { failed } : {}) }
}

function checkWords(event: LabEvent): LabEvent {
  const { name, verdict: found } = event
  if (typeof found !== 'object' || found === null || !('verdict' in found)) return event
  const why = 'why' in found && found.why !== '' ? `: ${found.why}` : ''
  return { ...event, text: `${name} ${found.verdict}${why}`, ...(found.verdict === 'invalid' ? { failed: true } : {}) }
}
