/**
 * The client role: one operation at a time; what it holds of each key goes with every write (the context, §4.4). A retry says the same
 * as the first attempt, so that an operation counts once however often it is asked for.
 */
import { assert, unreachable } from '../../machine/assert.ts'
import {
  type Control,
  type EndpointId,
  emptyOutput,
  type Input,
  type InspectQuery,
  type Machine,
  type Operation,
  type Output,
  type StepInput,
} from '../../machine/contract.ts'
import type { Random } from '../../machine/random.ts'
import type { ClientRoleOptions } from '../mode.ts'
import { Calls } from './calls.ts'
import { Job } from './client-job.ts'
import { ClientMap } from './client-map.ts'
import { planOf } from './client-plan.ts'
import type { ClientRequest } from './client-protocol.ts'
import { Pursuit, type PursuitEnd } from './client-pursuit.ts'
import { BALANCER, ClientRoute } from './client-route.ts'
import { ClientSession } from './client-session.ts'
import type { Body } from './house.ts'
import { Lives } from './lives.ts'
import { type DynamoOptions, readOptions, withPatience } from './settings.ts'
import { readFields } from './shape.ts'
import { Timers } from './timers.ts'

const MOST_QUEUED = 1_024

export class DynamoClient implements Machine {
  readonly #id: EndpointId
  #options: DynamoOptions
  readonly #random: Random
  readonly #timers = new Timers()
  readonly #route: ClientRoute
  readonly #map: ClientMap
  readonly #session = new ClientSession()
  readonly #lives = new Lives((to, body, patienceUs, done) => this.#calls?.ask(to, body, patienceUs, done))
  readonly #queue: Operation[] = []
  #calls: Calls | null = null
  #life = 1
  #serial = 0
  #current: Operation | null = null
  #pursuit: Pursuit | null = null
  #output: Output = emptyOutput()

  constructor({ id, nodes, settings, random }: ClientRoleOptions) {
    assert(nodes.length > 0, 'a client needs a node')
    this.#id = id
    this.#options = readOptions(settings)
    this.#random = random
    this.#route = new ClientRoute(nodes, this.#options, random)
    this.#map = new ClientMap({
      route: this.#route,
      everyUs: this.#options.mapPollUs,
      timers: this.#timers,
      ask: (to, body, patienceUs, done) => this.#ask(to, body, patienceUs, done),
    })
  }

  step({ nowUs, inputs }: StepInput): Output {
    this.#timers.nowUs = nowUs
    for (const input of inputs) this.#take(input)
    this.#timers.runDue()
    this.#work()
    const done = this.#output
    this.#output = emptyOutput()
    done.deadlineUs = this.#timers.deadlineUs
    return done
  }

  inspect(query: InspectQuery): unknown {
    if (query.what !== 'status') return null
    return { queued: this.#queue.length, busy: this.#current !== null, writes: this.#serial, map: this.#route.digest }
  }

  #take(input: Input): void {
    switch (input.kind) {
      case 'start':
        this.#start(input.incarnation)
        return
      case 'message': {
        const body = readFields(input.message)
        if (body !== undefined && typeof body.type === 'string') this.#calls?.receive(input.from, body as Body)
        return
      }
      case 'control':
        this.#control(input.control)
        return
      case 'stored':
      case 'tick':
        return
      default:
        unreachable(input)
    }
  }

  #start(life: number): void {
    this.#life = life
    this.#calls = new Calls({
      token: `${this.#id}.${life}.${this.#random.between(0, 0xffffff).toString(36)}`,
      timers: this.#timers,
      send: (to, message) => this.#output.send.push({ to, message }),
      heard: () => {},
    })
  }

  #control(control: Control): void {
    switch (control.type) {
      case 'reach':
        this.#route.limit(control.nodes)
        if (this.#current?.via === undefined) this.#pursuit?.reachChanged((node) => this.#route.mayAsk(node))
        return
      case 'invoke':
        this.#invoke(control.operation)
        return
      case 'give-up':
        this.#pursuit?.giveUp()
        return
      case 'set':
        this.#set(control.name, control.value)
        return
      default:
        unreachable(control)
    }
  }

  /** Only its patience: R, W and the quorum of now are the nodes' to know, unless the operation names its own. */
  #set(name: string, value: string): void {
    this.#options = withPatience(this.#options, name, value)
  }

  #invoke(operation: Operation): void {
    const plan = planOf(operation, this.#options)
    const refusal = plan.kind === 'refused' ? plan : this.#queue.length >= MOST_QUEUED ? FULL : null
    if (refusal === null) this.#queue.push(operation)
    else this.#output.results.push({ id: operation.id, outcome: 'fail', code: refusal.code, why: refusal.why, attempts: 0 })
  }

  /** Begins what waits. A job that ends at once is followed by the next in the same turn. */
  #work(): void {
    while (this.#current === null) {
      const operation = this.#queue.shift()
      if (operation === undefined) return
      this.#current = operation
      this.#begin(operation)
    }
  }

  #begin(operation: Operation): void {
    const plan = planOf(operation, this.#options)
    assert(plan.kind !== 'refused', 'what cannot be done is not queued')
    const deadlineUs = this.#timers.nowUs + operation.timeoutUs
    const job = new Job(operation, plan, {
      session: this.#session,
      nextOp: () => this.#nextOp(),
      mapDigest: () => this.#route.digest,
      pursue: (request, end) => {
        this.#pursuit = this.#pursue(operation, deadlineUs, request, end)
      },
      finish: (result) => {
        this.#current = null
        this.#pursuit = null
        this.#output.results.push(result)
      },
    })
    if (targetOf(operation) === null) this.#map.ready(operation.timeoutUs / 8, () => job.begin())
    else job.begin()
  }

  #pursue(operation: Operation, deadlineUs: number, request: ClientRequest, end: (end: PursuitEnd) => void): Pursuit {
    const target = targetOf(operation)
    const { detectorUs, forwardUs } = this.#options
    return new Pursuit({
      request,
      deadlineUs,
      patienceUs: detectorUs + forwardUs,
      random: this.#random,
      now: () => this.#timers.nowUs,
      order: () => (target === null ? this.#route.order(operation.key, this.#timers.nowUs) : [target]),
      ask: (to, body, patienceUs, done) => this.#ask(to, body, patienceUs, done),
      after: (delayUs, run) => this.#timers.after(delayUs, run),
      silent: (node) => this.#route.silent(node, this.#timers.nowUs),
      heard: (node, { map }) => {
        this.#route.answered(node)
        if (map !== undefined) this.#map.told(node, map)
      },
      end,
    })
  }

  #ask(to: EndpointId, body: Body, patienceUs: number, done: (answer: Body | null) => void): void {
    assert(this.#calls !== null, 'a client starts before it asks')
    // Behind the balancer may be any node: it sees to that itself.
    if (to === BALANCER) this.#calls.ask(to, body, patienceUs, done)
    else this.#lives.ask(to, body, patienceUs, done)
  }

  /** A later life of one client names its writes otherwise: it does not know how many the former made. */
  #nextOp(): string {
    this.#serial++
    return this.#life === 1 ? `${this.#id}.${this.#serial}` : `${this.#id}.${this.#life}.${this.#serial}`
  }
}

/** The one node that may be asked; null: it depends on the key. */
function targetOf({ f, key, via }: Operation): EndpointId | null {
  if (f === 'join') return key
  return via ?? (f === 'leave' ? key : null)
}

const FULL = { code: 'overloaded', why: 'too many operations wait for this client' }
