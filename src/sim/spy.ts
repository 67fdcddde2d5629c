/** A machine that tells what passes through it. The shipped machine inside does not know. */
import type { InspectQuery, Machine, Output, StepInput } from '../machine/contract.ts'

export class Spy implements Machine {
  readonly #inner: Machine
  readonly #seen: (input: StepInput, output: Output, machine: Machine) => void

  constructor(inner: Machine, seen: (input: StepInput, output: Output, machine: Machine) => void) {
    this.#inner = inner
    this.#seen = seen
  }

  step(input: StepInput): Output {
    const output = this.#inner.step(input)
    this.#seen(input, output, this.#inner)
    return output
  }

  inspect(query: InspectQuery): unknown {
    return this.#inner.inspect(query)
  }
}
