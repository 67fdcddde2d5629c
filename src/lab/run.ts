/**
 * One running cluster with all that belongs to it: network, clients, load, history, health, run folder. `reset` ends one and
 * opens the next; everything that remembers faults lives here, so a fresh run starts at nothing.
 */
import { randomInt } from 'node:crypto'
import type { Client, LoadPlan } from '../client/types.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { type HealthEvent, HealthWatch } from '../cluster/health.ts'
import type { ClusterEvent } from '../cluster/types.ts'
import { RunClock } from '../history/clock.ts'
import type { Request } from '../history/types.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import { isNode } from '../machine/ids.ts'
import { type Random, seeded } from '../machine/random.ts'
import type { Mode, NodeView, Settings, Summary } from '../modes/mode.ts'
import { NetworkPlan } from '../net/plan.ts'
import { startShim } from '../net/shim.ts'
import type { Shim } from '../net/types.ts'
import type { ChaosRun } from './chaos-run.ts'
import { Closers } from './closers.ts'
import { EventStream } from './events.ts'
import { faultsInForce } from './faults-in-force.ts'
import { HistoryLog } from './history-log.ts'
import { HostWatch, nodeDrops } from './host-watch.ts'
import type { SettingChange } from './language/ast.ts'
import { LoadRun } from './load-run.ts'
import { MessageSamples } from './message-samples.ts'
import { Picture } from './picture.ts'
import { RunClients } from './run-clients.ts'
import { openCluster, subjectOf } from './run-cluster.ts'
import { closeRunFolder, makeRunFolder, type RunFolder } from './run-folder.ts'
import { FIRST_CLIENT, type RunOptions } from './run-options.ts'
import { reportEveryMs } from './samples/sampler.ts'
import { watchStalls } from './stall-watch.ts'
import { startedFields, tellCluster, tellHealth } from './told.ts'
import { Turns } from './turns.ts'

