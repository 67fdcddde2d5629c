/** One cluster with its clients under virtual time: the endpoints, what lies between them, and those who watch. */
import { assert } from '../machine/assert.ts'
import type { EndpointId, Machine, Operation, OperationResult, Stream } from '../machine/contract.ts'
import { EventHeap } from '../machine/heap.ts'
import { type Random, seeded } from '../machine/random.ts'
import { MS } from '../machine/time.ts'
import type { Mode, NodeView, SettingSpec } from '../modes/mode.ts'
import type { Arena } from './arena.ts'
import { Chronicle } from './chronicle.ts'
import { BentClock } from './clock.ts'
import { messagesIn } from './datagram.ts'
import { Endpoint, type Surroundings } from './endpoint.ts'
import type { Monitor, NodeTruth } from './monitor.ts'
import { SimNetwork } from './network.ts'
import type { Scenario } from './scenario.ts'
import { Spy } from './spy.ts'
import type { Trace } from './trace.ts'

export interface WorldOptions {
  readonly mode: Mode
  readonly bug: string
  readonly scenario: Scenario
  readonly monitor: Monitor
  readonly trace: Trace
  onResult(client: EndpointId, result: OperationResult): void
  /** What `join` and `leave` do: an operation of a client. False when it cannot be asked now. */
  onChange?(what: 'join' | 'leave', node: EndpointId, done: (certain: boolean) => void): boolean
}

export interface WorldStats {
  steps: number
  messages: number
  crashes: number
  powerCuts: number
}

/** No honest run comes near; a machine that spins must not hang the simulator. */
const MAX_EVENTS = 3_000_000

export class World implements Surroundings, Arena {
  readonly nodes: readonly Endpoint[]
  readonly #helpers: readonly Endpoint[]
  readonly network: SimNetwork
  readonly stats: WorldStats = { steps: 0, messages: 0, crashes: 0, powerCuts: 0 }
  readonly #options: WorldOptions
  readonly #chronicle: Chronicle
  readonly #heap = new EventHeap()
  readonly #random: Random
  readonly #endpoints = new Map<EndpointId, Endpoint>()
  readonly #statuses = new Map<EndpointId, unknown>()
  readonly #slow = new Map<EndpointId, number>()
  readonly #runId: number
  readonly #nodeIds: ReadonlySet<EndpointId>
  #nowUs = 0
  #events = 0

