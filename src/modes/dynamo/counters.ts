/** What a node counts in its own words since it started: `metrics`, `metric(merkle-hashes)`. */
import { statusOf } from './status.ts'

/** Told from the first moment on, so that nothing is 0 and no unknown name. */
const NAMES = [
  'gossip-rounds',
  'map-changes',
  'forwards',
  'indirect-acks',
  'hints-kept',
  'hints-refused',
  'hints-delivered',
  'read-repairs',
  'blocking-repairs',
  'merkle-rounds',
  'merkle-hashes',
  'merkle-keys',
  'sync-sessions',
  'sync-failed',
  'partitions-arrived',
  'partitions-handed-over',
  'healed-hint',
  'healed-read-repair',
  'healed-merkle',
  'healed-transfer',
  'background-deferred',
] as const

/** Nothing of a node that says nothing. */
export function counters(status: unknown): Readonly<Record<string, number>> {
  const said = statusOf(status)
  return said === null ? {} : { ...Object.fromEntries(NAMES.map((name) => [name, 0])), ...said.counters }
}
