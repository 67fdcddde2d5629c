/** From what a person asked for (mode, nodes, seed, settings as typed) to a running lab. */
import { randomInt } from 'node:crypto'
import type { SyncMode } from '../host/ipc.ts'
import type { Mode } from '../modes/mode.ts'
import { findMode, modes } from '../modes/registry.ts'
import { Lab } from './lab.ts'
import type { SettingChange } from './language/ast.ts'
import { describeProblem } from './language/errors.ts'
import { nearest } from './language/nearest.ts'
import { completeSettings, refuseStart } from './language/settings.ts'
import type { RunOptions } from './run-options.ts'
import { UsageError } from './usage-error.ts'

export interface LabRequest {
  readonly mode?: string
  readonly nodes?: number
  /** Any number from 0; a new one if left out. */
  readonly seed?: number
  /** Settings as typed: `{ preset: 'fast', 'pre-vote': 'off', sync: 'never', bug: 'double-vote' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** Where `.splitbrain/` is made; the working directory if left out. */
  readonly baseDir?: string
  /** Multiplies operation and `within` timeouts; 1 if left out. */
  readonly patience?: number
  /** Whether `splitbrain top` may attach; it may if left out. */
  readonly attach?: boolean
  readonly signal?: AbortSignal
}

/** Rejects with UsageError for settings that do not exist or do not parse, EnvironmentFailure when the machine refuses. */
export async function openLabFor(request: LabRequest): Promise<Lab> {
  const { signal } = request
  const lab = await Lab.open(runOptions(request))
  const close = (): void => void lab.close()
  // The signal may outlive many labs, so none leaves a listener behind.
  lab.stopped.addEventListener('abort', () => signal?.removeEventListener('abort', close), { once: true })
  signal?.addEventListener('abort', close, { once: true })
  if (signal?.aborted === true) close()
  return lab
}

export function runOptions(request: LabRequest): RunOptions {
  const mode = modeNamed(request.mode ?? 'raft')
  const given = Object.entries(request.settings ?? {}).map(([name, value]): SettingChange => ({ name, value }))
  if (request.nodes !== undefined) given.push({ name: 'nodes', value: String(request.nodes) })
  if (request.seed !== undefined) given.push({ name: 'seed', value: String(request.seed) })
  return {
    ...optionsFrom(mode, given),
    baseDir: request.baseDir ?? process.cwd(),
    patience: request.patience ?? 1,
    attach: request.attach ?? true,
  }
}

/** Every setting in its final form, general ones apart from the mode's. */
export function optionsFrom(mode: Mode, given: readonly SettingChange[]): Omit<RunOptions, 'baseDir' | 'patience'> {
  const completed = completeSettings(mode, given, [...modes.values()])
  if (!completed.ok) throw new UsageError(describeProblem(completed.error).replace(/^column \d+: /, ''))
  const { value: settings } = completed
  const nodes = Number(settings.nodes)
  const unfit = refuseStart(mode, settings)
  if (unfit !== null) throw new UsageError(unfit)
  return {
    mode,
    nodes,
    seed: settings.seed === 'random' ? randomInt(0, 1_000_000) : Number(settings.seed),
    sync: syncMode(settings.sync),
    bug: settings.bug ?? 'none',
    bugNodes: bugNodes(settings['bug-on'] ?? 'all'),
    settings,
    given,
  }
}

function modeNamed(name: string): Mode {
  const mode = findMode(name)
  if (mode !== null) return mode
  const close = nearest(name, [...modes.keys()])
  throw new UsageError(
    `unknown mode ${name}; there is ${[...modes.keys()].join(', ')}${close === undefined ? '' : `. Did you mean ${close}?`}`,
  )
}

function syncMode(text: string | undefined): SyncMode {
  return text === 'batch' || text === 'never' ? text : 'always'
}

/** Which nodes have the bug; empty for all. */
function bugNodes(text: string): readonly string[] {
  return text === 'all' ? [] : text.split(',')
}