  constructor(options: WorldOptions) {
    this.#options = options
    const { scenario } = options
    this.#chronicle = new Chronicle({ ...options, now: () => this.#nowUs })
    this.#random = seeded(`${scenario.seed}/world`)
    this.network = new SimNetwork(seeded(`${scenario.seed}/network`), scenario.network)
    this.#runId = scenario.seed + 1
    this.#nodeIds = new Set([...scenario.nodes, ...scenario.spares])
    options.monitor.attach?.((node, query) => this.#endpoint(node).inspect(query))
    this.nodes = [...scenario.nodes, ...scenario.spares].map((id) => this.#add(id, 'node'))
    this.#helpers = (options.mode.helpers?.(scenario.settings) ?? []).map((id) => this.#add(id, 'helper'))
  }

  // The clock and the loop.

  now(): number {
    return this.#nowUs
  }

  at(atUs: number, run: () => void): void {
    this.#heap.push(Math.max(atUs, this.#nowUs), run)
  }

  /** Runs every event up to this time, then stands there. Stops early, and answers true, as soon as `done` says so. */
  runUntil(untilUs: number, done: () => boolean = () => false): boolean {
    while (this.#heap.nextAtUs <= untilUs) {
      if (done()) return true
      const event = this.#heap.pop()
      assert(event !== null, 'an event is there')
      assert(++this.#events < MAX_EVENTS, `a run has fewer than ${MAX_EVENTS} events`)
      this.#nowUs = event.atUs
      event.run()
    }
    this.#nowUs = untilUs
    return done()
  }

  // Endpoints.

  /** The first configuration, and what stands before it. */
  boot(): void {
    for (const node of this.nodes) if (this.#options.scenario.nodes.includes(node.id)) node.boot()
    for (const helper of this.#helpers) helper.boot()
  }

  addClient(id: EndpointId): Endpoint {
    const client = this.#add(id, 'client')
    client.boot()
    return client
  }

  invoke(client: EndpointId, operation: Operation): void {
    this.#chronicle.asks(client, operation)
    this.#endpoint(client).control({ type: 'invoke', operation })
  }

  crash(node: Endpoint, powerCut: boolean): void {
    node.kill()
    this.stats.crashes++
    if (powerCut) {
      this.stats.powerCuts++
      const lost = node.disk.powerCut()
      this.say(`${node.id} power cut, ${lost} bytes lost`)
    }
    this.#statuses.delete(node.id)
    this.#options.monitor.crashed(node.id)
  }

  wipe(node: Endpoint): void {
    node.disk.wipe()
    node.amnesiac = true
    this.#options.monitor.wiped?.(node.id)
  }

  get liveSettings(): readonly SettingSpec[] {
    return this.#options.mode.settings.filter((spec) => spec.live)
  }

  set(node: Endpoint, name: string, value: string): void {
    node.control({ type: 'set', name, value })
  }

  restart(node: Endpoint): void {
    if (node.state !== 'down') return
    this.say(`${node.id} restarts`)
    node.boot()
  }

  sleep(node: Endpoint): void {
    node.sleep()
  }

  wake(node: Endpoint): void {
    this.say(`${node.id} wakes`)
    node.wake()
  }

  change(what: 'join' | 'leave', node: Endpoint, done: (certain: boolean) => void): boolean {
    if (what === 'join' && node.state === 'down') node.boot()
    return this.#options.onChange?.(what, node.id, done) ?? false
  }

  slowDisk(id: EndpointId, extraUs: number): void {
    this.#slow.set(id, extraUs)
  }

  releaseHeld(): void {
    for (const { from, to, bytes } of this.network.release()) this.#carry(from, to, bytes)
  }

  /** Everything that lies between endpoints is well again; what was held arrives. */
  healNetwork(): void {
    const held = this.network.heal()
    for (const { from, to, bytes } of held) this.#carry(from, to, bytes)
  }

  leader(): Endpoint | null {
    const { leader } = this.#options.mode.summarize(this.views())
    return leader === null ? null : (this.#endpoints.get(leader) ?? null)
  }

  views(): NodeView[] {
    return this.nodes.map((node) => ({
      id: node.id,
      state: node.state === 'up' ? 'live' : node.state === 'asleep' ? 'asleep' : 'dead',
      status: this.#status(node),
      statusAgeMs: 0,
    }))
  }

  truths(): NodeTruth[] {
    const started = this.nodes.filter((node) => node.incarnation > 0)
    return started.map((node) => ({
      id: node.id,
      state: node.state,
      amnesiac: node.amnesiac,
      status: this.#status(node),
      peek: (key) => node.inspect({ what: 'peek', key }),
      look: (query) => node.inspect(query),
    }))
  }

  say(text: string): void {
    this.#chronicle.say(text)
  }

  // What endpoints ask.

  transmit(from: EndpointId, to: EndpointId, bytes: Uint8Array): void {
    this.stats.messages++
    this.#chronicle.note('send', from, bytes)
    if (this.#isNode(from) && this.#isNode(to))
      for (const message of messagesIn(from, to, bytes)) this.#options.monitor.leaving(from, to, message)
    this.#carry(from, to, bytes)
  }

  syncUs(id: EndpointId): number {
    const [low, high] = this.#options.scenario.syncUs
    return this.#random.between(low, high) + (this.#slow.get(id) ?? 0)
  }

  timerLateUs(): number {
    return this.#random.between(0, this.#options.scenario.timerLateUs)
  }

  turned(endpoint: Endpoint): void {
    this.#chronicle.note('turn', endpoint.id, null)
  }

  wrote(id: EndpointId, _stream: Stream, bytes: Uint8Array): void {
    this.#chronicle.note('write', id, bytes)
  }

  synced(id: EndpointId, stream: Stream, upTo: number): void {
    this.#chronicle.note('synced', id, null)
    if (this.#isNode(id)) this.#options.monitor.durable(id, stream, upTo)
  }

  result(id: EndpointId, result: OperationResult): void {
    this.#chronicle.hears(id, result)
    this.#options.onResult(id, result)
  }

  // Inside.

  #add(id: EndpointId, role: 'node' | 'client' | 'helper'): Endpoint {
    const { scenario, mode, bug, monitor } = this.#options
    const { seed, nodes, settings } = scenario
    const createMachine = (incarnation: number) => {
      const random = seeded(`${seed}/${id}/${incarnation}`)
      if (role === 'client') return mode.createClient({ id, nodes, settings, random })
      if (role === 'helper') return this.#helper(id, random)
      return new Spy(mode.createNode({ id, members: nodes, settings, bug, random }), (input, output, machine) => {
        const status = monitor.watchesStatus ? machine.inspect({ what: 'status' }) : null
        this.stats.steps++
        if (monitor.watchesStatus) this.#statuses.set(id, status)
        this.#chronicle.stepped(id, status, output.events)
        monitor.stepped({ node: id, input, output, status })
      })
    }
    const random = seeded(`${seed}/${id}/host`)
    const clock = new BentClock(random.between(0, 1000) * MS, 1)
    const endpoint = new Endpoint({ id, runId: this.#runId, durable: role === 'node', clock, random, world: this, createMachine })
    this.#chronicle.enters(id)
    this.#endpoints.set(id, endpoint)
    return endpoint
  }

  #helper(id: EndpointId, random: Random): Machine {
    const { scenario, mode } = this.#options
    const { nodes, settings } = scenario
    assert(mode.createHelper !== undefined, 'a mode that wants helpers makes them')
    return mode.createHelper({ id, nodes, settings, random })
  }

  /** What left its sender, now or before a held link was released. */
  #carry(from: EndpointId, to: EndpointId, bytes: Uint8Array): void {
    for (const { atUs, bytes: copy } of this.network.send(this.#nowUs, from, to, bytes)) {
      this.at(atUs, () => this.#arrive(from, to, copy))
    }
  }

  #arrive(from: EndpointId, to: EndpointId, bytes: Uint8Array): void {
    // The shim tests a cut again at release: a datagram under way when the link was cut is lost.
    const taken = !this.network.isCut(from, to) && (this.#endpoints.get(to)?.deliver(from, bytes) ?? false)
    this.#chronicle.note(taken ? 'deliver' : 'drop', to, null)
  }

  #endpoint(id: EndpointId): Endpoint {
    const endpoint = this.#endpoints.get(id)
    assert(endpoint !== undefined, `${id} is an endpoint`)
    return endpoint
  }

  /** As it was after the node's last step, which is as it is now. */
  #status(node: Endpoint): unknown {
    return this.#options.monitor.watchesStatus ? (this.#statuses.get(node.id) ?? null) : node.inspect({ what: 'status' })
  }

  #isNode(id: EndpointId): boolean {
    return this.#nodeIds.has(id)
  }
}
