/**
 * One running cluster with all that belongs to it: network, clients, load, history, health, run folder. `reset` ends one and
 * opens the next; everything that remembers faults lives here, so a fresh run starts at nothing.
 */
import { randomInt } from 'node:crypto'
import type { Client, LoadPlan } from '../client/types.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { HealthEvent, HealthWatch } from '../cluster/health.ts'
import type { ClusterEvent } from '../cluster/types.ts'
import { RunClock } from '../history/clock.ts'
import type { Request } from '../history/types.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import { isNode } from '../machine/ids.ts'
import { type Random, seeded } from '../machine/random.ts'
import type { Mode, NodeView, Settings, Summary } from '../modes/mode.ts'
import { NetworkPlan } from '../net/plan.ts'
import type { Shim } from '../net/types.ts'
import type { ChaosRun } from './chaos-run.ts'
import type { Checked } from './checked.ts'
import { Closers } from './closers.ts'
import { EventStream } from './events.ts'
import { faultsInForce } from './faults-in-force.ts'
import { HistoryLog } from './history-log.ts'
import type { SettingChange } from './language/ast.ts'
import type { LoadRun } from './load-run.ts'
import { Picture } from './picture.ts'
import { closeRunFolder, makeRunFolder, type RunFolder } from './run-folder.ts'
import type { RunOptions } from './run-options.ts'
import { lostForGood, openParts, type RunHouse, type RunParts } from './run-parts.ts'
import { watchStalls } from './stall-watch.ts'
import { startedFields, tellCluster, tellHealth } from './told.ts'
import { Turns } from './turns.ts'

/** The lab wanted the processor and did not get it for so long: it is not its own work that takes it. Milliseconds. */
const LONG_STALL_MS = 200

export class Run {
  readonly options: RunOptions
  readonly folder: RunFolder
  readonly clock: RunClock
  readonly events: EventStream
  readonly history: HistoryLog
  readonly picture: Picture
  readonly plan = new NetworkPlan()
  /** Decides which nodes `random(2)` and `follower` mean. */
  readonly random: Random
  /** The nodes of the last fault a person made. */
  last: readonly EndpointId[] = []
  /** Nodes whose disks the lab itself damaged, and how: that they halt on it afterwards is no surprise. */
  readonly damaged = new Map<EndpointId, string>()
  /** By check. */
  readonly checked = new Map<string, Checked>()
  chaos: ChaosRun | null = null
  readonly turns = new Turns()
  /** How often chaos was started, so that each time draws its own faults. */
  chaosStarts = 0
  /** Settings that `set` changed, newest last. */
  readonly changed: SettingChange[] = []
  #parts: RunParts | null = null
  /** Every envelope of this run wears it. Strangers on the same machine cannot guess it, so their datagrams do not count as ours. */
  readonly runId = randomInt(1, 0xffffffff)
  readonly #ending = new AbortController()
  readonly #closers = new Closers()
  #failure: Error | null = null
  #closing: Promise<void> | null = null

  /** Rejects when the machine refuses (EnvironmentFailure, ShimError) or a node does not start, and leaves nothing behind then. */
  static async open(options: RunOptions, startedAt?: bigint): Promise<Run> {
    const run = new Run(options, startedAt)
    try {
      await run.#open()
    } catch (error) {
      await run.close()
      throw error
    }
    return run
  }

  private constructor(options: RunOptions, startedAt?: bigint) {
    this.options = options
    this.clock = new RunClock(startedAt)
    this.random = seeded(`${options.seed}/lab`)
    this.folder = makeRunFolder(options.baseDir, options.seed, new Date())
    const nowNs = (): number => this.clock.nowNs()
    this.events = new EventStream(this.folder.events, nowNs)
    this.picture = new Picture(this.events, options)
    const onFull = (why: string): void => this.events.emit('note', why)
    const onUnwritable = (error: Error): void => this.#broke(error)
    this.history = new HistoryLog(this.folder.history, { nowNs, onFull, onUnwritable, limit: options.historyEvents })
    const stopStalls = watchStalls((ms) => this.#stalled(ms))
    this.#closers.push(
      () => closeRunFolder(this.folder),
      () => this.events.close(),
      () => this.history.close(),
      stopStalls,
    )
  }

  get mode(): Mode {
    return this.options.mode
  }

  get cluster(): Cluster {
    return this.#opened.cluster
  }

  get health(): HealthWatch {
    return this.#opened.health
  }

  get shim(): Shim {
    return this.#opened.shim
  }

  get load(): LoadRun {
    return this.#opened.load
  }

  /** Set when the shim, the probe or the load broke: the lab cannot go on. */
  get failure(): Error | null {
    return this.#failure
  }

