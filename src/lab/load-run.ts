/** The load of a run: at most one at a time, its operations in the history beside those of the prompt. */
import { type Load, type LoadOptions, startLoad } from '../client/load.ts'
import type { LoadPlan, LoadReport } from '../client/types.ts'
import type { Recorder, RecorderSource } from '../history/recorder.ts'
import type { EndpointId } from '../machine/contract.ts'
import { Refusal } from './answer.ts'

export type LoadSurroundings = Omit<LoadOptions, 'epoch' | 'onReport'>

interface AtWork {
  readonly load: Load
  readonly clients: readonly EndpointId[]
  readonly source: RecorderSource
}

export class LoadRun {
  readonly #surroundings: () => LoadSurroundings
  readonly #recorder: Recorder
  #epochs = 0
  #work: Promise<AtWork> | null = null

  constructor(surroundings: () => LoadSurroundings, recorder: Recorder) {
    this.#surroundings = surroundings
    this.#recorder = recorder
  }

  get running(): boolean {
    return this.#work !== null
  }

  /** Resolves when its clients are at work. */
  async start(plan: LoadPlan): Promise<void> {
    if (this.#work !== null) throw new Refusal('a load is running already; load stop ends it')
    this.#work = this.#start(plan)
    try {
      await this.#work
    } catch (error) {
      this.#work = null
      throw error
    }
  }

  /** Tells each client which nodes it may ask now; null for all. */
  async reach(reachOf: (client: EndpointId) => readonly EndpointId[] | null): Promise<void> {
    const work = await this.#work
    for (const client of work?.clients ?? []) work?.load.reach(client, reachOf(client))
  }

  /** A live setting changed. */
  async set(name: string, value: string): Promise<void> {
    const work = await this.#work
    work?.load.set(name, value)
  }

  /** Resolves to what its clients did over its whole life. */
  async stop(): Promise<LoadReport> {
    if (this.#work === null) throw new Refusal('no load is running')
    const work = this.#work
    this.#work = null
    const { load, source } = await work
    try {
      return await load.stop()
    } finally {
      source.close()
    }
  }

  async #start(plan: LoadPlan): Promise<AtWork> {
    const epoch = ++this.#epochs
    const source = this.#recorder.source(`load${epoch}`)
    const onReport = (report: LoadReport): void => source.push(report.events, report.upToNs)
    try {
      return { load: await startLoad(plan, { ...this.#surroundings(), epoch, onReport }), clients: plan.clients, source }
    } catch (error) {
      source.close()
      throw error
    }
  }
}
