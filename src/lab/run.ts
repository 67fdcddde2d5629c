/**
 * One running cluster with all that belongs to it: network, clients, history, health, run folder. `reset` ends one and opens the
 * next; everything that counts or remembers faults lives here, so a fresh run starts at nothing.
 */
import { randomInt } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import { openClient } from '../client/client.ts'
import { type Load, startLoad } from '../client/load.ts'
import type { Client, LoadPlan, LoadReport, Request } from '../client/types.ts'
import { Cluster } from '../cluster/cluster.ts'
import { type HealthEvent, HealthWatch } from '../cluster/health.ts'
import type { ClusterEvent } from '../cluster/types.ts'
import { RunClock } from '../history/clock.ts'
import { Recorder, type RecorderSource } from '../history/recorder.ts'
import type { SyncMode } from '../host/ipc.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import { PROBE } from '../machine/ids.ts'
import { type Random, seeded } from '../machine/random.ts'
import type { Mode, NodeView, Settings, Summary } from '../modes/mode.ts'
import { NetworkPlan } from '../net/plan.ts'
import { startShim } from '../net/shim.ts'
import type { Shim } from '../net/types.ts'
import type { ChaosRun } from './chaos-run.ts'
import { EventStream } from './events.ts'
import type { SettingChange } from './language/ast.ts'
import { closeRunFolder, makeRunFolder, type RunFolder } from './run-folder.ts'

export interface RunOptions {
  readonly mode: Mode
  readonly nodes: number
  readonly seed: number
  readonly settings: Settings
  /** What was named, in order: the rest are defaults. */
  readonly given: readonly SettingChange[]
  readonly sync: SyncMode
  readonly bug: string
  readonly bugNodes: readonly EndpointId[]
  /** Run folders are made below it. */
  readonly baseDir: string
  /** Multiplies operation timeouts. */
  readonly patience: number
}

/** The prompt's own client, whose virtual address the nodes know from the first moment. */
export const FIRST_CLIENT = 'c0'

export class Run {
  readonly options: RunOptions
  readonly folder: RunFolder
  readonly clock: RunClock
  readonly events: EventStream
  readonly recorder: Recorder
  readonly plan = new NetworkPlan()
  /** Decides which nodes `random(2)` and `follower` mean. */
  readonly random: Random
  /** The nodes of the last fault command. */
  last: readonly EndpointId[] = []
  #load: { readonly load: Load; readonly plan: LoadPlan; readonly source: RecorderSource } | null = null
  #loadsStarted = 0
  chaos: ChaosRun | null = null
  #shim: Shim | null = null
  #cluster: Cluster | null = null
  #health: HealthWatch | null = null
  readonly #clients = new Map<EndpointId, Promise<Client>>()
  readonly #stallTimer: NodeJS.Timeout
  readonly #flushTimer: NodeJS.Timeout
  /** Strangers on the same machine cannot guess it, so their datagrams do not count as ours. */
  readonly #runId = randomInt(1, 0xffffffff)
  #failure: Error | null = null
  #closing: Promise<void> | null = null

  static async open(options: RunOptions, startedAt?: bigint): Promise<Run> {
    const run = new Run(options, startedAt)
    try {
      await run.#start()
    } catch (error) {
      await run.close()
      throw error
    }
    return run
  }

  private constructor(options: RunOptions, startedAt?: bigint) {
    this.options = options
    this.folder = makeRunFolder(options.baseDir, options.seed, new Date())
    this.clock = new RunClock(startedAt)
    this.events = new EventStream(this.folder.events, () => this.clock.nowNs())
    this.random = seeded(`${options.seed}/lab`)
    writeFileSync(this.folder.history, '')
    let lines = ''
    this.recorder = new Recorder({
      nowNs: () => this.clock.nowNs(),
      sink: { write: (line) => (lines += `${line}\n`) },
      onFull: (why) => this.events.emit('note', why),
    })
    const flush = (): void => {
      this.recorder.flush()
      if (lines === '') return
      appendFileSync(this.folder.history, lines)
      lines = ''
    }
    this.#flushHistory = flush
    this.#flushTimer = setInterval(flush, 200)
    this.#stallTimer = this.#watchStalls()
  }

  readonly #flushHistory: () => void

  get mode(): Mode {
    return this.options.mode
  }

