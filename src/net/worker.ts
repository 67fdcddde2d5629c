/** The thread of the relay: answers the lab's asks one at a time, and dies loudly of anything it did not expect. */
import { performance } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import { assert, unreachable } from '../machine/assert.ts'
import type { Answers, Ask, FromWorker, ShimWorkerData, ToWorker } from './protocol.ts'
import { Relay, RelayRefusal } from './relay.ts'
import { kernelDrops } from './udp.ts'

/** How often the loop is asked whether it still turns. */
const STALL_PROBE_MS = 20

assert(parentPort !== null, 'the relay runs in a worker thread')
const port = parentPort
const { seed, startNs } = workerData as ShimWorkerData

/**
 * The run's clock in milliseconds. `performance.now()` is cheaper than a bigint for every datagram, but counts from this
 * thread's own start: the offset is taken between two readings, as close together as a few tries give.
 */
function runClock(): () => number {
  let offsetMs = 0
  let closestMs = Number.POSITIVE_INFINITY
  for (let i = 0; i < 5; i++) {
    const before = performance.now()
    const runNs = process.hrtime.bigint() - startNs
    const after = performance.now()
    if (after - before >= closestMs) continue
    closestMs = after - before
    offsetMs = Number(runNs) / 1e6 - (before + after) / 2
  }
  return () => performance.now() + offsetMs
}

const nowMs = runClock()
const relay = new Relay(seed, nowMs)

let stallMs = 0
let probedMs = nowMs()
setInterval(() => {
  const now = nowMs()
  stallMs = Math.max(stallMs, now - probedMs - STALL_PROBE_MS)
  probedMs = now
}, STALL_PROBE_MS)

async function report(): Promise<Answers['report']> {
  const drops = await kernelDrops(relay.virtualPorts())
  const longest = stallMs
  stallMs = 0
  return {
    links: relay.counters(),
    strangers: relay.strangers,
    socketErrors: relay.socketErrors,
    kernelDrops: drops,
    stallMs: longest,
    receiveBufferBytes: relay.receiveBufferBytes(),
  }
}

async function close(): Promise<never> {
  await relay.close()
  process.exit(0)
}

function answer(ask: Ask): Answers[keyof Answers] | Promise<Answers[keyof Answers]> {
  switch (ask.type) {
    case 'open':
      return relay.open(ask.id)
    case 'attach':
      relay.attach(ask.id, ask.port)
      return null
    case 'detach':
      relay.detach(ask.id)
      return null
    case 'apply':
      return Math.round(relay.apply(ask.updates) * 1e6)
    case 'release':
      return relay.release()
    case 'report':
      return report()
    case 'delays':
      return relay.delays()
    case 'trace':
      return relay.takeTrace()
    case 'close':
      return close()
    default:
      return unreachable(ask)
  }
}

function tell(message: FromWorker): void {
  port.postMessage(message)
}

/** Refusals and the system's errors (they carry a code such as EMFILE) go to the asker; a broken invariant ends the thread. */
async function serve({ ticket, ask }: ToWorker): Promise<void> {
  try {
    const value = answer(ask)
    tell({ type: 'answer', ticket, value: value instanceof Promise ? await value : value })
  } catch (error) {
    const refused = error instanceof RelayRefusal || (error instanceof Error && 'syscall' in error)
    if (!refused) throw error
    tell({ type: 'refused', ticket, message: error.message, code: String('code' in error ? error.code : 'refused') })
  }
}

port.on('message', serve)
