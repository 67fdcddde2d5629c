/** The Dynamo node: builds the parts, gives them back what the disk kept, and hands each input to whom it is for. */
import { assert, unreachable } from '../../machine/assert.ts'
import type { Control, EndpointId, Input, InspectQuery, Machine, Output, StepInput } from '../../machine/contract.ts'
import type { NodeRoleOptions, Settings } from '../mode.ts'
import { serveRequests } from './coordinator/requests.ts'
import { CopyStore } from './copies.ts'
import { LocalDetector } from './detector.ts'
import type { Body } from './house.ts'
import { inspect } from './inspect.ts'
import { Kernel } from './kernel.ts'
import type { Part, Parts } from './parts.ts'
import { decodeRecord } from './records.ts'
import { serveReplica } from './replica.ts'
import { readOptions, refuse, settings } from './settings.ts'
import { shippedParts } from './shipped.ts'
import { createVersioning } from './versions/versionings.ts'

/** A turn that comes this much late means that the process itself stood still. */
const STALL_US = 100_000
/** The type of a message names a counter and a server: ours are short. */
const LONGEST_TYPE = 64

export class DynamoNode implements Machine {
  readonly #kernel: Kernel
  readonly #copies: CopyStore
  readonly #detector: LocalDetector
  readonly #parts: readonly Part[]
  #given: Settings
  #started = false

  /** Throws RangeError for settings that do not parse and for an unknown bug. */
  constructor(options: NodeRoleOptions, parts: Parts = shippedParts) {
    this.#given = options.settings
    const kernel = new Kernel(options, createVersioning)
    this.#kernel = kernel
    const membership = parts.membership(kernel, options.members)
    this.#copies = new CopyStore(kernel, parts.tree)
    this.#detector = new LocalDetector(kernel)
    const hints = parts.hints(kernel)
    const transfers = parts.transfers(kernel)
    const admission = parts.admission(kernel)
    kernel.settle({ membership, copies: this.#copies, detector: this.#detector, hints, transfers, admission })
    serveRequests(kernel)
    serveReplica(kernel)
    this.#parts = [membership, this.#copies, hints, transfers, admission, ...parts.others.map((build) => build(kernel))]
  }

  step({ nowUs, wallMs, inputs }: StepInput): Output {
    const kernel = this.#kernel
    const late = nowUs - kernel.deadlineUs > STALL_US
    kernel.now(nowUs, wallMs)
    if (late) this.#detector.stalled()
    for (const input of inputs) this.#take(input)
    if (this.#started) kernel.runDue()
    return kernel.finish()
  }

  inspect(query: InspectQuery): unknown {
    return inspect(this.#kernel, this.#copies, query)
  }

  #take(input: Input): void {
    switch (input.kind) {
      case 'start':
        this.#start(input)
        return
      case 'message':
        this.#receive(input.from, input.message)
        return
      case 'stored':
        this.#kernel.stored(input.stream, input.upTo)
        return
      case 'tick':
        return
      case 'control':
        this.#control(input.control)
        return
      default:
        unreachable(input)
    }
  }

  #start({ log, bulk, lostDisk, incarnation }: Extract<Input, { kind: 'start' }>): void {
    assert(!this.#started, 'start comes first and once')
    this.#started = true
    const kernel = this.#kernel
    kernel.start(incarnation)
    for (const [stream, stored] of [['log', log] as const, ['bulk', bulk] as const]) {
      stored.forEach((bytes, i) => {
        const record = decodeRecord(bytes, `${stream} record ${i + 1}`)
        kernel.recent.add(i + 1, record)
        for (const part of this.#parts) part.recover?.(record)
      })
      kernel.recovered(stream, stored.length)
    }
    for (const part of this.#parts) part.begin?.(lostDisk)
    if (lostDisk) kernel.emit('lost-disk', {})
  }

  #receive(from: EndpointId, message: unknown): void {
    assert(this.#started, 'start comes before messages')
    const body = bodyOf(message)
    if (body === null || from === this.#kernel.id) this.#kernel.drop('malformed')
    else this.#kernel.receive(from, body)
  }

  #control(control: Control): void {
    const kernel = this.#kernel
    if (control.type !== 'set') {
      kernel.drop('control-not-for-a-node')
      return
    }
    const { name, value } = control
    const refuseIt = (why: string): void => kernel.emit('setting-refused', { name, why })
    if (settings.find((spec) => spec.name === name)?.live !== true) {
      refuseIt('not a live setting')
      return
    }
    const changed = { ...this.#given, [name]: value }
    try {
      const options = readOptions(changed)
      const why = refuse(changed, Math.max(options.n, kernel.membership.ring.members.length))
      if (why !== null) {
        refuseIt(why)
        return
      }
      kernel.options = options
      this.#given = changed
    } catch (error) {
      refuseIt(error instanceof Error ? error.message : String(error))
    }
  }
}

/** A message is an object with a short name of its own; all else is checked by whom it is for. */
function bodyOf(message: unknown): Body | null {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return null
  const { type } = message as { readonly type?: unknown }
  return typeof type === 'string' && type.length <= LONGEST_TYPE ? (message as Body) : null
}
