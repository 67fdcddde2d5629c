/** Numbers that nodes and network report, by the names people type: `rss-bytes`, `dropped-crc`, `links-corrupted`. */
import type { HostStatus } from '../host/ipc.ts'
import type { ShimReport } from '../net/types.ts'

export type Counters = ReadonlyMap<string, number>

/**
 * Of one node. `dropped` is what the envelope refused, for whatever reason; `dropped-REASON` and `messages-out-TYPE` are there once they have happened.
 * `own`: what its protocol counts.
 */
export function nodeCounters(host: HostStatus | null, own: Readonly<Record<string, number>> = {}): Counters {
  const counters = flat('', { ...own, ...host })
  if (host !== null)
    counters.set(
      'dropped',
      Object.values(host.dropped).reduce((sum, count) => sum + count, 0),
    )
  return counters
}

/** Of all links together: `links-passed`, `links-held`, `links-dropped-loss`. */
export function linkCounters({ links }: Pick<ShimReport, 'links'>): Counters {
  const all = new Map<string, number>()
  for (const link of Object.values(links))
    for (const [name, count] of flat('links-', { ...link })) all.set(name, (all.get(name) ?? 0) + count)
  return all
}

/**
 * The sum over all that report it. Null if nobody does; but a reason or type that never occurred, of a kind that is counted, is 0.
 */
export function total(all: readonly Counters[], name: string): number | null {
  const found = all.flatMap((counters) => counters.get(name) ?? [])
  if (found.length > 0) return found.reduce((sum, count) => sum + count, 0)
  return COUNTED_BY_NAME.some((prefix) => name.startsWith(prefix)) ? 0 : null
}

const COUNTED_BY_NAME = ['dropped-', 'messages-out-', 'links-dropped-']

function flat(prefix: string, numbers: Readonly<Record<string, unknown>>): Map<string, number> {
  const out = new Map<string, number>()
  for (const [name, value] of Object.entries(numbers)) {
    if (typeof value === 'number') out.set(`${prefix}${kebab(name)}`, value)
    else if (typeof value === 'object' && value !== null)
      for (const [inner, count] of flat(`${prefix}${kebab(name)}-`, { ...value })) out.set(inner, count)
  }
  return out
}

/** `rssBytes` is `rss-bytes` where people type it. */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
