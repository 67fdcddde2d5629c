import { BadHistory } from '../history/bad-history.ts'
import { loadHistory } from '../history/read.ts'
import { models } from './models.ts'
import type { CheckLimits, Verdict } from './types.ts'

/** Enough for a long history, and an end in sight: one minute, four million configurations (about 1 GB). */
const DEFAULT_LIMITS: CheckLimits = { timeMs: 60_000, configurations: 4_000_000 }

/** A model that nobody wrote: the message names those there are. */
export class UnknownModel extends Error {
  static override readonly name = 'UnknownModel'
  readonly code = 'unknown-model'
}

/** Judges a history file. Rejects with UnknownModel, or with BadHistory, whose one line names file and line. */
export async function checkHistoryFile(path: string, model: string, limits: CheckLimits = DEFAULT_LIMITS): Promise<Verdict> {
  const checker = models.get(model)
  if (checker === undefined) throw new UnknownModel(`no model ${model}; there are ${[...models.keys()].join(', ')}`)
  const { events, faults, lines } = await loadHistory(path)
  try {
    return checker.check(events, limits, faults)
  } catch (error) {
    if (error instanceof BadHistory) throw new BadHistory(lines[error.line - 1] ?? error.line, error.why, path)
    throw error
  }
}
