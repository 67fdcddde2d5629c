/** Many seeds over all cores: each worker thread takes the next few seeds, so that slow seeds hold up nobody. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { bundlePath } from '../host/bundles.ts'
import type { Mode } from '../modes/mode.ts'
import type { SimResult } from './simulate.ts'

export interface SeedRange {
  readonly mode: Mode
  /** First and last seed, both included. */
  readonly from: number
  readonly to: number
  readonly bug?: string
  /** Worker threads; all cores unless said. */
  readonly jobs?: number
  /** Stop after this many invalid seeds; a known-bad variant needs only one. */
  readonly maxInvalid?: number
  /** The worker's program, where it is not the bundled one. */
  readonly workerFile?: string
  onProgress?(done: number, invalid: number): void
}

export interface SimTotals {
  virtualMs: number
  steps: number
  messages: number
  crashes: number
  powerCuts: number
  opsOk: number
  opsFail: number
  opsInfo: number
  faults: number
  /** What the mode counts, by name. */
  readonly marks: Record<string, number>
}

export interface Summary {
  readonly done: number
  readonly valid: number
  /** In order of seed. */
  readonly invalid: readonly SimResult[]
  /** Seeds under which too little happened. */
  readonly thin: readonly number[]
  /** Seeds whose history a checker could not decide. */
  readonly unknown: readonly number[]
  readonly seconds: number
  readonly totals: SimTotals
}

/** What a worker gets and answers. */
export interface SeedJob {
  readonly mode: string
  readonly bug: string
  readonly seeds: readonly number[]
}

const COUNTS = ['virtualMs', 'steps', 'messages', 'crashes', 'powerCuts', 'opsOk', 'opsFail', 'opsInfo', 'faults'] as const
const SEEDS_PER_JOB = 4
const DEFAULT_MAX_INVALID = 10

/** Rejects if a worker dies, which no seed may make it do. */
export async function runSeeds(range: SeedRange): Promise<Summary> {
  const { mode, from, to, bug = 'none', maxInvalid = DEFAULT_MAX_INVALID } = range
  const jobs = Math.max(1, Math.min(range.jobs ?? availableParallelism(), to - from + 1))
  const started = performance.now()
  const results: SimResult[] = []
  let invalid = 0
  let next = from
  const take = (): SeedJob | null => {
    if (next > to || invalid >= maxInvalid) return null
    const seeds: number[] = []
    while (seeds.length < SEEDS_PER_JOB && next <= to) seeds.push(next++)
    return { mode: mode.name, bug, seeds }
  }
  const heard = (batch: readonly SimResult[]): void => {
    for (const result of batch) {
      results.push(result)
      if (result.verdict === 'invalid') invalid++
    }
    range.onProgress?.(results.length, invalid)
  }
  await Promise.all(Array.from({ length: jobs }, () => work(range.workerFile ?? bundlePath('sim.js'), take, heard)))
  return summarize(results, (performance.now() - started) / 1000)
}

/** One worker's life. */
function work(file: string, take: () => SeedJob | null, heard: (batch: readonly SimResult[]) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file)
    const finish = (error: Error | null): void => {
      worker.removeAllListeners()
      worker.terminate().then(() => (error === null ? resolve() : reject(error)), reject)
    }
    const feed = (): void => {
      const job = take()
      if (job === null) finish(null)
      else worker.postMessage(job)
    }
    worker.on('message', (batch: readonly SimResult[]) => {
      heard(batch)
      feed()
    })
    worker.on('error', finish)
    worker.on('exit', (code) => finish(new Error(`a simulator worker ended with code ${code}`)))
    feed()
  })
}

function summarize(results: readonly SimResult[], seconds: number): Summary {
  const ordered = [...results].sort((a, b) => a.seed - b.seed)
  const totals: SimTotals = {
    virtualMs: 0,
    steps: 0,
    messages: 0,
    crashes: 0,
    powerCuts: 0,
    opsOk: 0,
    opsFail: 0,
    opsInfo: 0,
    faults: 0,
    marks: {},
  }
  for (const { stats } of ordered) {
    for (const name of COUNTS) totals[name] += stats[name]
    for (const [name, count] of Object.entries(stats.marks)) totals.marks[name] = (totals.marks[name] ?? 0) + count
  }
  const of = (verdict: SimResult['verdict']): SimResult[] => ordered.filter((result) => result.verdict === verdict)
  return {
    done: ordered.length,
    valid: of('valid').length,
    invalid: of('invalid'),
    thin: of('thin').map(({ seed }) => seed),
    unknown: of('unknown').map(({ seed }) => seed),
    seconds,
    totals,
  }
}