  /** Aborted when the run closes. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }

  get clientIds(): readonly EndpointId[] {
    return this.#parts?.clients.ids ?? []
  }

  views(): readonly NodeView[] {
    return this.#parts?.cluster.views() ?? []
  }

  /** Its disk is lost, and nobody gives it back what it held: it no longer counts. */
  lostForGood(id: EndpointId): boolean {
    return lostForGood(this.options, this.cluster, id)
  }

  /** The nodes, and what stands beside them. */
  processViews(): readonly NodeView[] {
    return [...this.views(), ...(this.#parts?.cluster.helperViews() ?? [])]
  }

  /** Those in force now: what `set` changed counts. */
  get settings(): Settings {
    return { ...this.options.settings, ...Object.fromEntries(this.changed.map(({ name, value }) => [name, value])) }
  }

  summary(): Summary {
    return this.mode.summarize(this.views())
  }

  /** What is broken now, a line each. */
  faults(): readonly string[] {
    return faultsInForce(this.cluster, this.plan, (id) => this.lostForGood(id))
  }

  /** Asks every live node now, so that facts are not a status interval old. A node that does not answer keeps its last status. */
  async refresh(): Promise<void> {
    const live = this.views().filter((view) => view.state === 'live')
    await Promise.all(live.map((view) => this.cluster.refresh(view.id)))
  }

  /** The client of this name; it exists from first mention. */
  client(id: EndpointId): Promise<Client> {
    return this.#opened.clients.get(id)
  }

  /** One operation of a client, in its turn, recorded. */
  async operate(id: EndpointId, request: Request): Promise<OperationResult> {
    return (await this.client(id)).invoke(request)
  }

  /** Brings the shim to the plan, all links in one turn, and tells clients their side. */
  async applyNetwork(text: string): Promise<void> {
    const atNs = await this.shim.apply(this.plan.takeUpdates())
    this.history.recorder.fault(text, atNs)
    await this.#opened.clients.reach()
    await this.load.reach((id) => this.plan.reachFrom(id, this.cluster.ids))
    this.health.changed()
    this.picture.look()
  }

  /** A live setting changes everywhere: nodes, helpers, clients and load. */
  async set(name: string, value: string): Promise<void> {
    this.cluster.set(name, value)
    this.changed.push({ name, value })
    await this.#opened.clients.set(name, value)
    await this.load.set(name, value)
  }

  /** A fault or its undoing that happened otherwise than through the network. */
  faulted(text: string): void {
    this.history.recorder.fault(text)
    this.#parts?.health.changed()
    this.picture.look()
  }

  /** Now rather than within a second: what the machine lost, and how long the shim stood still, is told as events. */
  async lookAtHost(): Promise<void> {
    await this.#parts?.watch.look()
  }

  /** Datagrams that passed between nodes so far. */
  async passedMessages(): Promise<number> {
    const { links } = await this.shim.report()
    const between = Object.entries(links).filter(([name]) => name.split('>').every(isNode))
    return between.reduce((sum, [, link]) => sum + link.passed, 0)
  }

  async startLoad(plan: LoadPlan): Promise<void> {
    for (const id of plan.clients) this.plan.addEndpoint(id)
    await this.load.start(plan)
    await this.shim.apply(this.plan.takeUpdates())
    await this.load.reach((id) => this.plan.reachFrom(id, this.cluster.ids))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #open(): Promise<void> {
    const parts = await openParts(this.#house(), this.#closers)
    this.#parts = parts
    this.events.emit('started', undefined, startedFields(this.options, parts.cluster, parts.health))
    this.#closers.push(this.picture.begin(this, parts.watch))
  }

  #house(): RunHouse {
    const { options, folder, clock, events, history, plan, runId } = this
    const inForce = (): Settings => this.settings
    return {
      options,
      folder,
      clock,
      events,
      history,
      plan,
      runId,
      get settings() {
        return inForce()
      },
      onCluster: (event) => this.#hear(event),
      onHealth: (event) => this.#hearHealth(event),
      onFailure: (error) => this.#broke(error),
    }
  }

  get #opened(): RunParts {
    if (this.#parts === null) throw new Error('the run is not open yet')
    return this.#parts
  }

  #hear(event: ClusterEvent): void {
    tellCluster(this.events, this.mode, event)
    if (event.type === 'exit') this.faulted(`${event.node} ${event.reason}`)
  }

  #hearHealth(event: HealthEvent): void {
    if (event.type === 'probe-failed') this.#broke(new Error(event.why))
    else tellHealth(this.events, event)
  }

  #broke(error: Error): void {
    this.#failure ??= error
    this.events.emit('failure', `the lab broke: ${error.message}`, { failed: true })
  }

  #stalled(ms: number): void {
    this.events.emit('stall', `the lab stood still for ${Math.round(ms)} ms`, { where: 'lab', ms })
    if (ms >= LONG_STALL_MS) this.#parts?.cluster.giveWay()
  }

  async #close(): Promise<void> {
    this.#ending.abort()
    this.chaos?.cancel()
    await this.#closers.close()
  }
}
