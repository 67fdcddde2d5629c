/** Which run a person means: a folder, its name, how its name begins, or the latest. */
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Names shown where several would fit. */
const SHOWN = 5

export class RunNotFound extends Error {
  static override readonly name = 'RunNotFound'
  /** What a person can mend by typing something else. */
  readonly code = 'usage'
}

/** The run folder. `base` is where `.splitbrain` stands. Throws RunNotFound, saying what there is. */
export function findRun(base: string, run: string): string {
  const runs = join(base, '.splitbrain', 'runs')
  const latest = join(base, '.splitbrain', 'latest')
  if (run === 'latest') {
    if (!existsSync(latest)) throw new RunNotFound(`no run here yet: ${latest} is not there`)
    return recorded(realpathSync(latest))
  }
  if (isFolder(run)) return recorded(run)
  const names = isFolder(runs) ? readdirSync(runs).sort() : []
  const fitting = names.filter((name) => name.startsWith(run))
  const exact = names.find((name) => name === run) ?? (fitting.length === 1 ? fitting[0] : undefined)
  if (exact !== undefined) return recorded(join(runs, exact))
  if (fitting.length > 1) throw new RunNotFound(`${fitting.length} runs begin with ${run}: ${some(fitting)}`)
  if (names.length === 0) throw new RunNotFound(`there is no run ${run}: ${runs} holds none`)
  throw new RunNotFound(`there is no run ${run}; there ${names.length === 1 ? 'is' : 'are'} ${some(names)}`)
}

/** The newest first. */
function some(names: readonly string[]): string {
  const shown = names.slice(-SHOWN).reverse().join(' ')
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown
}

function recorded(folder: string): string {
  if (!existsSync(join(folder, 'events.jsonl'))) throw new RunNotFound(`${folder} is no run folder: it has no events.jsonl`)
  return folder
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
