/** A node as a real process: the loop of an endpoint, with a disk under it and a line to the lab beside it. */
import { writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { Machine } from '../machine/contract.ts'
import { seeded } from '../machine/random.ts'
import type { Mode } from '../modes/mode.ts'
import { NodeCore } from '../node/core.ts'
import { NOTHING_STORED, type Turn } from '../node/types.ts'
import { BentClock } from './clock.ts'
import { collectGarbage } from './collect.ts'
import { NodeDisk } from './disk.ts'
import { type Addresses, Endpoint } from './endpoint.ts'
import type { HostStatus, NodeConfig, ToChild } from './ipc.ts'
import { kernelDrops } from './kernel-drops.ts'
import { Lifeline } from './lifeline.ts'
import { ParentLine } from './parent-line.ts'
import { StallProbe } from './stall-probe.ts'

const HALT_CODE = 70
/** A shorter log leaves too little behind to spend a collection on. */
const LONG_LOG_BYTES = 1_048_576
/** Looks at the event loop for each status. */
const STALL_LOOKS = 5
const KERNEL_DROPS_EVERY = 10
/** A lab that does not read must not keep a halted node alive. */
const LAST_WORD_MS = 500

export class NodeProgram {
  readonly #config: NodeConfig
  readonly #line = new ParentLine()
  readonly #lifeline = new Lifeline()
  readonly #clock: BentClock
  #core: NodeCore | null = null
  #disk: NodeDisk | null = null
  #endpoint: Endpoint | null = null
  #stalls: StallProbe | null = null
  #statusTimer: NodeJS.Timeout | null = null
  #statuses = 0
  #kernelDrops = 0
  #tornBytes = 0
  #replayedBytes = 0
  #halted = false

  constructor(config: NodeConfig) {
    this.#config = config
    this.#clock = new BentClock(config.clock)
  }

  /** Opens disk and socket, says `bound`, and waits for `go`. Any failure from here on halts the process, loudly. */
  async start(mode: Mode): Promise<void> {
    // Ctrl-C at the lab's terminal, and a closing one, are the lab's to answer.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
    process.on('uncaughtException', (error) => this.#halt(error))
    process.on('unhandledRejection', (error) => this.#halt(error))
    this.#lifeline.hold()
    try {
      const core = this.#openCore(mode)
      const options = {
        core,
        clock: this.#clock,
        onTurn: (turn: Turn) => this.#turned(turn),
        onFailure: (error: unknown) => this.#halt(error),
      }
      const endpoint = await Endpoint.open(options)
      this.#endpoint = endpoint
      process.on('message', (message) => this.#told(message as ToChild, core, endpoint))
      this.#line.send({ type: 'bound', port: endpoint.port })
    } catch (error) {
      this.#halt(error)
    }
  }

  #openCore(mode: Mode): NodeCore {
    const { id, runId, incarnation, lostDisk, dataDir } = this.#config
    const core = new NodeCore({ id, runId, incarnation, machine: this.#machine(mode), crc32, durable: dataDir !== null })
    this.#core = core
    if (dataDir === null) {
      core.recover({ log: NOTHING_STORED, bulk: NOTHING_STORED }, false)
      return core
    }
    const disk = this.#openDisk(dataDir, core)
    const { keep, marks, tornBytes } = core.recover(disk.read(), lostDisk)
    this.#tornBytes = tornBytes
    this.#replayedBytes = keep.log + keep.bulk
    disk.settle(keep, marks)
    return core
  }

  #machine(mode: Mode): Machine {
    const { role, id, members, settings, bug, incarnation, seed } = this.#config
    const random = seeded(`${seed}/${id}/${incarnation}`)
    if (role === 'node') return mode.createNode({ id, members, settings, bug, random })
    if (mode.createHelper === undefined) throw new Error(`${mode.name} has no helpers`)
    return mode.createHelper({ id, nodes: members, settings, random })
  }

  #openDisk(dataDir: string, core: NodeCore): NodeDisk {
    const disk = new NodeDisk({
      dataDir,
      sync: this.#config.sync,
      fault: this.#config.disk,
      onStored: (stream, upTo) => {
        core.stored(stream, upTo)
        this.#endpoint?.wake()
      },
      onFailure: (failure) => this.#halt(failure),
    })
    this.#disk = disk
    return disk
  }

  #told(message: ToChild, core: NodeCore, endpoint: Endpoint): void {
    switch (message.type) {
      case 'go':
        this.#go(message.addresses, endpoint)
        break
      case 'addresses':
        endpoint.setAddresses(message.addresses)
        break
      case 'siblings':
        this.#lifeline.setSiblings(message.pids)
        break
      case 'inspect':
        this.#line.send({ type: 'inspected', id: message.id, answer: core.inspect(message.query) })
        break
      case 'control':
        core.control(message.control)
        endpoint.wake()
        break
      case 'clock':
        this.#clock.bend(message.clock)
        endpoint.wake()
        break
      case 'disk':
        this.#disk?.bend(message.disk)
    }
  }

  #go(addresses: Addresses, endpoint: Endpoint): void {
    endpoint.setAddresses(addresses)
    endpoint.begin()
    if (this.#statusTimer !== null) return
    const { statusEveryMs } = this.#config
    this.#stalls = new StallProbe(statusEveryMs / STALL_LOOKS, (ms) => this.#line.events([{ type: 'stall', ms }]))
    this.#statusTimer = setInterval(() => this.#report(), statusEveryMs)
  }

  #turned({ writes, events }: Turn): void {
    for (const write of writes) this.#disk?.begin(write)
    if (events.length > 0) this.#line.events(events)
    // The first turn has replayed the log.
    if (this.#replayedBytes > LONG_LOG_BYTES) collectGarbage()
    this.#replayedBytes = 0
    if (this.#statuses === 0) this.#report()
  }

  #report(): void {
    if (this.#core === null || this.#halted) return
    if (this.#statuses++ % KERNEL_DROPS_EVERY === 0) this.#kernelDrops = kernelDrops(this.#endpoint?.port ?? 0) ?? 0
    this.#line.status({ type: 'status', status: this.#core.inspect({ what: 'status' }), host: this.#hostStatus(this.#core) })
  }

  #hostStatus(core: NodeCore): HostStatus {
    const { dropped, ...counters } = core.counters
    const cpu = process.cpuUsage()
    return {
      ...counters,
      dropped: { ...dropped, ...this.#endpoint?.dropped },
      rssBytes: process.memoryUsage.rss(),
      cpuUs: cpu.user + cpu.system,
      syncs: this.#disk?.syncs ?? 0,
      syncP99Us: this.#disk?.syncP99Us() ?? 0,
      logBytes: this.#disk?.bytes ?? 0,
      tornBytes: this.#tornBytes,
      stallMs: this.#stalls?.take() ?? 0,
      kernelDrops: this.#kernelDrops,
    }
  }

  /** A node that broke a rule or lost its disk says why and stops: it may not spread what it no longer knows. */
  #halt(error: unknown): void {
    if (this.#halted) return
    this.#halted = true
    this.#disk?.stop()
    this.#endpoint?.close()
    if (this.#statusTimer !== null) clearInterval(this.#statusTimer)
    const reason = error instanceof Error ? error.message : String(error)
    complain(`${this.#config.id} halts: ${error instanceof Error ? (error.stack ?? reason) : reason}\n`)
    this.#line.lastWord(reason, () => process.exit(HALT_CODE))
    setTimeout(() => process.exit(HALT_CODE), LAST_WORD_MS)
  }
}

function complain(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // Nobody listens there; the last word still goes over IPC.
  }
}
