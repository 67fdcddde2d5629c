/**
 * The pure half of a node: what stands between a machine and its host. Datagrams and finished writes go in, a turn's
 * datagrams and writes come out; the host (a process, or the simulator) owns sockets, files and time.
 */
import { assert } from '../machine/assert.ts'
import { encodeBriefly } from '../machine/codec.ts'
import type {
  Control,
  EndpointId,
  Input,
  InspectQuery,
  Machine,
  MachineEvent,
  Message,
  OperationResult,
  Output,
  Stream,
} from '../machine/contract.ts'
import { type CoreCounters, Tally } from './counters.ts'
import { DiskStream } from './disk-stream.ts'
import { type Crc32, openDatagram } from './envelope.ts'
import { Fifo } from './fifo.ts'
import { Gate } from './gates.ts'
import { Inbox } from './inbox.ts'
import { encodeMark } from './log-format.ts'
import { Outbox } from './outbox.ts'
import { recoverStream } from './recovery.ts'
import { isLate } from './tick.ts'
import type { DiskWrite, StoredStream, Turn } from './types.ts'

/** Inputs of one ordinary step. A node that wakes late takes all that waits in one. */
const MAX_INPUTS = 256
/** Controls and finished writes come from our own host, which never has this many. */
const MAX_URGENT = 65_536
const STREAMS: readonly Stream[] = ['log', 'bulk']

export interface NodeCoreOptions {
  readonly id: EndpointId
  readonly runId: number
  /** One process can host several groups; 0 unless said. */
  readonly group?: number
  readonly incarnation: number
  readonly machine: Machine
  readonly crc32: Crc32
  /** Whether the host has a disk: a machine without one may store nothing. */
  readonly durable: boolean
}

/** What the host does with its files before it lets the node speak: cut each to `keep`, sync, write the mark. */
export interface Recovered {
  readonly keep: Readonly<Record<Stream, number>>
  /** Bytes of torn tail, both streams together. */
  readonly tornBytes: number
  readonly marks: Readonly<Record<Stream, Uint8Array>>
}

export class NodeCore {
  readonly id: EndpointId
  readonly #options: NodeCoreOptions
  readonly #machine: Machine
  readonly #outbox: Outbox
  readonly #inbox: Inbox
  readonly #urgent = new Fifo<Input>()
  readonly #gates: Readonly<Record<Stream, Gate>> = { log: new Gate(), bulk: new Gate() }
  readonly #dropped = new Tally()
  readonly #messagesOut = new Tally()
  #streams: Readonly<Record<Stream, DiskStream>> | null = null
  #events: MachineEvent[] = []
  #results: OperationResult[] = []
  #nowUs = Number.NEGATIVE_INFINITY
  #deadlineUs = Number.POSITIVE_INFINITY
  #datagramsIn = 0
  #datagramsOut = 0
  #bytesIn = 0
  #bytesOut = 0

  constructor(options: NodeCoreOptions) {
    const { id, runId, group = 0, incarnation, machine, crc32 } = options
    this.id = id
    this.#options = options
    this.#machine = machine
    this.#outbox = new Outbox({ id, runId, group, incarnation, crc32 })
    this.#inbox = new Inbox((reason) => this.#dropped.add(reason))
  }