/** Worse health than the faults allow is a finding after this long, or after what the mode asks for if that is more. */
const FINDING_MS = 5_000

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
  chaos: ChaosRun | null = null
  readonly turns = new Turns()
  /** How often chaos was started, so that each time draws its own faults. */
  chaosStarts = 0
  /** Settings that `set` changed, newest last. */
  readonly changed: SettingChange[] = []
  #shim: Shim | null = null
  #cluster: Cluster | null = null
  #health: HealthWatch | null = null
  #load: LoadRun | null = null
  #clients: RunClients | null = null
  /** Strangers on the same machine cannot guess it, so their datagrams do not count as ours. */
  /** Every envelope of this run wears it. */
  readonly runId = randomInt(1, 0xffffffff)
  readonly #ending = new AbortController()
  readonly #closers = new Closers()
  #watch: HostWatch | null = null
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
    this.history = new HistoryLog(this.folder.history, { nowNs, onFull, limit: options.historyEvents })
    const stopStalls = watchStalls((ms) => this.events.emit('stall', `the lab stood still for ${Math.round(ms)} ms`, { where: 'lab', ms }))
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
    return opened(this.#cluster)
  }

  get health(): HealthWatch {
    return opened(this.#health)
  }

  get shim(): Shim {
    return opened(this.#shim)
  }

  get load(): LoadRun {
    return opened(this.#load)
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
    return this.#clients?.ids ?? []
  }

  views(): readonly NodeView[] {
    return this.#cluster?.views() ?? []
  }

  /** Its disk is lost, and nobody gives it back what it held: it no longer counts. */
  lostForGood(id: EndpointId): boolean {
    return this.mode.refills !== true && this.cluster.lostDisk(id)
  }

  /** The nodes, and what stands beside them. */
  processViews(): readonly NodeView[] {
    return [...this.views(), ...(this.#cluster?.helperViews() ?? [])]
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
    return opened(this.#clients).get(id)
  }

  /** One operation of a client, in its turn, recorded. */
  async operate(id: EndpointId, request: Request): Promise<OperationResult> {
    return (await this.client(id)).invoke(request)
  }

  /** Brings the shim to the plan, all links in one turn, and tells clients their side. */
  async applyNetwork(text: string): Promise<void> {
    const atNs = await this.shim.apply(this.plan.takeUpdates())
    this.history.recorder.fault(text, atNs)
    await opened(this.#clients).reach()
    await this.load.reach((id) => this.plan.reachFrom(id, this.cluster.ids))
    this.health.changed()
    this.picture.look()
  }

  /** A live setting changes everywhere: nodes, helpers, clients and load. */
  async set(name: string, value: string): Promise<void> {
    this.cluster.set(name, value)
    this.changed.push({ name, value })
    await opened(this.#clients).set(name, value)
    await this.load.set(name, value)
  }

  /** A fault or its undoing that happened otherwise than through the network. */
  faulted(text: string): void {
    this.history.recorder.fault(text)
    this.#health?.changed()
    this.picture.look()
  }

  /** Now rather than within a second: what the machine lost, and how long the shim stood still, is told as events. */
  async lookAtHost(): Promise<void> {
    await this.#watch?.look()
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
    const { mode, nodes, seed } = this.options
    const shim = startShim({ seed: String(seed), startNs: this.clock.startNs })
    this.#shim = shim
    const watch = new HostWatch(shim, this.events, () => this.#nodeDrops(), reportEveryMs(nodes))
    this.#watch = watch
    const messages = new MessageSamples(shim, this.events)
    this.#closers.push(
      () => shim.close(),
      () => watch.close(),
      () => messages.close(),
    )
    shim.onFailure((error) => this.#broke(error))
    const cluster = await openCluster(this.options, {
      runDir: this.folder.path,
      runId: this.runId,
      clock: this.clock,
      shim,
      onEvent: (event) => this.#hear(event),
    })
    this.#cluster = cluster
    this.#closers.push(() => cluster.close())
    for (const id of [...cluster.ids, ...cluster.helperIds]) this.plan.addEndpoint(id)
    const surroundings = () => this.#surroundings(cluster)
    const clients = new RunClients(() => ({ ...surroundings(), mode, recorder: this.history.recorder }), this.plan, shim)
    this.#clients = clients
    this.#closers.push(() => clients.close())
    await clients.get(FIRST_CLIENT)
    const inForce = (): Settings => this.settings
    const health = await HealthWatch.open({
      ...surroundings(),
      // Asked anew for each prediction: `set` may have changed what must be reached.
      get settings() {
        return inForce()
      },
      mode,
      cluster: subjectOf(cluster, (id) => this.lostForGood(id)),
      network: this.plan,
      findingAfterMs: Math.max(FINDING_MS, mode.settlesMs?.(this.options.settings) ?? 0) * this.options.patience,
      onEvent: (event) => this.#hearHealth(event),
    })
    this.#health = health
    this.#closers.push(() => health.close())
    const onFailure = (error: Error): void => this.#broke(error)
    const load = new LoadRun(() => ({ ...surroundings(), mode: mode.name, onFailure }), this.history.recorder)
    this.#load = load
    this.#closers.push(() => (load.running ? load.stop() : undefined))
    this.events.emit('started', undefined, startedFields(this.options, cluster, health))
    this.#closers.push(this.picture.begin(this, watch))
  }

  /** What every endpoint outside the nodes is opened with, as nodes and settings are now. */
  #surroundings(cluster: Cluster) {
    const connect = cluster.connect.bind(cluster)
    return { nodes: cluster.ids, settings: this.settings, seed: String(this.options.seed), runId: this.runId, clock: this.clock, connect }
  }

  #nodeDrops(): ReturnType<typeof nodeDrops> {
    return this.#cluster === null ? [] : nodeDrops(this.#cluster, this.history.recorder.faults())
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

  async #close(): Promise<void> {
    this.#ending.abort()
    this.chaos?.cancel()
    await this.#closers.close()
  }
}

function opened<T>(part: T | null): T {
  if (part === null) throw new Error('the run is not open yet')
  return part
}
