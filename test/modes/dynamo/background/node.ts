/** A node of everything but client requests: its parts within reach of a test. */
import type { Input, InspectQuery, Machine, Output, StepInput } from '../../../../src/machine/contract.ts'
import { createAdmission } from '../../../../src/modes/dynamo/admission.ts'
import { CopyStore } from '../../../../src/modes/dynamo/copies.ts'
import { LocalDetector } from '../../../../src/modes/dynamo/detector.ts'
import { createHints } from '../../../../src/modes/dynamo/hints.ts'
import type { Body } from '../../../../src/modes/dynamo/house.ts'
import { Kernel } from '../../../../src/modes/dynamo/kernel.ts'
import { createMembership } from '../../../../src/modes/dynamo/membership.ts'
import { HashTree } from '../../../../src/modes/dynamo/merkle-tree.ts'
import type { Part } from '../../../../src/modes/dynamo/parts.ts'
import { createReaper } from '../../../../src/modes/dynamo/reaper.ts'
import { decodeRecord } from '../../../../src/modes/dynamo/records.ts'
import { createSync } from '../../../../src/modes/dynamo/sync.ts'
import { createTransfers } from '../../../../src/modes/dynamo/transfers.ts'
import { createVersioning } from '../../../../src/modes/dynamo/versions/versionings.ts'
import type { NodeRoleOptions } from '../../../../src/modes/mode.ts'

export class BackgroundNode implements Machine {
  readonly #kernel: Kernel
  readonly #parts: readonly Part[]
  #started = false

  constructor(options: NodeRoleOptions) {
    const kernel = new Kernel(options, createVersioning)
    const membership = createMembership(kernel, options.members)
    const copies = new CopyStore(kernel, () => new HashTree())
    const detector = new LocalDetector(kernel)
    const hints = createHints(kernel)
    const transfers = createTransfers(kernel)
    kernel.settle({ membership, copies, detector, hints, transfers, admission: createAdmission(kernel) })
    this.#kernel = kernel
    this.#parts = [membership, copies, hints, transfers, createSync(kernel), createReaper(kernel)]
  }

  /** Its options may be set, as `set` does. */
  get house(): Kernel {
    return this.#kernel
  }

  step({ nowUs, wallMs, inputs }: StepInput): Output {
    this.#kernel.now(nowUs, wallMs)
    for (const input of inputs) this.#take(input)
    if (this.#started) this.#kernel.runDue()
    return this.#kernel.finish()
  }

  inspect(_query: InspectQuery): unknown {
    return null
  }

  #take(input: Input): void {
    if (input.kind === 'start') {
      this.#started = true
      this.#kernel.start(input.incarnation)
      for (const stream of ['log', 'bulk'] as const) {
        for (const bytes of input[stream]) for (const part of this.#parts) part.recover?.(decodeRecord(bytes, stream))
        this.#kernel.recovered(stream, input[stream].length)
      }
      for (const part of this.#parts) part.begin?.(input.lostDisk)
    }
    if (input.kind === 'message') this.#kernel.receive(input.from, input.message as Body)
    if (input.kind === 'stored') this.#kernel.stored(input.stream, input.upTo)
  }
}
