/** Where a run leaves its traces: `.splitbrain/runs/<time>-<seed>-<pid>`, the newest twenty kept, failed ones longest. */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { EnvironmentFailure } from '../host/failure.ts'

const KEPT = 20

export interface RunFolder {
  readonly path: string
  readonly events: string
  readonly history: string
  readonly nodes: string
}

let opened = 0

/** Makes a fresh run folder under `base`. Throws EnvironmentFailure where it cannot be written. */
export function makeRunFolder(base: string, seed: number, now: Date): RunFolder {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 19)
  const runs = join(base, '.splitbrain', 'runs')
  const path = join(runs, `${stamp}-${seed}-${process.pid}.${++opened}`)
  try {
    mkdirSync(join(path, 'nodes'), { recursive: true })
    writeFileSync(join(path, 'pid'), String(process.pid))
    pointLatest(runs, path)
    prune(runs)
  } catch (cause) {
    throw new EnvironmentFailure(`cannot write the run folder ${path}: ${(cause as NodeJS.ErrnoException).code ?? cause}`, cause)
  }
  return { path, events: join(path, 'events.jsonl'), history: join(path, 'history.jsonl'), nodes: join(path, 'nodes') }
}

/** A closed run no longer counts as in use, so that pruning may take it. */
export function closeRunFolder(folder: RunFolder): void {
  rmSync(join(folder.path, 'pid'), { force: true })
}

function pointLatest(runs: string, path: string): void {
  const link = join(dirname(runs), 'latest')
  try {
    unlinkSync(link)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  try {
    symlinkSync(relative(dirname(link), path), link)
  } catch (error) {
    // Two labs that start at once race for the link; either of them is "the last".
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function prune(runs: string): void {
  const finished = readdirSync(runs)
    .filter((name) => !inUse(join(runs, name)))
    .sort()
    .reverse()
  if (finished.length <= KEPT) return
  const keepFirst = [...finished.filter((name) => failed(join(runs, name))), ...finished.filter((name) => !failed(join(runs, name)))]
  for (const name of keepFirst.slice(KEPT)) rmSync(join(runs, name), { recursive: true, force: true })
}

function inUse(path: string): boolean {
  try {
    process.kill(Number(readFileSync(join(path, 'pid'), 'utf8')), 0)
    return true
  } catch {
    return false
  }
}

/** A run that left no result was no lab run, or did not get that far. */
function failed(path: string): boolean {
  try {
    const result: unknown = JSON.parse(readFileSync(join(path, 'result.json'), 'utf8'))
    return typeof result === 'object' && result !== null && 'status' in result && result.status === 'failed'
  } catch {
    return false
  }
}
