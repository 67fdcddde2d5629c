/**
 * An endpoint of the lab's network as a real socket: it reads, lets the core take a turn, sends what the turn says, and wakes
 * at the machine's deadline. Nodes and clients run this same loop; a node adds a disk and an IPC channel around it.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { EndpointId } from '../machine/contract.ts'
import type { NodeCore } from '../node/core.ts'
import { Tally } from '../node/counters.ts'
import { DrainRule } from '../node/tick.ts'
import type { Datagram, Turn } from '../node/types.ts'
import type { Clock } from './clock.ts'

/** Virtual ports on 127.0.0.1, by endpoint. */
export type Addresses = Readonly<Record<EndpointId, number>>

export interface EndpointOptions {
  readonly core: NodeCore
  readonly clock: Clock
  readonly addresses?: Addresses
  /** Each turn, before its datagrams leave: so a sync works in the thread pool while the loop sends. */
  onTurn(turn: Turn): void
  /** The core or the machine threw, or the socket broke. The endpoint has stopped: it sends nothing more. */
  onFailure(error: unknown): void
}

const HOST = '127.0.0.1'
/** Largest first; a system that clamps takes the first, one that refuses gets to say yes to a smaller. */
const RECEIVE_BUFFERS = [4, 2, 1, 0.5, 0.25].map((mib) => mib * 1024 * 1024)
/** What may wait in our half of the socket when the kernel takes no more; beyond it datagrams are dropped. */
const MAX_SEND_QUEUE_BYTES = 8 * 1024 * 1024
/** Timers beyond this are rearmed when they fire: setTimeout counts 31 bits. */
const MAX_TIMER_MS = 3_600_000

export class Endpoint {
  readonly #core: NodeCore
  readonly #clock: Clock
  readonly #options: EndpointOptions
  readonly #socket: Socket
  readonly #drain = new DrainRule()
  readonly #dropped = new Tally()
  readonly #ports = new Map<EndpointId, number>()
  readonly #ids = new Map<number, EndpointId>()
  #state: 'bound' | 'turning' | 'stopped' = 'bound'
  #scheduled = false
  #brought = false
  #timer: NodeJS.Timeout | null = null
  #timerAtMs = Number.POSITIVE_INFINITY

  /** Binds a fresh port on 127.0.0.1. Rejects when the system refuses one. */
  static async open(options: EndpointOptions): Promise<Endpoint> {
    // Every address is numeric: resolving names would cost more than the send.
    const lookup = (_name: string, _options: unknown, done: (error: null, address: string, family: number) => void): void =>
      done(null, HOST, 4)
    const socket = createSocket({ type: 'udp4', lookup })
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(0, HOST, () => {
        socket.off('error', reject)
        resolve()
      })
    })
    return new Endpoint(options, socket)
  }

  private constructor(options: EndpointOptions, socket: Socket) {
    this.#options = options
    this.#core = options.core
    this.#clock = options.clock
    this.#socket = socket
    enlargeReceiveBuffer(socket)
    if (options.addresses !== undefined) this.setAddresses(options.addresses)
    socket.on('message', (bytes, remote) => this.#receive(bytes, remote))
    socket.on('error', (error) => this.#fail(error))
  }

  /** The real port, which the shim maps. */
  get port(): number {
    return this.#socket.address().port
  }

  /** Datagrams dropped outside the core, by reason: `unknown-sender`, `unmapped`, `send-queue`, or the system's code. */
  get dropped(): Readonly<Record<string, number>> {
    return this.#dropped.record
  }

  /** Replaces the virtual addresses: from others nothing is read, to others nothing is sent. */
  setAddresses(addresses: Addresses): void {
    this.#ports.clear()
    this.#ids.clear()
    for (const [id, port] of Object.entries(addresses)) {
      this.#ports.set(id, port)
      this.#ids.set(port, id)
    }
  }

  /** From now on the core takes turns, the first at once. It must have recovered. */
  begin(): void {
    if (this.#state !== 'bound') return
    this.#state = 'turning'
    this.wake()
  }

  /** The core has been given something (a control, a finished write), or time was bent. */
  wake(): void {
    this.#brought = true
    this.#schedule()
  }

  /** Closes the socket. Nothing is sent or read after this call. */
  close(): Promise<void> {
    if (this.#state === 'stopped') return Promise.resolve()
    this.#stop()
    return new Promise((resolve) => this.#socket.close(resolve))
  }

  #stop(): void {
    this.#state = 'stopped'
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #fail(error: unknown): void {
    if (this.#state === 'stopped') return
    this.#stop()
    this.#socket.close()
    this.#options.onFailure(error)
  }

  #receive(bytes: Uint8Array, remote: RemoteInfo): void {
    if (this.#state === 'stopped') return
    const from = remote.address === HOST ? this.#ids.get(remote.port) : undefined
    if (from === undefined) {
      this.#dropped.add('unknown-sender')
      return
    }
    this.#core.receive(from, bytes)
    this.wake()
  }

  /** One turn for all that one turn of the event loop reads: reading comes before `setImmediate`. */
  #schedule(): void {
    if (this.#scheduled || this.#state !== 'turning') return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      if (this.#state === 'turning') this.#run()
    })
  }

  #run(): void {
    const nowUs = this.#clock.nowUs()
    const decision = this.#drain.decide(nowUs, this.#core.deadlineUs, this.#brought)
    this.#brought = false
    if (decision === 'drain') {
      this.#schedule()
      return
    }
    try {
      const turn = this.#core.turn(nowUs, this.#clock.wallMs())
      this.#options.onTurn(turn)
      for (const datagram of turn.datagrams) this.#send(datagram)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (this.#core.pending > 0) this.#schedule()
    this.#arm()
  }

  #send({ to, bytes }: Datagram): void {
    // A turn's own listener may have stopped us: a halted node says nothing more.
    if (this.#state === 'stopped') return
    const port = this.#ports.get(to)
    if (port === undefined) this.#dropped.add('unmapped')
    else if (this.#socket.getSendQueueSize() > MAX_SEND_QUEUE_BYTES) this.#dropped.add('send-queue')
    else this.#socket.send(bytes, port, HOST, this.#onSent)
  }

  /** A refused datagram (EMSGSIZE, ENOBUFS) is a lost one, and the protocol knows how to lose. */
  readonly #onSent = (error: Error | null): void => {
    if (error !== null) this.#dropped.add('code' in error ? String(error.code) : error.message)
  }

  /** A deadline that moves away (every heartbeat does that) leaves the timer alone: it looks again when it fires. */
  #arm(): void {
    const { deadlineUs } = this.#core
    if (deadlineUs === Number.POSITIVE_INFINITY || this.#state !== 'turning') return
    const restMs = Math.min(MAX_TIMER_MS, Math.max(0, this.#clock.realMsUntil(deadlineUs)))
    const atMs = performance.now() + restMs
    if (this.#timer !== null && this.#timerAtMs <= atMs) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timerAtMs = atMs
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (this.#clock.nowUs() >= this.#core.deadlineUs) this.#schedule()
      else this.#arm()
    }, Math.ceil(restMs))
  }
}

function enlargeReceiveBuffer(socket: Socket): void {
  for (const size of RECEIVE_BUFFERS) {
    try {
      socket.setRecvBufferSize(size)
      return
    } catch {
      // This system refuses what others clamp: the next smaller one.
    }
  }
}