  /**
   * Reads what the disk kept and makes it the machine's first input. Call once, before the first turn; with empty streams
   * for an endpoint without a disk. Throws DamagedStream.
   *
   * What is kept may lie above the mark, in the page cache only, and the machine will treat it as durable: so the host
   * must sync and mark it before the first turn.
   */
  recover(stored: Readonly<Record<Stream, StoredStream>>, lostDisk: boolean): Recovered {
    assert(this.#streams === null, 'a core recovers once')
    const { crc32, incarnation } = this.#options
    const log = recoverStream('log', stored.log, crc32)
    const bulk = recoverStream('bulk', stored.bulk, crc32)
    this.#streams = { log: new DiskStream('log', log, crc32), bulk: new DiskStream('bulk', bulk, crc32) }
    for (const [stream, { tornBytes }] of [['log', log] as const, ['bulk', bulk] as const]) {
      if (tornBytes > 0) this.#events.push({ type: 'torn-tail', stream, bytes: tornBytes })
    }
    this.#urgent.push({ kind: 'start', log: log.records, bulk: bulk.records, lostDisk, incarnation })
    return {
      keep: { log: log.length, bulk: bulk.length },
      tornBytes: log.tornBytes + bulk.tornBytes,
      marks: { log: encodeMark(log.length, crc32), bulk: encodeMark(bulk.length, crc32) },
    }
  }

  /** A datagram from the endpoint whose virtual address it came from. Bad ones are counted and forgotten. */
  receive(from: EndpointId, bytes: Uint8Array): void {
    this.#datagramsIn++
    this.#bytesIn += bytes.length
    const { runId, group = 0, crc32 } = this.#options
    const opened = openDatagram(bytes, { runId, group, to: this.id, from }, crc32)
    if (opened.ok) this.#inbox.take(opened.header, opened.payload)
    else this.#dropped.add(opened.reason)
  }

  control(control: Control): void {
    this.#urge({ kind: 'control', control })
  }

  /** The host synced the write that ends at this position, and its mark. */
  stored(stream: Stream, upTo: number): void {
    this.#started()[stream].stored(upTo)
    this.#urge({ kind: 'stored', stream, upTo })
  }

  /** Inputs that wait for a turn. */
  get pending(): number {
    return this.#urgent.length + this.#inbox.length
  }

  /** When the machine wants a turn even if nothing comes: absolute, in `nowUs` time. */
  get deadlineUs(): number {
    return this.#deadlineUs
  }

  /** Takes what waits into one step, and says what to send and write. AssertionFailed passes through: then the node must halt. */
  turn(nowUs: number, wallMs: number): Turn {
    assert(nowUs >= this.#nowUs, 'monotonic time never goes back')
    this.#nowUs = nowUs
    const due = nowUs >= this.#deadlineUs
    if (isLate(nowUs, this.#deadlineUs)) {
      this.#step(nowUs, wallMs, this.#take(Number.POSITIVE_INFINITY, nowUs))
      if (nowUs >= this.#deadlineUs) this.#step(nowUs, wallMs, [{ kind: 'tick' }])
    } else {
      const inputs = this.#take(due ? MAX_INPUTS - 1 : MAX_INPUTS, nowUs)
      if (due) inputs.push({ kind: 'tick' })
      this.#step(nowUs, wallMs, inputs)
    }
    return this.#finish()
  }

  inspect(query: InspectQuery): unknown {
    return this.#machine.inspect(query)
  }

  get counters(): CoreCounters {
    return {
      datagramsIn: this.#datagramsIn,
      datagramsOut: this.#datagramsOut,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      dropped: this.#dropped.record,
      messagesOut: this.#messagesOut.record,
    }
  }

  #started(): Readonly<Record<Stream, DiskStream>> {
    assert(this.#streams !== null, 'a core recovers before it takes a turn')
    return this.#streams
  }

  #urge(input: Input): void {
    assert(this.#urgent.length < MAX_URGENT, 'controls and finished writes stay within their bound')
    this.#urgent.push(input)
  }

  /** The start, finished writes and controls first: they are few, and what waits for them is not. */
  #take(most: number, nowUs: number): Input[] {
    const inputs: Input[] = []
    while (inputs.length < most) {
      const input = this.#urgent.shift()
      if (input === undefined) break
      inputs.push(input)
    }
    this.#inbox.drainInto(inputs, most, nowUs)
    return inputs
  }

  #step(nowUs: number, wallMs: number, inputs: readonly Input[]): void {
    const streams = this.#started()
    if (inputs.length === 0) return
    const output = this.#machine.step({ nowUs, wallMs, inputs })
    for (const record of output.store) {
      assert(this.#options.durable, 'a machine without a disk stores nothing')
      streams[record.stream].append(record.bytes)
    }
    this.#post(output, streams)
    this.#deadlineUs = output.deadlineUs
    for (const event of output.events) this.#events.push(event)
    for (const result of output.results) this.#results.push(result)
  }

  #post(output: Output, streams: Readonly<Record<Stream, DiskStream>>): void {
    // A broadcast is one message object and many destinations: encoded once. Encoded now, so that what waits at a gate is
    // what the machine said then, whatever becomes of its objects.
    const encoded = new Map<Message, Uint8Array>()
    const bytesOf = (message: Message): Uint8Array => {
      const bytes = encoded.get(message) ?? encodeBriefly(message)
      encoded.set(message, bytes)
      return bytes
    }
    for (const { to, message } of output.send) this.#send(to, message.type, bytesOf(message))
    for (const { to, message, stream, upTo } of output.sendAfter) {
      assert(upTo <= streams[stream].appended, 'a gated message waits for a record that exists')
      if (!this.#gates[stream].hold({ to, type: message.type, bytes: bytesOf(message), upTo })) this.#dropped.add('gate-full')
    }
  }

  #send(to: EndpointId, type: string, bytes: Uint8Array): void {
    assert(to !== this.id, 'a node does not write to itself')
    const fate = this.#outbox.add(to, bytes)
    if (fate === 'taken') this.#messagesOut.add(type)
    else this.#dropped.add(fate)
  }

  #finish(): Turn {
    const streams = this.#started()
    const writes: DiskWrite[] = []
    for (const stream of STREAMS) {
      for (const { to, type, bytes } of this.#gates[stream].release(streams[stream].durable)) this.#send(to, type, bytes)
      const write = streams[stream].next()
      if (write !== null) writes.push(write)
    }
    const datagrams = this.#outbox.flush()
    for (const { bytes } of datagrams) this.#count(bytes)
    const turn: Turn = { datagrams, writes, events: this.#events, results: this.#results, deadlineUs: this.#deadlineUs }
    this.#events = []
    this.#results = []
    return turn
  }

  #count(bytes: Uint8Array): void {
    this.#datagramsOut++
    this.#bytesOut += bytes.length
  }
}