  get cluster(): Cluster {
    if (this.#cluster === null) throw new Error('the cluster is not open')
    return this.#cluster
  }

  get health(): HealthWatch {
    if (this.#health === null) throw new Error('the cluster is not open')
    return this.#health
  }

  get shim(): Shim {
    if (this.#shim === null) throw new Error('the network is not open')
    return this.#shim
  }

  /** Set when the shim or the watch broke: the lab cannot go on. */
  get failure(): Error | null {
    return this.#failure
  }

  views(): readonly NodeView[] {
    return this.#cluster?.views() ?? []
  }

  summary(): Summary {
    return this.mode.summarize(this.views())
  }

  /** Asks every live node now, so that facts are not a status interval old. A node that does not answer keeps its last status. */
  async refresh(): Promise<void> {
    const live = this.views().filter((view) => view.state === 'live')
    await Promise.all(live.map((view) => this.cluster.refresh(view.id)))
  }

  /** The client of this name; it exists from first mention. */
  client(id: EndpointId): Promise<Client> {
    const known = this.#clients.get(id)
    if (known !== undefined) return known
    const opening = this.#openClient(id)
    this.#clients.set(id, opening)
    return opening
  }

  get clientIds(): readonly EndpointId[] {
    return [...this.#clients.keys()]
  }

  /** One operation of a client, in its turn, recorded. */
  async operate(id: EndpointId, request: Request): Promise<OperationResult> {
    return (await this.client(id)).invoke(request)
  }

  /** Brings the shim to the plan, all links in one turn, and tells clients their side. */
  async applyNetwork(text: string): Promise<void> {
    const atNs = await this.shim.apply(this.plan.takeUpdates())
    this.recorder.fault(text, atNs)
    const members = this.cluster.ids
    for (const [id, opening] of this.#clients) (await opening).reach(this.plan.reachFrom(id, members))
    this.#tellLoad()
    this.#health?.look()
  }

  /** A fault or its undoing that did not go through the network. */
  faulted(text: string): void {
    this.recorder.fault(text)
    this.#health?.look()
  }

  /** Datagrams that the shim let through so far. */
  async passedMessages(): Promise<number> {
    const report = await this.shim.report()
    return Object.values(report.links).reduce((sum, link) => sum + link.passed, 0)
  }

  get loaded(): boolean {
    return this.#load !== null
  }

  /** One load at a time. Its operations stand in the history beside those of the prompt. */
  async startLoad(plan: LoadPlan): Promise<void> {
    for (const id of plan.clients) this.plan.addEndpoint(id)
    const epoch = ++this.#loadsStarted
    const source = this.recorder.source(`load${epoch}`)
    const load = await startLoad(plan, {
      mode: this.mode.name,
      settings: this.options.settings,
      nodes: this.cluster.ids,
      epoch,
      runId: this.#runId,
      clock: this.clock,
      connect: (id, realPort) => this.cluster.connect(id, realPort),
      onReport: (report) => source.push(report.events, report.upToNs),
      onFailure: (error) => this.#broke(error),
    })
    this.#load = { load, plan, source }
    await this.shim.apply(this.plan.takeUpdates())
    this.#tellLoad()
  }

  /** Resolves to the load's last report, with what its clients did over its whole life. */
  async stopLoad(): Promise<LoadReport> {
    if (this.#load === null) throw new Error('no load is running')
    const { load, source } = this.#load
    this.#load = null
    const report = await load.stop()
    source.close()
    return report
  }

  /** What is broken now, a line each. */
  faults(): string[] {
    const lines: string[] = []
    for (const view of this.views()) {
      if (view.state !== 'live') lines.push(`${view.id} ${view.state}`)
      else if (this.cluster.lostDisk(view.id)) lines.push(`${view.id} lost its disk`)
      const clock = this.cluster.clockOf(view.id)
      if (clock.skewMs !== 0) lines.push(`${view.id} clock ${clock.skewMs > 0 ? '+' : ''}${clock.skewMs} ms`)
      if (clock.drift !== 0) lines.push(`${view.id} clock drift ${(clock.drift * 100).toFixed(2)} %`)
      const disk = this.cluster.diskOf(view.id)
      if (disk.slowMs > 0) lines.push(`${view.id} disk slow ${disk.slowMs} ms`)
      if (disk.full) lines.push(`${view.id} disk full`)
      if (disk.fail) lines.push(`${view.id} disk fails`)
    }
    return [...lines, ...this.plan.describe()]
  }

  /** Everything asked and answered so far is in history.jsonl and in the recorder after this. */
  async settleHistory(): Promise<void> {
    this.#flushHistory()
    this.recorder.events()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** For `process.on('exit')`: nothing may be awaited there. */
  killAllNow(): void {
    this.#cluster?.killAllNow()
  }

  async #start(): Promise<void> {
    const { mode, nodes, settings, bug, bugNodes, sync, seed } = this.options
    this.#shim = startShim({ seed: String(seed), startNs: this.clock.startNs })
    this.#shim.onFailure((error) => this.#broke(error))
    this.#cluster = await Cluster.open({
      mode,
      nodes,
      settings,
      bug,
      ...(bugNodes.length > 0 ? { bugNodes } : {}),
      sync,
      seed: String(seed),
      runDir: this.folder.path,
      runId: this.#runId,
      clock: this.clock,
      shim: this.#shim,
      endpoints: [FIRST_CLIENT, PROBE],
      onEvent: (event) => this.#onClusterEvent(event),
    })
    for (const id of this.cluster.ids) this.plan.addEndpoint(id)
    await this.client(FIRST_CLIENT)
    this.#health = await HealthWatch.open({
      cluster: this.cluster,
      network: this.plan,
      mode,
      settings,
      seed: String(seed),
      runId: this.#runId,
      clock: this.clock,
      connect: (id, realPort) => this.cluster.connect(id, realPort),
      onEvent: (event) => this.#onHealthEvent(event),
    })
    const { boundMs, readyMs } = this.cluster.start
    this.events.emit('started', undefined, { mode: mode.name, nodes, seed, settings, bug, bugNodes, sync, boundMs, readyMs })
  }

  #tellLoad(): void {
    if (this.#load === null) return
    for (const id of this.#load.plan.clients) this.#load.load.reach(id, this.plan.reachFrom(id, this.cluster.ids))
  }

  async #openClient(id: EndpointId): Promise<Client> {
    const { mode, settings, seed } = this.options
    this.plan.addEndpoint(id)
    const client = await openClient({
      id,
      mode,
      nodes: this.cluster.ids,
      settings,
      seed: String(seed),
      runId: this.#runId,
      clock: this.clock,
      recorder: this.recorder,
      connect: (client, realPort) => this.cluster.connect(client, realPort),
    })
    await this.shim.apply(this.plan.takeUpdates())
    client.reach(this.plan.reachFrom(id, this.cluster.ids))
    return client
  }

  #onHealthEvent(event: HealthEvent): void {
    switch (event.type) {
      case 'health':
        this.events.emit('health', `${event.which === 'predicted' ? 'predicted ' : ''}${event.state}: ${event.why}`, { ...event })
        return
      case 'finding':
        this.events.emit('finding', `FINDING ${event.text}`)
        return
      case 'probe-failed':
        this.#broke(new Error(event.why))
        return
    }
  }

  #onClusterEvent(event: ClusterEvent): void {
    switch (event.type) {
      case 'node': {
        const text = this.mode.describe(event.node, event.event) ?? hostWords(event.node, event.event)
        this.events.emit('node', text ?? undefined, { node: event.node, event: event.event })
        return
      }
      case 'exit':
        this.events.emit('exit', `${event.node} ${event.reason}: ${event.why}`, { node: event.node, reason: event.reason })
        this.faulted(`${event.node} ${event.reason}`)
        return
      case 'stall':
        this.events.emit('stall', `${event.node} stood still for ${Math.round(event.ms)} ms`, { where: event.node, ms: event.ms })
        return
      case 'watchdog':
        this.events.emit('note', event.why)
        return
    }
  }

