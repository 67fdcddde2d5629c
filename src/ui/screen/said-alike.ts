/** What several nodes say of one change is one line: of a node that dies all others tell that they take it to be down. */
import type { LabEvent } from '../../lab/types.ts'
import type { EventItem, Item } from './transcript.ts'

/** So long after the first of them others join its line. */
const MOMENT_NS = 3e9
/** So many lines back it is looked for. */
const LOOK_BACK = 12
/** Names that a line lists; the rest is counted. */
const MOST_NAMED = 6

/** The line that `event` joins, or null: then it is one of its own. */
export function joins(items: readonly Item[], event: LabEvent): { readonly at: number; readonly item: EventItem } | null {
  const said = saidBy(event)
  if (said === null) return null
  for (let at = items.length - 1; at >= Math.max(0, items.length - LOOK_BACK); at--) {
    const item = items[at]
    if (item?.type !== 'event' || event.time - item.event.time > MOMENT_NS) continue
    const first = saidBy(item.event)
    if (first === null || first.words !== said.words || first.node === said.node || item.others.includes(said.node)) continue
    return { at, item: { ...item, others: [...item.others, said.node] } }
  }
  return null
}

/** The text of an event that others joined. */
export function joinedText({ event, others }: EventItem): string {
  const said = others.length === 0 ? null : saidBy(event)
  if (said === null) return event.text ?? ''
  const names = [said.node, ...others]
  const more = names.length - MOST_NAMED
  return `${names.slice(0, MOST_NAMED).join(' ')}${more > 0 ? ` and ${more} more` : ''}: ${said.words}`
}

/** Null for what no node says of itself. */
function saidBy({ type, node, text }: LabEvent): { readonly node: string; readonly words: string } | null {
  if (type !== 'node' || typeof node !== 'string' || text === undefined || !text.startsWith(`${node} `)) return null
  return { node, words: text.slice(node.length + 1) }
}
