/**
 * The relay: one socket for each endpoint, its virtual address. What comes to j's virtual socket from i's real port is i → j;
 * the rules of that directed link apply, and it leaves from i's virtual socket, so that j sees i. It never reads what it carries.
 */
import type { Socket } from 'node:dgram'
import { assert } from '../machine/assert.ts'
import type { EndpointId } from '../machine/contract.ts'
import { seeded } from '../machine/random.ts'
import { DeadlineQueue } from './deadline-queue.ts'
import { DelayLog, type DelaySample } from './delay-log.ts'
import { Link, type Passage } from './link.ts'
import { NapTimer } from './nap-timer.ts'
import { type PackedTrace, TraceRing } from './trace.ts'
import type { LinkCounters, LinkUpdate } from './types.ts'
import { LOOPBACK, openSocket } from './udp.ts'

/** Sends of one endpoint whose end is not known yet, enough for a release of many links at once; more are dropped as `send-error`. */
const UNSENT_DATAGRAMS = 65_536

interface Endpoint {
  readonly id: EndpointId
  readonly socket: Socket
  /** Where the endpoint itself listens; null while it has no process. */
  realPort: number | null
  unsent: number
  /** The links that end here, by who sends. */
  readonly inbound: Map<EndpointId, Wire>
}

/** A link and what the relay keeps beside it. */
interface Wire {
  readonly link: Link
  /** The sender's virtual address, from which its datagrams leave, and the receiver; null while not open. */
  face: Endpoint | null
  to: Endpoint | null
  readonly fromCode: number
  readonly toCode: number
  readonly delays: DelayLog
  /** After each send: counts, and never throws. */
  readonly sent: (error: Error | null, bytes: number) => void
  /** A look at the laggard stands in the queue. */
  watched: boolean
}

/** A passage that is due, or (null) a look at the link's laggard. */
interface Due {
  readonly wire: Wire
  readonly passage: Passage | null
}

/** What cannot be done now, told to the asker; the relay goes on. */
export class RelayRefusal extends Error {
  static override readonly name = 'RelayRefusal'
  readonly code = 'refused'
}

export class Relay {
  readonly #seed: string
  readonly #nowMs: () => number
  readonly #endpoints = new Map<EndpointId, Endpoint>()
  readonly #byRealPort = new Map<number, Endpoint>()
  readonly #wires = new Map<string, Wire>()
  readonly #queue = new DeadlineQueue<Due>()
  readonly #timer: NapTimer
  readonly #trace = new TraceRing()
  #strangers = 0
  #socketErrors = 0

  /** `nowMs`: milliseconds since the run began. */
  constructor(seed: string, nowMs: () => number) {
    this.#seed = seed
    this.#nowMs = nowMs
    this.#timer = new NapTimer(nowMs, () => this.#pump(nowMs()))
  }

