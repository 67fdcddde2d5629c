/**
 * The probe's machine: one client of the mode for each node, behind one endpoint, so that a probe which waits for a sleeping
 * node holds up none of the others. An answer belongs to the client of the node it came from. Pure.
 */
import type { EndpointId, Input, Machine, Output, StepInput } from '../machine/contract.ts'
import { emptyOutput } from '../machine/contract.ts'
import { isHelper, PROBE } from '../machine/ids.ts'
import { seeded } from '../machine/random.ts'
import type { Mode, Settings } from '../modes/mode.ts'

export interface ProbeMachineOptions {
  readonly mode: Mode
  /** Nodes, and helpers that clients go through. */
  readonly endpoints: readonly EndpointId[]
  readonly settings: Settings
  readonly seed: string
}

interface Lane {
  readonly machine: Machine
  deadlineUs: number
  started: boolean
}

/** Operations must be pinned with `via` and their ids unique over all nodes. */
export class ProbeMachine implements Machine {
  readonly #options: ProbeMachineOptions
  readonly #lanes = new Map<EndpointId, Lane>()
  /** The first input of a life, which lanes that come later begin with too. */
  #start: Input | null = null

  constructor(options: ProbeMachineOptions) {
    this.#options = options
    this.watch(options.endpoints)
  }

  /** These are asked from now on and no others: what is asked of one that left is never answered. */
  watch(endpoints: readonly EndpointId[]): void {
    const { mode, settings, seed } = this.#options
    const nodes = endpoints.filter((id) => !isHelper(id))
    for (const node of this.#lanes.keys()) if (!endpoints.includes(node)) this.#lanes.delete(node)
    for (const node of endpoints) {
      if (this.#lanes.has(node)) continue
      const random = seeded(`${seed}/${PROBE}/${node}`)
      const machine = mode.createClient({ id: PROBE, nodes, settings, random })
      this.#lanes.set(node, { machine, deadlineUs: Number.POSITIVE_INFINITY, started: false })
    }
  }

  step(input: StepInput): Output {
    const all = emptyOutput()
    this.#start ??= input.inputs.find(({ kind }) => kind === 'start') ?? null
    for (const [node, lane] of this.#lanes) {
      const mine = input.inputs.filter((one) => isFor(node, one) && (one.kind !== 'tick' || lane.deadlineUs <= input.nowUs))
      const inputs = lane.started || this.#start === null || mine.includes(this.#start) ? mine : [this.#start, ...mine]
      lane.started = this.#start !== null
      if (inputs.length > 0) {
        const output = lane.machine.step({ ...input, inputs })
        all.send.push(...output.send)
        all.results.push(...output.results)
        lane.deadlineUs = output.deadlineUs
      }
      all.deadlineUs = Math.min(all.deadlineUs, lane.deadlineUs)
    }
    return all
  }

  inspect(): unknown {
    return { nodes: [...this.#lanes.keys()] }
  }
}

function isFor(node: EndpointId, input: Input): boolean {
  switch (input.kind) {
    case 'message':
      return input.from === node
    case 'control':
      return input.control.type === 'invoke' && input.control.operation.via === node
    case 'start':
    case 'tick':
    case 'stored':
      return true
  }
}
