/** What can befall a node's files while nobody holds them: a power cut, a flipped bit, a wipe. */
import type { Random } from '../machine/random.ts'

/** A log file as a power cut finds it. Lengths and offsets in bytes. */
export interface LogExtent {
  readonly size: number
  /** What the last completed sync covered. */
  readonly mark: number
  /** Where each whole batch ends, ascending. */
  readonly ends: readonly number[]
}

/**
 * How much of a log survives a power cut: a seeded length between what was synced and what was written. Whole batches only,
 * unless `torn`: then, if anything unsynced is there, the cut goes through the middle of a batch.
 */
export function keptLength({ size, mark, ends }: LogExtent, torn: boolean, random: Random): number {
  const floor = Math.min(mark, size)
  const whole = [floor, ...ends.filter((end) => end > floor && end <= size)]
  if (!torn) return random.pick(whole)
  const from = random.pick(whole)
  const next = Math.min(ends.find((end) => end > from) ?? size, size)
  if (next - from >= 2) return random.between(from + 1, next - 1)
  return size - floor >= 2 ? random.between(floor + 1, size - 1) : floor
}
