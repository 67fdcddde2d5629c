/** The rules that are watched while the cluster runs: the mode's own, what the checkers say so far, and what no mode may do. */
import type { EndpointId, MachineEvent } from '../../machine/contract.ts'
import type { InvariantRow, InvariantWatch } from '../../modes/face.ts'
import type { Mode, NodeView } from '../../modes/mode.ts'
import { Rule } from '../../modes/rule.ts'
import type { Sample } from '../../stream/events.ts'
import type { LabEvent } from '../types.ts'
import { LiveVerdict, type Written } from './live-verdict.ts'

/** Checkers that a beginning of the history can be judged by, and that need nothing else. */
const LIVE_CHECKERS = ['linearizable']
/** A row that holds says what was looked at, which changes all the time: it is told so often. */
const TOLD_EVERY_MS = 2_000

export interface Watched {
  readonly mode: Pick<Mode, 'watch' | 'checks'>
  /** What the lab did to a node's disk that explains its end; undefined: nothing. */
  damage(node: EndpointId): string | undefined
}

export class Invariants {
  readonly #run: Watched
  readonly #watch: InvariantWatch | null
  readonly #verdicts: readonly LiveVerdict[]
  readonly #alive = new Rule('no node ends by itself', '')
  readonly #well = new Rule('as healthy as the faults allow', '')
  #told = ''
  #judged = ''
  #toldMs = Number.NEGATIVE_INFINITY

  constructor(run: Watched, verdict: (checker: string) => LiveVerdict = (checker) => new LiveVerdict(checker)) {
    this.#run = run
    this.#watch = run.mode.watch?.() ?? null
    this.#verdicts = LIVE_CHECKERS.filter((name) => run.mode.checks.includes(name)).map(verdict)
    this.#alive.kept('none did')
    this.#well.kept('no finding')
  }

  hear(event: LabEvent): void {
    const { type, text = type, node } = event
    if (type === 'node') this.#watch?.hear(String(node), event.event as MachineEvent)
    if (type === 'finding') this.#well.broken(text)
    if (type !== 'exit') return
    const asked = this.#run.damage(String(node))
    if (event.reason === 'halted' && asked !== undefined) this.#alive.kept(`${String(node)} halted, as it must: ${asked}`)
    else this.#alive.broken(text)
  }

  /** If a row changed its colour since the last look, or what they rest on changed a while ago; null otherwise. */
  look(nodes: readonly NodeView[], written: Written, nowMs: number): Extract<Sample, { type: 'invariants' }> | null {
    this.#watch?.look(nodes)
    for (const verdict of this.#verdicts) void verdict.look(written)
    const rows = this.#rows()
    const judged = rows.map(({ holds }) => holds).join()
    if (judged === this.#judged && nowMs - this.#toldMs < TOLD_EVERY_MS) return null
    const said = JSON.stringify(rows)
    if (said === this.#told) return null
    this.#judged = judged
    this.#told = said
    this.#toldMs = nowMs
    return { type: 'invariants', rows }
  }

  #rows(): readonly InvariantRow[] {
    return [...(this.#watch?.rows() ?? []), ...this.#verdicts.map(({ row }) => row), this.#well.row, this.#alive.row]
  }
}