  /** A late timer means that the machine, not the store, was slow. */
  #watchStalls(): NodeJS.Timeout {
    const everyMs = 25
    let expected = this.clock.nowNs() + everyMs * 1e6
    const timer = setInterval(() => {
      const now = this.clock.nowNs()
      const lateMs = (now - expected) / 1e6
      if (lateMs > 50) this.events.emit('stall', `the lab stood still for ${Math.round(lateMs)} ms`, { where: 'lab', ms: lateMs })
      expected = now + everyMs * 1e6
    }, everyMs)
    return timer
  }

  #broke(error: Error): void {
    this.#failure ??= error
    this.events.emit('failure', `the lab broke: ${error.message}`, { failed: true })
  }

  async #close(): Promise<void> {
    clearInterval(this.#stallTimer)
    this.chaos?.cancel()
    if (this.#load !== null) await this.stopLoad()
    await this.#health?.close()
    for (const opening of this.#clients.values()) {
      const client = await opening.catch(() => null)
      await client?.close()
    }
    await this.#cluster?.close()
    await this.#shim?.close()
    this.recorder.close()
    this.#flushHistory()
    clearInterval(this.#flushTimer)
    this.events.close()
    closeRunFolder(this.folder)
  }
}

/** What every node says, whatever its mode. */
function hostWords(node: EndpointId, event: { readonly type: string; readonly [field: string]: unknown }): string | null {
  if (event.type !== 'torn-tail') return null
  return `${node} cut a torn tail of ${event.bytes} bytes off its ${event.stream}: never synced, so never promised`
}
