/**
 * Random faults under a budget. The planner only writes commands, the same ones a person types, so whatever chaos does can be
 * read in the events, repeated by hand and saved as a lab. At most one fault of a kind is in force at a time.
 */
import type { EndpointId } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import type { ChaosFault } from './language/ast.ts'

export interface ChaosOptions {
  readonly faults: readonly ChaosFault[]
  readonly everyMs: number
  readonly holdMs: number
  /** `majority`: never more nodes hurt at once than a majority can miss. `none`: no such care. */
  readonly keep: 'majority' | 'none'
}

export interface PlannedFault {
  readonly kind: ChaosFault
  readonly command: string
  readonly undo: string
  /** Nodes that cannot serve while it lasts; empty for faults that only slow or scramble. */
  readonly hurts: readonly EndpointId[]
}

/** Faults that share one undo (`heal`) cannot overlap. */
const NETWORK_CUTS: readonly ChaosFault[] = ['cut', 'one-way']
/** Faults that a cluster of one has too: it has no links to break. */
const LONELY: readonly ChaosFault[] = ['kill', 'sleep', 'powercut', 'clock', 'disk']

export class ChaosPlanner {
  readonly #options: ChaosOptions
  readonly #members: readonly EndpointId[]
  readonly #random: Random
  readonly #inForce = new Set<PlannedFault>()

  constructor(options: ChaosOptions, members: readonly EndpointId[], random: Random) {
    this.#options = options
    this.#members = members
    this.#random = random
  }

  get inForce(): readonly PlannedFault[] {
    return [...this.#inForce]
  }

  /** The next fault, or null when every kind is in force or the budget is spent. `unwell` are nodes others have hurt already. */
  next(unwell: readonly EndpointId[]): PlannedFault | null {
    const hurt = new Set([...unwell, ...[...this.#inForce].flatMap((fault) => fault.hurts)])
    const most = this.#options.keep === 'none' ? this.#members.length : Math.floor((this.#members.length - 1) / 2)
    const victims = this.#members.filter((id) => !hurt.has(id))
    for (const kind of this.#random.shuffle(this.#options.faults)) {
      if (this.#blocked(kind)) continue
      const victim = victims.length === 0 ? undefined : this.#random.pick(victims)
      if (victim === undefined) return null
      const fault = this.#plan(kind, victim)
      if (fault.hurts.length > 0 && hurt.size + fault.hurts.length > most) continue
      this.#inForce.add(fault)
      return fault
    }
    return null
  }

  ended(fault: PlannedFault): void {
    this.#inForce.delete(fault)
  }

  #blocked(kind: ChaosFault): boolean {
    if (this.#members.length === 1 && !LONELY.includes(kind)) return true
    const active = [...this.#inForce].map((fault) => fault.kind)
    return active.includes(kind) || (NETWORK_CUTS.includes(kind) && active.some((each) => NETWORK_CUTS.includes(each)))
  }

  #plan(kind: ChaosFault, victim: EndpointId): PlannedFault {
    const percent = this.#random.between(5, 30)
    const bend = (setting: string, off: string): PlannedFault => ({
      kind,
      command: `link ${victim} | rest ${setting}`,
      undo: `link ${victim} | rest ${off}`,
      hurts: [],
    })
    switch (kind) {
      case 'kill':
        return { kind, command: `kill ${victim}`, undo: `restart ${victim}`, hurts: [victim] }
      case 'powercut':
        return { kind, command: `powercut ${victim}`, undo: `restart ${victim}`, hurts: [victim] }
      case 'sleep':
        return { kind, command: `sleep ${victim}`, undo: `wake ${victim}`, hurts: [victim] }
      case 'cut':
        return { kind, command: `isolate ${victim}`, undo: 'heal', hurts: [victim] }
      case 'one-way':
        return {
          kind,
          command: `cut ${victim} -> ${this.#random.pick(this.#members.filter((id) => id !== victim))}`,
          undo: 'heal',
          hurts: [victim],
        }
      case 'loss':
        return bend(`loss=${percent}%`, 'loss=0%')
      case 'delay':
        return bend(`delay=${percent}ms jitter=${percent}ms`, 'delay=0ms jitter=0ms')
      case 'dup':
        return bend(`dup=${percent}%`, 'dup=0%')
      case 'reorder':
        return bend(`reorder=${percent}%`, 'reorder=0%')
      case 'corrupt':
        return bend(`corrupt=${percent}%`, 'corrupt=0%')
      case 'clock':
        return { kind, command: `clock ${victim} +${percent}s`, undo: `clock ${victim} ok`, hurts: [] }
      case 'disk':
        return { kind, command: `disk ${victim} slow=${percent * 5}ms`, undo: `disk ${victim} ok`, hurts: [] }
    }
  }
}
