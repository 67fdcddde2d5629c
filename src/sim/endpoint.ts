/** An endpoint under virtual time: the shipped node half around a machine, with an inbox, a bent clock and (for nodes) a disk. */
import { crc32 } from 'node:zlib'
import { assert } from '../machine/assert.ts'
import type { Control, EndpointId, InspectQuery, Machine, OperationResult, Stream } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import { NodeCore } from '../node/core.ts'
import type { BentClock } from './clock.ts'
import { SimDisk } from './disk.ts'

/** What a default socket buffer keeps of small datagrams while nobody reads. */
const INBOX_DATAGRAMS = 256
/** How long a turn takes to come after what woke it, at most. */
const WAKE_US = 60

/** What an endpoint asks of the world around it. */
export interface Surroundings {
  now(): number
  at(atUs: number, run: () => void): void
  transmit(from: EndpointId, to: EndpointId, bytes: Uint8Array): void
  /** How long a sync of this many bytes takes on this endpoint's disk now. */
  syncUs(id: EndpointId, bytes: number): number
  timerLateUs(): number
  turned(endpoint: Endpoint): void
  wrote(id: EndpointId, stream: Stream, bytes: Uint8Array): void
  synced(id: EndpointId, stream: Stream, upTo: number): void
  result(id: EndpointId, result: OperationResult): void
}

export interface EndpointOptions {
  readonly id: EndpointId
  readonly runId: number
  /** Nodes have a disk; clients forget. */
  readonly durable: boolean
  readonly clock: BentClock
  readonly random: Random
  readonly world: Surroundings
  /** A machine for one life, whose number is given. */
  createMachine(incarnation: number): Machine
}

export class Endpoint {
  readonly id: EndpointId
  readonly clock: BentClock
  readonly disk: SimDisk
  state: 'up' | 'asleep' | 'down' = 'down'
  amnesiac = false
  incarnation = 0
  readonly #options: EndpointOptions
  readonly #world: Surroundings
  #core: NodeCore | null = null
  #inbox: { readonly from: EndpointId; readonly bytes: Uint8Array }[] = []
  #storedWhileAsleep: (() => void)[] = []
  #turnAtUs = Number.POSITIVE_INFINITY
  #turnTicket = 0

  constructor(options: EndpointOptions) {
    this.id = options.id
    this.clock = options.clock
    this.disk = new SimDisk(options.random)
    this.#options = options
    this.#world = options.world
  }

  boot(): void {
    assert(this.state === 'down', 'only what is down boots')
    this.incarnation++
    const { id, runId, durable } = this.#options
    const machine = this.#options.createMachine(this.incarnation)
    const core = new NodeCore({ id, runId, incarnation: this.incarnation, machine, crc32, durable })
    const { keep, marks } = core.recover(this.disk.read(), this.amnesiac)
    if (durable) this.disk.recovered(keep, marks)
    this.#core = core
    this.state = 'up'
    this.wakeSoon()
  }

  /** SIGKILL. What was in memory is gone; the socket with it. */
  kill(): void {
    assert(this.state !== 'down', 'only what runs can be killed')
    this.#core = null
    this.#inbox = []
    this.#storedWhileAsleep = []
    this.#turnAtUs = Number.POSITIVE_INFINITY
    this.#turnTicket++
    this.state = 'down'
    this.disk.kill()
  }

  sleep(): void {
    assert(this.state === 'up', 'only what is awake can sleep')
    this.state = 'asleep'
  }

  wake(): void {
    assert(this.state === 'asleep', 'only what sleeps wakes')
    this.state = 'up'
    for (const told of this.#storedWhileAsleep.splice(0)) told()
    // A timer that came due meanwhile was passed over; it comes now.
    this.#turnAtUs = Number.POSITIVE_INFINITY
    this.wakeSoon()
  }

  /** A datagram arrives at the socket. False if nobody was there or the buffer was full. */
  deliver(from: EndpointId, bytes: Uint8Array): boolean {
    if (this.state === 'down' || this.#inbox.length >= INBOX_DATAGRAMS) return false
    this.#inbox.push({ from, bytes })
    if (this.state === 'up') this.wakeSoon()
    return true
  }

  control(control: Control): void {
    assert(this.#core !== null, 'a control goes to a running endpoint')
    this.#core.control(control)
    this.wakeSoon()
  }

  inspect(query: InspectQuery): unknown {
    return this.#core === null ? null : this.#core.inspect(query)
  }

  wakeSoon(): void {
    this.#request(this.#world.now() + this.#options.random.between(1, WAKE_US))
  }

  #request(atUs: number): void {
    if (atUs >= this.#turnAtUs) return
    this.#turnAtUs = atUs
    const ticket = ++this.#turnTicket
    this.#world.at(atUs, () => {
      if (ticket === this.#turnTicket && this.state === 'up') this.#turn()
    })
  }

  /** As the host does it: read all that is there, then one turn, which ticks last if its time has come. */
  #turn(): void {
    const core = this.#core
    assert(core !== null, 'a turn needs a life')
    this.#turnAtUs = Number.POSITIVE_INFINITY
    for (const { from, bytes } of this.#inbox.splice(0)) core.receive(from, bytes)
    const now = this.#world.now()
    const turn = core.turn(this.clock.localUs(now), this.clock.wallMs(now))
    this.#world.turned(this)
    for (const write of turn.writes) {
      this.disk.begin(write)
      this.#world.wrote(this.id, write.stream, write.bytes)
      this.#syncLater(write.stream, write.bytes.length)
    }
    for (const datagram of turn.datagrams) this.#world.transmit(this.id, datagram.to, datagram.bytes)
    for (const result of turn.results) this.#world.result(this.id, result)
    if (core.pending > 0) this.wakeSoon()
    if (turn.deadlineUs !== Number.POSITIVE_INFINITY) {
      this.#request(Math.max(now + 1, this.clock.trueUs(turn.deadlineUs)) + this.#world.timerLateUs())
    }
  }

  #syncLater(stream: Stream, bytes: number): void {
    const { incarnation } = this
    this.#world.at(this.#world.now() + this.#world.syncUs(this.id, bytes), () => {
      if (this.incarnation !== incarnation || this.state === 'down') return
      const write = this.disk.complete(stream)
      this.#world.synced(this.id, stream, write.upTo)
      const tell = (): void => this.#core?.stored(stream, write.upTo)
      if (this.state === 'asleep') this.#storedWhileAsleep.push(tell)
      else {
        tell()
        this.wakeSoon()
      }
    })
  }
}
