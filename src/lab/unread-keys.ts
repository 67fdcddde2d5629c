/** Which keys were written, or may have been, since anybody looked at them. */
import type { EventColumns } from '../history/event-columns.ts'

/** In order of their first write. */
export function writtenKeys(history: EventColumns): readonly string[] {
  const written = new Set<string>()
  for (let at = 0; at < history.length; at++) {
    const key = history.keyAt(at)
    if (key !== null && history.fAt(at) !== 'get') written.add(key)
  }
  return [...written]
}

/** In order of their first write. A read counts if it was asked after the last write's last word. */
export function unreadKeys(history: EventColumns): readonly string[] {
  const unread = new Set<string>()
  /** Keys of reads under way that no write has overtaken, by process. */
  const reading = new Map<number, string>()
  for (let at = 0; at < history.length; at++) {
    const [key, type, process] = [history.keyAt(at), history.typeAt(at), history.processAt(at)]
    if (key === null) continue
    if (history.fAt(at) !== 'get') {
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
