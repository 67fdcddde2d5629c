/** Chaos at work: plans a fault, types it, holds it, types its undoing. */
import type { EndpointId } from '../machine/contract.ts'
import type { ChaosOptions, ChaosPlanner, PlannedFault } from './chaos.ts'
import type { Run } from './run.ts'
import { pause } from './scope.ts'

/** Types one line as chaos would; resolves when it has ended, however it ended. Never rejects. */
export type TypeLine = (line: string) => Promise<{ readonly ok: boolean; readonly text: string }>

export class ChaosRun {
  readonly #stopping = new AbortController()
  readonly #planner: ChaosPlanner
  readonly #run: Run
  readonly #type: TypeLine
  readonly #holding = new Set<Promise<void>>()
  readonly #loop: Promise<void>
  #injected = 0
  #cancelled = false

  constructor(run: Run, planner: ChaosPlanner, options: ChaosOptions, type: TypeLine) {
    this.#planner = planner
    this.#run = run
    this.#type = type
    this.#loop = this.#work(options)
  }

  /** Faults that were confirmed to have happened. */
  get injected(): number {
    return this.#injected
  }

  /** No new faults; those in force are undone. Resolves when all are. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#loop
    await Promise.all(this.#holding)
  }

  /** The run ends: nothing is undone, nothing more is typed. */
  cancel(): void {
    this.#cancelled = true
    this.#stopping.abort()
  }

  async #work(options: ChaosOptions): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await pause(options.everyMs, signal)
      if (signal.aborted) return
      const fault = this.#planner.next(this.#unwell())
      if (fault === null) continue
      const answer = await this.#type(fault.command)
      if (!answer.ok) {
        this.#planner.ended(fault)
        continue
      }
      this.#injected += 1
      const holding = this.#hold(fault, options.holdMs).finally(() => this.#holding.delete(holding))
      this.#holding.add(holding)
    }
  }

  async #hold(fault: PlannedFault, holdMs: number): Promise<void> {
    await pause(holdMs, this.#stopping.signal)
    if (!this.#cancelled) await this.#type(fault.undo)
    this.#planner.ended(fault)
  }

  #unwell(): EndpointId[] {
    return this.#run
      .views()
      .filter((view) => view.state !== 'live')
      .map((view) => view.id)
  }
}
