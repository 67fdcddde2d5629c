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
  readonly #stuck: string[] = []
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

  /** Faults that could not be undone, and why. */
  get stuck(): readonly string[] {
    return this.#stuck
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
    if (!this.#cancelled) await this.#undo(fault)
    this.#planner.ended(fault)
  }

  async #undo(fault: PlannedFault): Promise<void> {
    const answer = await this.#type(fault.undo)
    if (!answer.ok && this.#inForce(fault)) this.#stuck.push(`${fault.undo}: ${answer.text}`)
  }

  /** A sleeper that somebody else woke or killed in the meantime cannot be woken, and need not. */
  #inForce({ kind, hurts }: PlannedFault): boolean {
    return kind !== 'sleep' || this.#run.views().some(({ id, state }) => hurts.includes(id) && state === 'asleep')
  }

  #unwell(): EndpointId[] {
    return this.#run
      .views()
      .filter((view) => view.state !== 'live')
      .map((view) => view.id)
  }
}
