/** The programs of the bare store: as a process a node of it, as a thread its clients. */
import { fdatasync, openSync, writeSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { isMainThread, parentPort } from 'node:worker_threads'
import { assert } from '../src/machine/assert.ts'
import { LOOPBACK, openSocket } from '../src/net/udp.ts'
import { type BareClientsAsk, type BareNodeConfig, type BareResult, FrameBox, RECORD_BYTES, readFrames } from './bare-protocol.ts'

/** Durable copies that a put waits for, its coordinator's own among them. */
const QUORUM = 2
const PATIENCE_MS = 1_000

/** Appends, syncs in the thread pool, one sync at a time: what comes meanwhile shares the next, as in every store that is any good. */
class BareLog {
  readonly #fd: number
  #waiting: (() => void)[] = []
  #syncing = false

  constructor(file: string) {
    this.#fd = openSync(file, 'a')
  }

  append(durable: () => void): void {
    this.#waiting.push(durable)
    if (!this.#syncing) setImmediate(() => this.#sync())
  }

  #sync(): void {
    if (this.#syncing || this.#waiting.length === 0) return
    this.#syncing = true
    const batch = this.#waiting
    this.#waiting = []
    writeSync(this.#fd, Buffer.alloc(batch.length * RECORD_BYTES))
    fdatasync(this.#fd, (error) => {
      if (error !== null) throw error
      this.#syncing = false
      for (const durable of batch) durable()
      this.#sync()
    })
  }
}

async function node({ file, replicas }: BareNodeConfig): Promise<void> {
  const socket = await openSocket()
  const box = new FrameBox((bytes, port) => socket.send(bytes, port, LOOPBACK))
  const log = new BareLog(file)
  const puts = new Map<number, { readonly client: number; readonly id: number; copies: number }>()
  let last = 0
  const counted = (number: number): void => {
    const put = puts.get(number)
    if (put === undefined || ++put.copies < QUORUM) return
    puts.delete(number)
    box.add(put.client, 'done', put.id)
  }
  socket.on('message', (bytes, { port }) =>
    readFrames(bytes, (kind, id) => {
      if (kind === 'put') {
        const number = ++last
        puts.set(number, { client: port, id, copies: 0 })
        for (const replica of replicas) box.add(replica, 'replicate', number)
        log.append(() => counted(number))
      }
      if (kind === 'replicate') log.append(() => box.add(port, 'ack', id))
      if (kind === 'ack') counted(id)
    }),
  )
  process.on('disconnect', () => process.exit(0))
  process.send?.({ port: socket.address().port })
}

class BareClients {
  #sockets: Awaited<ReturnType<typeof openSocket>>[] = []
  #hear: (client: number, id: number) => void = () => {}

  async open(clients: number): Promise<number[]> {
    this.#sockets = await Promise.all(Array.from({ length: clients }, () => openSocket()))
    this.#sockets.forEach((socket, client) => {
      socket.on('message', (bytes) => readFrames(bytes, (_kind, id) => this.#hear(client, id)))
    })
    return this.#sockets.map((socket) => socket.address().port)
  }

  /** A closed loop: each client puts to a random node and waits for the answer. */
  async run({ nodes, clients, ms }: Extract<BareClientsAsk, { type: 'run' }>): Promise<BareResult> {
    const boxes = this.#sockets.map((socket) => new FrameBox((bytes, port) => socket.send(bytes, port, LOOPBACK)))
    const latencies: number[] = []
    const under = new Map<number, { readonly id: number; readonly atMs: number }>()
    let lost = 0
    let last = Math.floor(Math.random() * 2 ** 31)
    const next = (): number => {
      last = (last + 1) % 2 ** 32
      return last
    }
    const begin = (client: number): void => {
      const id = next()
      under.set(client, { id, atMs: performance.now() })
      boxes[client]?.add(nodes[Math.floor(Math.random() * nodes.length)] ?? 0, 'put', id)
    }
    this.#hear = (client, id) => {
      const put = under.get(client)
      if (put?.id !== id) return
      latencies.push(performance.now() - put.atMs)
      begin(client)
    }
    const startMs = performance.now()
    const patience = setInterval(() => {
      for (const [client, { atMs }] of under) {
        if (performance.now() - atMs < PATIENCE_MS) continue
        lost++
        begin(client)
      }
    }, PATIENCE_MS / 4)
    for (let client = 0; client < clients; client++) begin(client)
    await new Promise((resolve) => setTimeout(resolve, ms))
    clearInterval(patience)
    this.#hear = () => {}
    const sorted = Float64Array.from(latencies).sort()
    const seconds = (performance.now() - startMs) / 1000
    return { puts: sorted.length, seconds, p50Ms: sorted[sorted.length >> 1] ?? Number.NaN, lost }
  }
}

if (isMainThread) {
  await node(JSON.parse(process.argv[2] ?? '') as BareNodeConfig)
} else {
  assert(parentPort !== null, 'the bare clients run in a worker thread')
  const port = parentPort
  const clients = new BareClients()
  port.on('message', async (ask: BareClientsAsk) => {
    port.postMessage(ask.type === 'open' ? await clients.open(ask.clients) : await clients.run(ask))
  })
}
