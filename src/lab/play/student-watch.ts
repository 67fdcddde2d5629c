/** What the student did to the cluster between two blocks, and what it takes to have it as the lab left it. */
import type { EndpointId } from '../../machine/contract.ts'
import type { HealthState } from '../../modes/mode.ts'
import { faultChange } from '../faults.ts'
import { innermost, type Lab } from '../lab.ts'
import { pause } from '../scope.ts'
import type { Named } from '../session.ts'
import { type Changes, changesBetween, type Standing } from './standing.ts'
import { standingOf } from './standing-of.ts'

/** Other words that change what stands: the rest only asks, or writes data, which is the student's own affair. */
const MEDDLING: ReadonlySet<string> = new Set(['chaos', 'load', 'set', 'reset', 'join', 'leave', 'after', 'every', 'mode-command'])
/** Commands kept of one todo, for a retry. */
const MOST_TYPED = 1000

interface Rest {
  readonly standing: Standing
  /** What the faults then in force allow: what is observed follows a moment later. */
  readonly allowed: HealthState
  readonly last: readonly EndpointId[]
  readonly variables: ReadonlyMap<string, Named>
}

export class StudentWatch {
  #rest: Rest | null = null
  #meddled = false
  #todo: number | null = null
  /** What was typed in each todo, by its place. */
  readonly #typed = new Map<number, string[]>()
  readonly #starts = { chaos: 'chaos start', load: 'load start' }

  /** The lab has done its part: what changes from here on is the student's doing. */
  rest(lab: Lab): void {
    this.#todo = null
    this.#meddled = false
    this.#rest = this.#look(lab)
  }

  /** A todo begins: what is typed now belongs to it. */
  begin(at: number): void {
    this.#todo = at
    this.#typed.set(at, [])
  }

  typedIn(at: number): readonly string[] {
    return this.#typed.get(at) ?? []
  }

  labSaid(text: string): void {
    for (const name of ['chaos', 'load'] as const) {
      const started = new RegExp(`\\b${name} start\\b.*`).exec(text)
      if (started !== null) this.#starts[name] = started[0]
    }
  }

  /** A command of the student's, before it has done anything. */
  said(lab: Lab, text: string): void {
    if (this.#todo !== null) {
      const typed = this.#typed.get(this.#todo)
      if (typed !== undefined && typed.length < MOST_TYPED) typed.push(text)
      return
    }
    if (this.#meddled || !meddles(lab, text)) return
    // What the lab left to happen by itself until now, such as a sleeper that woke, is no meddling.
    this.#rest = { ...(this.#rest ?? this.#look(lab)), standing: standingOf(lab.run, this.#starts) }
    this.#meddled = true
  }

  /** Null: nothing that matters. */
  changes(lab: Lab): Changes | null {
    if (!this.#meddled || this.#rest === null) return null
    return changesBetween(this.#rest.standing, standingOf(lab.run, this.#starts))
  }

  /** `last` and the lab's own names mean again what they meant when the lab rested. */
  restoreNames({ run, session }: Lab): void {
    const rest = this.#rest
    if (rest === null || rest.standing.cluster !== run.folder.path) return
    run.last = rest.last
    for (const [name, value] of rest.variables) session.variables.set(name, value)
  }

  /** After something was put back: until the cluster is as well as it was, or the time is over. */
  async untilWell({ run, stopped }: Lab, withinMs: number): Promise<void> {
    const endNs = run.clock.nowNs() + withinMs * run.options.patience * 1e6
    const allowed = this.#rest?.allowed
    const well = (): boolean => (allowed === 'healthy' ? run.health.healthy : run.health.observed.state === allowed)
    while (!well() && run.clock.nowNs() < endNs && !stopped.aborted) await pause(50, stopped)
  }

  #look({ run, session }: Lab): Rest {
    return {
      standing: standingOf(run, this.#starts),
      allowed: run.health.predicted.state,
      last: run.last,
      variables: new Map(session.variables),
    }
  }
}

function meddles(lab: Lab, text: string): boolean {
  const command = innermost(lab.parse(text))
  return faultChange(command) !== null || MEDDLING.has(command.name)
}
