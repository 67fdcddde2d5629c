/** A client, or a balancer, among nodes that answer as a test says: the machine under test is the shipped one, driven by the contract. */
import type { Control, EndpointId, Input, Machine, Operation, OperationResult, Output } from '../../../src/machine/contract.ts'
import { seeded } from '../../../src/machine/random.ts'
import { Balancer } from '../../../src/modes/dynamo/balancer.ts'
import { DynamoClient } from '../../../src/modes/dynamo/client.ts'
import type { ClientAnswer } from '../../../src/modes/dynamo/client-protocol.ts'
import { buildRing } from '../../../src/modes/dynamo/ring/build.ts'
import type { Change, Ring } from '../../../src/modes/dynamo/ring/ring.ts'
import { readOptions } from '../../../src/modes/dynamo/settings.ts'

export type Fields = Readonly<Record<string, unknown>> & { readonly type: string }
/** What a node answers; null is silence. Anything at all may come back. */
export type Script = (node: EndpointId, request: Fields) => ClientAnswer | Fields | null | undefined

export interface Asked extends Fields {
  readonly to: EndpointId
  readonly atUs: number
}

export const NODES: readonly EndpointId[] = ['n1', 'n2', 'n3', 'n4', 'n5']

export function founders(nodes: readonly EndpointId[] = NODES): readonly Change[] {
  return nodes.map((node) => ({ kind: 'join', node, at: 0, by: node }))
}

export function ringOf(history: readonly Change[]): Ring {
  return buildRing(history, readOptions({}), { distinct: true })
}

export const HISTORY = founders()
export const RING = ringOf(founders())

/** The nodes that keep the key, best first. */
export function homesOf(key: string): readonly EndpointId[] {
  return RING.preference(RING.partitionOf(key))
}

export class Scripted {
  readonly asked: Asked[] = []
  readonly results: OperationResult[] = []
  script: Script
  /** How long an answer takes. */
  delayUs = 1_000
  nowUs = 0
  readonly #machine: Machine
  readonly #inbox: { readonly atUs: number; readonly input: Input }[] = []
  #deadlineUs = Number.POSITIVE_INFINITY
  #nextId = 1

  constructor(
    script: Script,
    { settings = {}, role = 'client', life = 1 }: { settings?: Record<string, string>; role?: string; life?: number } = {},
  ) {
    this.script = script
    const random = seeded('scripted')
    this.#machine =
      role === 'client'
        ? new DynamoClient({ id: 'c1', nodes: NODES, settings, random })
        : new Balancer({ id: 'b0', nodes: NODES, settings, random })
    this.feed([{ kind: 'start', log: [], bulk: [], lostDisk: false, incarnation: life }])
  }

  get status(): unknown {
    return this.#machine.inspect({ what: 'status' })
  }

  /** Requests of the operations themselves, not for the map. */
  get requests(): readonly Asked[] {
    return this.asked.filter(({ type }) => type !== 'map')
  }

  get maps(): readonly Asked[] {
    return this.asked.filter(({ type }) => type === 'map')
  }

  control(control: Control): void {
    this.feed([{ kind: 'control', control }])
  }

  invoke(f: string, key: string, value: Operation['value'] = null, more: Partial<Operation> = {}): number {
    const id = this.#nextId++
    this.control({ type: 'invoke', operation: { id, f, key, value, timeoutUs: 3_000_000, ...more } })
    return id
  }

  /** Asks and waits for the end, which no operation may do without. */
  call(f: string, key: string, value: Operation['value'] = null, more: Partial<Operation> = {}): OperationResult {
    const id = this.invoke(f, key, value, more)
    return this.await(id)
  }

  await(id: number): OperationResult {
    this.runUntil(() => this.results.some((result) => result.id === id))
    const result = this.results.find((one) => one.id === id)
    if (result === undefined) throw new Error(`operation ${id} did not end`)
    return result
  }

  run(us: number): void {
    const end = this.nowUs + us
    this.runUntil(() => this.#nextUs() > end)
    this.nowUs = end
  }

  runUntil(done: () => boolean): void {
    for (let turns = 0; turns < 10_000 && !done(); turns++) {
      const at = this.#nextUs()
      if (at === Number.POSITIVE_INFINITY) return
      this.nowUs = Math.max(this.nowUs, at)
      const due = this.#inbox.filter(({ atUs }) => atUs <= this.nowUs)
      for (const one of due) this.#inbox.splice(this.#inbox.indexOf(one), 1)
      this.feed(due.length > 0 ? due.map(({ input }) => input) : [{ kind: 'tick' }])
    }
  }

  /** A message from anywhere, as it is. */
  tell(from: EndpointId, message: unknown): Output {
    return this.feed([{ kind: 'message', from, message }])
  }

  feed(inputs: readonly Input[]): Output {
    const output = this.#machine.step({ nowUs: this.nowUs, wallMs: 0, inputs })
    this.#deadlineUs = output.deadlineUs
    this.results.push(...output.results)
    for (const { to, message } of output.send) {
      const request = message as Fields
      this.asked.push({ ...request, to, atUs: this.nowUs })
      const answer = this.script(to, request)
      if (answer === null || answer === undefined) continue
      this.#inbox.push({ atUs: this.nowUs + this.delayUs, input: { kind: 'message', from: to, message: { ...answer, re: request.id } } })
    }
    return output
  }

  #nextUs(): number {
    return this.#inbox.reduce((next, { atUs }) => Math.min(next, atUs), this.#deadlineUs)
  }
}
