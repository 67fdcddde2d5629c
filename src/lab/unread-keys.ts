/** Which keys were written, or may have been, since anybody looked at them. */
import type { HistoryEvent } from '../history/types.ts'

/** In order of their first write. */
export function writtenKeys(history: readonly HistoryEvent[]): readonly string[] {
  return [...new Set(history.flatMap(({ f, key }) => (f === 'get' || key === null ? [] : [key])))]
}

/** In order of their first write. A read counts if it was asked after the last write's last word. */
export function unreadKeys(history: readonly HistoryEvent[]): readonly string[] {
  const unread = new Set<string>()
  /** Keys of reads under way that no write has overtaken, by process. */
  const reading = new Map<number, string>()
  for (const { f, key, type, process } of history) {
    if (key === null) continue
    if (f !== 'get') {
      unread.add(key)
      for (const [reader, read] of reading) if (read === key) reading.delete(reader)
    } else if (type === 'invoke') reading.set(process, key)
    else {
      if (type === 'ok' && reading.get(process) === key) unread.delete(key)
      reading.delete(process)
    }
  }
  return [...unread]
}
