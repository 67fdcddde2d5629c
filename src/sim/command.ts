/** `splitbrain sim`: runs seeds, says what it found, and how to see it again. */
import type { Mode } from '../modes/mode.ts'
import { runSeeds, type Summary } from './runner.ts'
import { type SimResult, simulate } from './simulate.ts'

export interface SimCommandArgs {
  readonly mode: Mode
  /** `A..B`, both included, or one seed. */
  readonly seeds: string
  readonly bug?: string
  readonly jobs?: number
  /** Print every row of a single seed. */
  readonly trace?: boolean
  /** The worker's program, where it is not the bundled one. */
  readonly workerFile?: string
  /** Where lines go; standard output unless said. */
  print?(line: string): void
}

const PASSED = 0
const FOUND = 1
const USAGE = 2
const UNKNOWN = 4
const MAX_SEEDS = 10_000_000
/** More thin seeds than this share of a run say that the run proves little. */
const MAX_THIN_SHARE = 0.05

/** Resolves to the exit code: 0 clean, 1 something was found, 2 usage, 4 undecided: a checker gave up on a seed, or too little happened. */
export async function runSimCommand(args: SimCommandArgs): Promise<number> {
  const print = args.print ?? ((line: string) => console.log(line))
  const range = parseSeeds(args.seeds)
  if (range === null) {
    print(`sim: seeds are written A..B or A, not ${args.seeds}`)
    return USAGE
  }
  if (args.bug !== undefined && !args.mode.bugs.some((bug) => bug.name === args.bug)) {
    print(`sim: ${args.mode.name} has no bug ${args.bug}; it has ${args.mode.bugs.map((bug) => bug.name).join(' ')}`)
    return USAGE
  }
  const [from, to] = range
  if (args.trace) {
    if (from !== to) {
      print('sim: --trace shows one seed')
      return USAGE
    }
    return showOne(args, from, print)
  }
  const summary = await runSeeds({
    mode: args.mode,
    from,
    to,
    ...(args.bug !== undefined && { bug: args.bug, maxInvalid: 1 }),
    ...(args.jobs !== undefined && { jobs: args.jobs }),
    ...(args.workerFile !== undefined && { workerFile: args.workerFile }),
    onProgress: progress(print, to - from + 1),
  })
  for (const result of summary.invalid) explain(args, result, print)
  for (const line of report(summary)) print(line)
  return exitCode(summary)
}

/** Both ends, or null for what is no range. */
export function parseSeeds(text: string): readonly [number, number] | null {
  const found = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text)
  if (found?.[1] === undefined) return null
  const from = Number(found[1])
  const to = Number(found[2] ?? found[1])
  return from <= to && to - from < MAX_SEEDS ? [from, to] : null
}

function showOne(args: SimCommandArgs, seed: number, print: (line: string) => void): number {
  const result = simulate({ mode: args.mode, seed, ...(args.bug !== undefined && { bug: args.bug }), onRow: print })
  const { violation, verdict, scenario, traceHash, stats } = result
  if (violation !== undefined) print(`${violation.invariant}: ${violation.why}`)
  print(`seed ${seed} ${verdict}: ${scenario}; ${stats.opsOk} ok, ${stats.opsInfo} unknown, ${marked(stats.marks)}; trace ${traceHash}`)
  return verdict === 'invalid' ? FOUND : verdict === 'valid' ? PASSED : UNKNOWN
}

/** One line for each tenth of the way. */
function progress(print: (line: string) => void, total: number): (done: number, invalid: number) => void {
  let shown = 0
  return (done, invalid) => {
    const tenth = Math.floor((done * 10) / total)
    if (tenth === shown || done === total) return
    shown = tenth
    print(`sim: ${done} of ${total} seeds, ${invalid} invalid`)
  }
}

function explain(args: SimCommandArgs, result: SimResult, print: (line: string) => void): void {
  const { violation, seed, scenario } = result
  if (violation === undefined) return
  for (const row of violation.tail) print(row)
  print(`seed ${seed} (${scenario}) at ${(violation.atUs / 1000).toFixed(3)} ms broke "${violation.invariant}": ${violation.why}`)
  const bug = args.bug === undefined ? '' : ` --bug ${args.bug}`
  print(`again: splitbrain sim --mode ${args.mode.name} --seeds ${seed}${bug} --trace`)
}

function report({ done, valid, invalid, thin, unknown, seconds, totals }: Summary): string[] {
  const rate = seconds > 0 ? (done / seconds).toFixed(1) : '-'
  return [
    `sim: ${done} seeds in ${seconds.toFixed(1)} s, ${rate} seeds/s: ${valid} valid, ${invalid.length} invalid, ` +
      `${unknown.length} undecided${listed(unknown)}, ${thin.length} thin${listed(thin)}`,
    `sim: ${Math.round(totals.virtualMs / 1000)} virtual s, ${totals.messages} datagrams, ${totals.faults} faults, ${totals.crashes} crashes ` +
      `(${totals.powerCuts} power cuts), ${marked(totals.marks)}, ${totals.opsOk} operations ok, ${totals.opsInfo} unknown`,
  ]
}

/** `12 joins, 3 leaves` */
function marked(marks: Readonly<Record<string, number>>): string {
  return Object.entries(marks)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
}

function listed(seeds: readonly number[]): string {
  return seeds.length === 0 ? '' : ` (${seeds.slice(0, 10).join(' ')}${seeds.length > 10 ? ' …' : ''})`
}

/** A history that nobody could judge is never a pass. Some seeds are too harsh to get anything done; many such prove little. */
export function exitCode({ done, invalid, thin, unknown }: Pick<Summary, 'done' | 'invalid' | 'thin' | 'unknown'>): number {
  if (invalid.length > 0) return FOUND
  return unknown.length > 0 || thin.length > done * MAX_THIN_SHARE ? UNKNOWN : PASSED
}
