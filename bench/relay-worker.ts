/** The threads of the relay bench: a relay without rules, the least one could do, and the traffic that crosses it or the shim. */
import type { Socket } from 'node:dgram'
import { performance } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../src/machine/assert.ts'
import { LOOPBACK, openSocket } from '../src/net/udp.ts'
import type { BenchRole, ForwardAsk, TrafficAsk, TrafficResult } from './relay-protocol.ts'

/** Pings each endpoint keeps in flight in the closed loop, and the size of one. */
const WINDOW = 8
const PING_BYTES = 100
const PING = 1
const PONG = 2
/** How often paced pings are sent, milliseconds. */
const PACE_MS = 2

assert(parentPort !== null, 'the bench runs in a worker thread')
const port = parentPort

async function forward({ realPorts }: ForwardAsk): Promise<number[]> {
  const sockets = await Promise.all(realPorts.map(() => openSocket()))
  const byRealPort = new Map(realPorts.map((real, i) => [real, sockets[i]]))
  sockets.forEach((socket, i) => {
    const to = realPorts[i]
    socket.on('message', (bytes, remote) => byRealPort.get(remote.port)?.send(bytes, to, LOOPBACK))
  })
  return sockets.map((socket) => socket.address().port)
}

class Traffic {
  #sockets: Socket[] = []
  #targets: number[] = []
  #closedLoop = false
  #latencies: number[] = []
  /** Which run a ping belongs to: what is late from the one before must not count in this one. */
  #run = 0

  async open(endpoints: number): Promise<number[]> {
    this.#sockets = await Promise.all(Array.from({ length: endpoints }, () => openSocket()))
    this.#sockets.forEach((socket, i) => {
      socket.on('message', (bytes, remote) => this.#hear(i, bytes, remote.port))
    })
    return this.#sockets.map((socket) => socket.address().port)
  }

  async run({ virtualPorts, ms, perSecond }: Extract<TrafficAsk, { type: 'run' }>): Promise<TrafficResult> {
    this.#targets = this.#sockets.map((_, i) => virtualPorts[(i + 1) % virtualPorts.length] ?? 0)
    this.#closedLoop = perSecond === 0
    this.#latencies = []
    this.#run++
    const startMs = performance.now()
    let sent = 0
    const pace = (): void => {
      // A late timer catches up at most one beat's worth, or a stall would turn into a flood.
      const due = Math.min(
        Math.floor(((performance.now() - startMs) / 1000) * perSecond) - sent,
        Math.ceil((perSecond * 2 * PACE_MS) / 1000),
      )
      for (let i = 0; i < due; i++) this.#ping(sent++ % this.#sockets.length)
    }
    const beat = this.#closedLoop ? null : setInterval(pace, PACE_MS)
    if (this.#closedLoop) for (let i = 0; i < WINDOW * this.#sockets.length; i++) this.#ping(i % this.#sockets.length)
    await new Promise((resolve) => setTimeout(resolve, ms))
    if (beat !== null) clearInterval(beat)
    const seconds = (performance.now() - startMs) / 1000
    const sorted = Float64Array.from(this.#latencies).sort()
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
    this.#run++
    return { roundTripsPerSecond: sorted.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
  }

  #ping(i: number): void {
    const bytes = Buffer.alloc(PING_BYTES)
    bytes[0] = PING
    bytes.writeUInt32LE(this.#run, 1)
    bytes.writeDoubleLE(performance.now(), 5)
    this.#sockets[i]?.send(bytes, this.#targets[i] ?? 0, LOOPBACK)
  }

  #hear(i: number, bytes: Buffer, from: number): void {
    if (bytes.length !== PING_BYTES || bytes.readUInt32LE(1) !== this.#run) return
    if (bytes[0] === PING) {
      bytes[0] = PONG
      this.#sockets[i]?.send(bytes, from, LOOPBACK)
      return
    }
    this.#latencies.push(performance.now() - bytes.readDoubleLE(5))
    if (this.#closedLoop) this.#ping(i)
  }
}

if ((workerData as BenchRole) === 'bare-relay') {
  port.on('message', async (ask: ForwardAsk) => port.postMessage(await forward(ask)))
} else {
  const traffic = new Traffic()
  port.on('message', async (ask: TrafficAsk) => {
    port.postMessage(ask.type === 'open' ? await traffic.open(ask.endpoints) : await traffic.run(ask))
  })
}
