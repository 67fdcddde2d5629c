/** What Dynamo mode costs over the messages and syncs that no such store can leave out (bare-cluster.ts), in turn on one machine and shim. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Lab } from '../src/lab/lab.ts'
import { runOptions } from '../src/lab/open.ts'
import { alternate, median } from './alternate.ts'
import { type BareCluster, openBareCluster } from './bare-cluster.ts'
import { openPutLoad, type PutLoad } from './put-load.ts'

export interface DynamoBenchOptions {
  readonly mode?: string
  readonly rounds?: number
  readonly slices?: number
  /** How long a slice measures, milliseconds. */
  readonly ms?: number
}

export interface DynamoBench {
  /** Puts a second by 64 clients: the mode's, the floor's, and the one in parts of the other, medians over the rounds. */
  readonly perSecond: number
  readonly barePerSecond: number
  readonly ratio: number
  readonly ratios: readonly number[]
  /** One client's median put, and how much longer it is than the floor's. */
  readonly p50Ms: number
  readonly bareP50Ms: number
  readonly overMs: number
  /** Of all real puts, those that were not answered ok. */
  readonly notOk: number
}

const NODES = 5
const CLIENTS = 64
/** Each client has so many of its own, as many as its session remembers contexts of: what is measured is a put, not a pile of siblings. */
const KEYS = 1_000

/** Slices that may go by until the code is warm; it is when so many in a row were hardly faster than the best before them. */
const MOST_WARMING = 16
const IN_A_ROW = 3
const HARDLY = 1.05

interface Sample {
  readonly perSecond: number
  readonly p50Ms: number
  readonly notOk: number
}

/** The default cluster: 5 nodes, N=3, W=2, each replica durable before it acknowledges. Takes about two minutes with the defaults. */
export async function measureDynamo({
  mode = 'dynamo',
  rounds = 3,
  slices = 3,
  ms = 2_000,
}: DynamoBenchOptions = {}): Promise<DynamoBench> {
  const baseDir = mkdtempSync(join(tmpdir(), 'splitbrain-bench-'))
  const lab = await Lab.open(runOptions({ mode, nodes: NODES, baseDir }))
  let bare: BareCluster | null = null
  let puts: PutLoad | null = null
  try {
    const floor = await openBareCluster(lab.run, NODES, CLIENTS)
    bare = floor
    const healthy = await lab.do('expect healthy within 20s')
    if (healthy.status !== 'ok') throw new Error(healthy.text ?? healthy.status)
    const load = await openPutLoad(lab, CLIENTS, KEYS)
    puts = load
    const real = (clients: number) => (): Promise<Sample> => realPuts(load, clients, ms)
    const least = (clients: number) => (): Promise<Sample> => barePuts(floor, clients, ms)
    let notOk = 0
    const counted =
      (read: (sample: Sample) => number) =>
      (sample: Sample): number => {
        notOk += sample.notOk
        return read(sample)
      }
    // Five processes each have to compile what they run: until they have, nothing counts.
    for (const warm of [real(CLIENTS), least(CLIENTS)]) await warmed(warm)
    const many = await alternate(
      rounds,
      real(CLIENTS),
      least(CLIENTS),
      counted(({ perSecond }) => perSecond),
      slices,
    )
    for (const warm of [real(1), least(1)]) await warmed(warm)
    const one = await alternate(
      rounds,
      real(1),
      least(1),
      counted(({ p50Ms }) => p50Ms),
      slices,
    )
    return {
      perSecond: median(many.first),
      barePerSecond: median(many.second),
      ratio: median(many.ratios),
      ratios: many.ratios,
      p50Ms: median(one.first),
      bareP50Ms: median(one.second),
      overMs: median(one.first.map((first, i) => first - (one.second[i] ?? Number.NaN))),
      notOk,
    }
  } finally {
    await puts?.close()
    await bare?.close()
    await lab.close()
    rmSync(baseDir, { recursive: true, force: true })
  }
}

export async function benchDynamo(print: (line: string) => void): Promise<void> {
  const result = await measureDynamo()
  const two = (value: number): string => value.toFixed(2)
  print(
    `dynamo    puts at ${CLIENTS} clients, ${NODES} nodes, N=3 W=2, durable: ${two(result.ratio)} of the bare floor (rounds ${result.ratios.map(two).join(' ')})`,
  )
  print(`          ${Math.round(result.perSecond)} against ${Math.round(result.barePerSecond)} puts a second`)
  print(`          one client's put: p50 ${two(result.p50Ms)} against ${two(result.bareP50Ms)} ms, ${two(result.overMs)} more`)
  if (result.notOk > 0) print(`          ${result.notOk} puts were not answered ok`)
}

/** One slow slice says nothing: the machine may have been busy with something else for as long as it took. */
async function warmed(measure: () => Promise<Sample>): Promise<void> {
  let best = 0
  let inARow = 0
  for (let tries = 0; tries < MOST_WARMING && inARow < IN_A_ROW; tries++) {
    const { perSecond } = await measure()
    inARow = perSecond < best * HARDLY ? inARow + 1 : 0
    best = Math.max(best, perSecond)
  }
}

async function realPuts(load: PutLoad, clients: number, ms: number): Promise<Sample> {
  const { puts, seconds, p50Ms, notOk } = await load.run(clients, ms)
  return { perSecond: puts / seconds, p50Ms, notOk }
}

async function barePuts(floor: BareCluster, clients: number, ms: number): Promise<Sample> {
  const { puts, seconds, p50Ms, lost } = await floor.run(clients, ms)
  return { perSecond: puts / seconds, p50Ms, notOk: lost }
}
