import { crc32 } from 'node:zlib'
import {
  type EndpointId,
  emptyOutput,
  type Input,
  type Machine,
  type Message,
  type Output,
  type StepInput,
} from '../../src/machine/contract.ts'
import { NodeCore, type NodeCoreOptions } from '../../src/node/core.ts'
import type { StoredStream } from '../../src/node/types.ts'

export { crc32 }

export const RUN = 7
export const NO_STREAM: StoredStream = { bytes: new Uint8Array(), mark: null }
export const NO_STREAMS = { log: NO_STREAM, bulk: NO_STREAM }

/** A machine that remembers what it was given and answers what the test says. */
export class Scripted implements Machine {
  readonly steps: StepInput[] = []
  #next: ((output: Output, input: StepInput) => void)[] = []
  always: (output: Output, input: StepInput) => void = () => {}

  /** The next step's answer. */
  answer(write: (output: Output, input: StepInput) => void): this {
    this.#next.push(write)
    return this
  }

  step(input: StepInput): Output {
    this.steps.push(input)
    const output = emptyOutput()
    this.always(output, input)
    this.#next.shift()?.(output, input)
    return output
  }

  inspect(): unknown {
    return { steps: this.steps.length }
  }

  get inputs(): Input[] {
    return this.steps.flatMap((step) => [...step.inputs])
  }

  get messages(): unknown[] {
    return this.inputs.flatMap((input) => (input.kind === 'message' ? [input.message] : []))
  }
}

export function makeCore(id: EndpointId, machine: Machine, more: Partial<NodeCoreOptions> = {}): NodeCore {
  return new NodeCore({ id, runId: RUN, incarnation: 1, machine, crc32, durable: true, ...more })
}

/** A core that has recovered nothing and taken its first turn, at time 0. */
export function startedCore(id: EndpointId, machine: Machine, more: Partial<NodeCoreOptions> = {}): NodeCore {
  const core = makeCore(id, machine, more)
  core.recover(NO_STREAMS, false)
  core.turn(0, 0)
  return core
}

/** The datagrams that carry these messages from one endpoint to another. */
export function datagramsOf(
  from: EndpointId,
  to: EndpointId,
  messages: readonly Message[],
  more: Partial<NodeCoreOptions> = {},
): Uint8Array[] {
  const machine = new Scripted().answer((output) => output.send.push(...messages.map((message) => ({ to, message }))))
  const core = makeCore(from, machine, more)
  core.recover(NO_STREAMS, false)
  return core.turn(0, 0).datagrams.map((datagram) => datagram.bytes)
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}