  /** Opens the endpoint's virtual address and returns its port; the same port when it is open already. */
  async open(id: EndpointId): Promise<number> {
    const known = this.#endpoints.get(id)
    if (known !== undefined) return known.socket.address().port
    const socket = await openSocket()
    const raced = this.#endpoints.get(id)
    if (raced !== undefined) {
      socket.close()
      return raced.socket.address().port
    }
    const endpoint: Endpoint = { id, socket, realPort: null, unsent: 0, inbound: new Map() }
    this.#endpoints.set(id, endpoint)
    for (const wire of this.#wires.values()) this.#join(wire, endpoint)
    socket.on('error', () => this.#socketErrors++)
    socket.on('message', (bytes, remote) => {
      const sender = remote.address === LOOPBACK ? this.#byRealPort.get(remote.port) : undefined
      if (sender === undefined) this.#strangers++
      else this.#arrive(sender.id, endpoint, bytes)
    })
    return socket.address().port
  }

  /** Nothing is read or sent any more. */
  async close(): Promise<void> {
    this.#timer.set(Number.POSITIVE_INFINITY)
    await Promise.all([...this.#endpoints.values()].map(({ socket }) => new Promise<void>((resolve) => socket.close(() => resolve()))))
  }

  attach(id: EndpointId, port: number): void {
    const endpoint = this.#known(id)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RelayRefusal(`${port} is no port`)
    this.detach(id)
    // The system gives a port to one process at a time: whoever had it before is gone.
    const before = this.#byRealPort.get(port)
    if (before !== undefined) before.realPort = null
    endpoint.realPort = port
    this.#byRealPort.set(port, endpoint)
  }

  detach(id: EndpointId): void {
    const endpoint = this.#known(id)
    if (endpoint.realPort !== null) this.#byRealPort.delete(endpoint.realPort)
    endpoint.realPort = null
  }

  /** All in this turn. A link whose hold ends delivers what it kept. */
  apply(updates: readonly LinkUpdate[]): number {
    const nowMs = this.#nowMs()
    for (const { from, to, rules } of updates) {
      const wire = this.#wire(from, to)
      wire.link.setRules(rules, nowMs)
      wire.delays.turn(nowMs)
      if (!rules.hold && wire.link.heldNow > 0) this.#release(wire, nowMs)
    }
    return nowMs
  }

  /** Lifts every hold and delivers what it kept; answers how many datagrams were kept. */
  release(): number {
    const nowMs = this.#nowMs()
    let released = 0
    for (const wire of this.#wires.values()) {
      released += wire.link.heldNow
      if (wire.link.rules.hold) this.#release(wire, nowMs)
    }
    return released
  }

  counters(): Record<string, LinkCounters> {
    return Object.fromEntries([...this.#wires].map(([name, { link }]) => [name, link.counters()]))
  }

  /** Links over which nothing passed are left out. */
  delays(): Record<string, readonly DelaySample[]> {
    const sampled = [...this.#wires].map(([name, { delays }]) => [name, delays.samples()] as const)
    return Object.fromEntries(sampled.filter(([, samples]) => samples.length > 0))
  }

  get strangers(): number {
    return this.#strangers
  }

  get socketErrors(): number {
    return this.#socketErrors
  }

  virtualPorts(): Set<number> {
    return new Set([...this.#endpoints.values()].map((endpoint) => endpoint.socket.address().port))
  }

  /** The least any of the sockets got, as the system counts it; 0 before the first is open. */
  receiveBufferBytes(): number {
    const sizes = [...this.#endpoints.values()].map((endpoint) => endpoint.socket.getRecvBufferSize())
    return sizes.length === 0 ? 0 : Math.min(...sizes)
  }

  takeTrace(): PackedTrace {
    return this.#trace.take()
  }

  #known(id: EndpointId): Endpoint {
    const endpoint = this.#endpoints.get(id)
    if (endpoint === undefined) throw new RelayRefusal(`${id} has no virtual address`)
    return endpoint
  }

  #wire(from: EndpointId, to: EndpointId): Wire {
    const name = `${from}>${to}`
    const known = this.#wires.get(name)
    if (known !== undefined) return known
    const link = new Link(from, to, seeded(`${this.#seed}/${name}`))
    const wire: Wire = {
      link,
      face: null,
      to: null,
      fromCode: this.#trace.name(from),
      toCode: this.#trace.name(to),
      delays: new DelayLog(seeded(`${this.#seed}/${name}/delays`)),
      watched: false,
      sent: (error, bytes) => {
        if (wire.face !== null) wire.face.unsent--
        if (error) link.countDrop('send-error')
        else link.countPassed(bytes)
      },
    }
    this.#wires.set(name, wire)
    for (const id of [from, to]) {
      const endpoint = this.#endpoints.get(id)
      if (endpoint !== undefined) this.#join(wire, endpoint)
    }
    return wire
  }

  #release(wire: Wire, nowMs: number): void {
    for (const passage of wire.link.release()) this.#finish(wire, passage, nowMs)
  }

  #join(wire: Wire, endpoint: Endpoint): void {
    if (wire.link.from === endpoint.id) wire.face = endpoint
    if (wire.link.to !== endpoint.id) return
    wire.to = endpoint
    endpoint.inbound.set(wire.link.from, wire)
  }

  #arrive(from: EndpointId, to: Endpoint, bytes: Uint8Array): void {
    const nowMs = this.#nowMs()
    // What is due goes first, or a datagram without delay would overtake one whose delay is over.
    if (this.#queue.nextMs <= nowMs) this.#pump(nowMs)
    const wire = to.inbound.get(from) ?? this.#wire(from, to.id)
    for (const passage of wire.link.admit(bytes, nowMs)) {
      if (passage.fate === 'travels') this.#queue.push(passage.releaseAtMs, { wire, passage })
      else this.#finish(wire, passage, nowMs)
    }
    this.#watch(wire)
    this.#timer.set(this.#queue.nextMs)
  }

  /** Lets out all that is due. */
  #pump(nowMs: number): void {
    for (let due = this.#queue.popDue(nowMs); due !== undefined; due = this.#queue.popDue(nowMs)) {
      const { wire, passage } = due
      if (passage === null) wire.watched = false
      const left = passage === null ? wire.link.expire(nowMs) : wire.link.leave(passage, nowMs)
      for (const one of left) this.#finish(wire, one, nowMs)
      this.#watch(wire)
    }
    this.#timer.set(this.#queue.nextMs)
  }

  /** At most one look at a link's laggard stands in the queue, however many laggards came and went. */
  #watch(wire: Wire): void {
    if (wire.watched || wire.link.laggardUntilMs === Number.POSITIVE_INFINITY) return
    wire.watched = true
    this.#queue.push(wire.link.laggardUntilMs, { wire, passage: null })
  }

  #finish(wire: Wire, passage: Passage, nowMs: number): void {
    assert(passage.fate !== 'travels', 'what leaves a link has arrived or is dropped')
    if (passage.fate === 'passed') this.#send(wire, passage, nowMs)
    else this.#record(wire, passage, passage.fate, nowMs)
  }

  #send(wire: Wire, passage: Passage, nowMs: number): void {
    const { face } = wire
    const port = wire.to?.realPort ?? null
    if (port === null || face === null || face.unsent >= UNSENT_DATAGRAMS) {
      const reason = port === null || face === null ? 'unmapped' : 'send-error'
      wire.link.countDrop(reason)
      this.#record(wire, passage, reason, nowMs)
      return
    }
    face.unsent++
    wire.delays.add(nowMs - passage.arrivedMs)
    face.socket.send(passage.bytes, port, LOOPBACK, wire.sent)
    this.#record(wire, passage, 'passed', nowMs)
  }

  #record(wire: Wire, passage: Passage, fate: Exclude<Passage['fate'], 'travels'>, nowMs: number): void {
    const leftNs = fate === 'passed' ? Math.round(nowMs * 1e6) : Number.NaN
    this.#trace.push(wire.fromCode, wire.toCode, passage.bytes, fate, Math.round(passage.arrivedMs * 1e6), leftNs)
  }
}
