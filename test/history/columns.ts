/** A history as a run keeps it, of events that a test wrote down. */
import { EventColumns } from '../../src/history/event-columns.ts'
import type { HistoryEvent } from '../../src/history/types.ts'

export function columnsOf(events: readonly HistoryEvent[]): EventColumns {
  const columns = new EventColumns()
  for (const event of events) columns.push(event)
  return columns
}
