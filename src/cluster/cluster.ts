/** Spawns and supervises the node processes of one cluster, and breaks them on command. */

import { NodeDidNotStart } from '../host/failure.ts'
import type { ClockFault, DiskFault, HostStatus } from '../host/ipc.ts'
import type { EndpointId, InspectQuery } from '../machine/contract.ts'
import { byNumber, nodeIds } from '../machine/ids.ts'
import { type Random, seeded } from '../machine/random.ts'
import type { NodeView } from '../modes/mode.ts'
import { AddressBook } from './address-book.ts'
import { deathSignalPrefix } from './death-signal.ts'
import { cutPower, emptyFolder, flipBit, type PowerLoss } from './disk-faults.ts'
import { Launcher } from './launcher.ts'
import { Member } from './member.ts'
import type { NodeExit } from './node-process.ts'
import { tail } from './tail.ts'
import type { ClusterEvent, ClusterOptions, StartReport } from './types.ts'
import { Watchdog } from './watchdog.ts'

const INSPECT_TIMEOUT_MS = 500
const REFRESH_TIMEOUT_MS = 250

export class Cluster {
  readonly #options: ClusterOptions
  readonly #members = new Map<EndpointId, Member>()
  readonly #addresses: AddressBook
  readonly #watchdog: Watchdog
  readonly #launcher: Launcher
  #faults = 0
  #closing: Promise<void> | null = null
  #start: StartReport = { boundMs: 0, readyMs: 0 }

  /** Rejects with EnvironmentFailure (spawn, permission, port) or NodeDidNotStart, and leaves no process behind then. */
  static async open(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options, await deathSignalPrefix())
    try {
      await cluster.#open()
      return cluster
    } catch (error) {
      await cluster.close()
      throw error
    }
  }

  private constructor(options: ClusterOptions, prefix: readonly string[]) {
    this.#options = options
    this.#addresses = new AddressBook(options.shim)
    for (const id of nodeIds(options.nodes)) this.#members.set(id, new Member(id, options.runDir))
    this.#watchdog = new Watchdog((why) => this.#options.onEvent({ type: 'watchdog', time: this.#now(), why }))
    this.#launcher = new Launcher({
      options,
      prefix,
      ids: this.ids,
      watchdog: this.#watchdog,
      addresses: this.#addresses,
      tell: (event) => this.#tell(event),
      buried: (member, exit) => this.#buried(member, exit),
    })
    atExit(this, true)
  }

  get ids(): readonly EndpointId[] {
    return [...this.#members.keys()]
  }

  get start(): StartReport {
    return this.#start
  }

  /** In the order of their numbers. */
  views(): NodeView[] {
    return [...this.#members.values()].map((member) => member.view()).sort((a, b) => byNumber(a.id, b.id))
  }

  lostDisk(id: EndpointId): boolean {
    return this.#member(id).lostDisk
  }

  clockOf(id: EndpointId): ClockFault {
    return this.#member(id).clock
  }

  diskOf(id: EndpointId): DiskFault {
    return this.#member(id).disk
  }

  /** A clock or disk rule is in force on some node. */
  get bent(): boolean {
    return [...this.#members.values()].some((member) => member.bent)
  }

  /** Why a node is dead that nobody killed; null when it lives or was killed. */
  lastExit(id: EndpointId): NodeExit | null {
    return this.#member(id).lastExit
  }

  hostStatus(id: EndpointId): HostStatus | null {
    return this.#member(id).life?.heard?.host ?? null
  }

  /** Of every process that is not dead, by node. */
  pids(): Map<EndpointId, number> {
    const pids = new Map<EndpointId, number>()
    for (const { id, life } of this.#members.values()) {
      if (life !== null && life.state !== 'dead' && life.pid !== undefined) pids.set(id, life.pid)
    }
    return pids
  }

  get watchdogPid(): number | undefined {
    return this.#watchdog.pid
  }

  /** The newest of what a node wrote to stdout and stderr, over all its lives. */
  stderr(id: EndpointId, limitBytes = 65_536): string {
    return tail(this.#member(id).logFile, limitBytes)
  }

  /** The machine's answer; null from a node that is not live or does not answer in time. Milliseconds. */
  async inspect(id: EndpointId, query: InspectQuery, timeoutMs = INSPECT_TIMEOUT_MS): Promise<unknown> {
    return (await this.#member(id).life?.inspect(query, timeoutMs)) ?? null
  }

  /** Asks the node for its status now; afterwards `views` has it, unless the node does not answer. */
  async refresh(id: EndpointId): Promise<void> {
    await this.#member(id).life?.refresh(REFRESH_TIMEOUT_MS)
  }

  /** SIGKILL. Resolves when every exit has been seen. A dead node stays dead. */
  async kill(ids: readonly EndpointId[]): Promise<void> {
    await this.#each(ids, (member) => this.#end(member))
  }

  /** Kills what lives, then starts with the same disk and the next incarnation. Rejects with NodeDidNotStart for one that halts at once. */
  async restart(ids: readonly EndpointId[]): Promise<void> {
    await this.#each(ids, async (member) => {
      await this.#end(member)
      if (this.#closing !== null) throw new NodeDidNotStart(member.id, 'the cluster is closing')
      const life = await this.#launcher.launch(member)
      this.#launcher.release(member, life)
      this.#introduce()
    })
  }

  /** SIGSTOP. Resolves when the processes are stopped. */
  async sleep(ids: readonly EndpointId[]): Promise<void> {
    await this.#each(ids, async (member) => member.life?.sleep())
  }

  /** SIGCONT, then the commands that came meanwhile. */
  async wake(ids: readonly EndpointId[]): Promise<void> {
    await this.#each(ids, async (member) => member.life?.wake())
  }

  /** Kills and empties the disk; dead afterwards. `amnesiac`: it may come back as if it had never been (a labelled broken mode). */
  async wipe(ids: readonly EndpointId[], { amnesiac = false }: { readonly amnesiac?: boolean } = {}): Promise<void> {
    await this.#each(ids, async (member) => {
      await this.#end(member)
      emptyFolder(member.dataDir)
      member.lostDisk = !amnesiac
    })
  }

  /** All victims lose power at one moment: what was not synced is gone, to a seeded length. Dead afterwards. */
  async powerCut(ids: readonly EndpointId[], { torn = false }: { readonly torn?: boolean } = {}): Promise<PowerLoss[]> {
    const fault = ++this.#faults
    // Stopped first, so that none writes or sends after another's end.
    await this.#each(ids, async (member) => member.life?.sleep())
    return this.#each(ids, async (member) => {
      await this.#end(member)
      return cutPower(member.id, member.dataDir, torn, this.#faultRandom(fault, member.id))
    })
  }

  /** Flips one bit below the synced mark of a node's log; it takes effect when the node reads its disk again, at restart. */
  async flip(ids: readonly EndpointId[]): Promise<void> {
    const fault = ++this.#faults
    await this.#each(ids, async (member) => flipBit(member.id, member.dataDir, this.#faultRandom(fault, member.id)))
  }

  /** In force at once and after restarts, until set again. */
  setClock(ids: readonly EndpointId[], clock: ClockFault): void {
    for (const member of ids.map((id) => this.#member(id))) {
      member.clock = clock
      member.life?.post({ type: 'clock', clock })
    }
  }

  setDisk(ids: readonly EndpointId[], disk: DiskFault): void {
    for (const member of ids.map((id) => this.#member(id))) {
      member.disk = disk
      member.life?.post({ type: 'disk', disk })
    }
  }

  /** A live setting changes on every node, and for those that start later. */
  set(name: string, value: string): void {
    this.#launcher.set(name, value)
    for (const { life } of this.#members.values()) life?.post({ type: 'control', control: { type: 'set', name, value } })
  }

  /**
   * Puts a client on the network: opens its virtual address, maps its real port, and tells every node. Resolves when the
   * live nodes know it, to the virtual ports of all endpoints.
   */
  async connect(id: EndpointId, realPort: number): Promise<Readonly<Record<EndpointId, number>>> {
    const isNew = await this.#addresses.open(id)
    await this.#addresses.attach(id, realPort)
    if (isNew) await this.#spread()
    return this.#addresses.all()
  }

  /** A client left: its real port is forgotten, its virtual address stays. */
  async disconnect(id: EndpointId): Promise<void> {
    await this.#options.shim.detach(id)
  }

  /** Kills every process and waits until each is gone. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** SIGKILL to every process without waiting, sleeping ones included: for the last moment of the lab. */
  killAllNow(): void {
    for (const { life } of this.#members.values()) life?.killNow()
  }

  async #open(): Promise<void> {
    const from = performance.now()
    const since = (): number => performance.now() - from
    const addresses = [...this.ids, ...(this.#options.endpoints ?? [])].map((id) => this.#addresses.open(id))
    const members = [...this.#members.values()]
    let boundMs = 0
    const lives = members.map(async (member) => {
      const life = await this.#launcher.launch(member, (): void => {
        boundMs = since()
      })
      return { member, life }
    })
    await Promise.all(addresses)
    // All at once, after every node is on the network: a vote asked of a node not yet mapped would be lost.
    for (const { member, life } of await settled(lives)) this.#launcher.release(member, life)
    this.#introduce()
    this.#start = { boundMs, readyMs: since() }
  }

  #buried(member: Member, exit: NodeExit): void {
    this.#introduce()
    if (exit.reason === 'killed') return
    member.lastExit = exit
    this.#tell({ type: 'exit', time: this.#now(), node: member.id, reason: exit.reason, why: exit.why })
  }

  /** Tells every node whom to kill if the lab vanishes. */
  #introduce(): void {
    if (this.#closing !== null) return
    const pids = [...this.pids().values()]
    for (const { life } of this.#members.values()) {
      if (life !== null && life.state !== 'starting') life.post({ type: 'siblings', pids: pids.filter((pid) => pid !== life.pid) })
    }
  }

  async #end(member: Member): Promise<void> {
    await member.life?.kill()
    await member.life?.exited
    await this.#options.shim.detach(member.id)
  }

  /** Child messages are read in order, so an answer to a question asked afterwards says that the addresses have come. */
  async #spread(): Promise<void> {
    const addresses = this.#addresses.all()
    await Promise.all(
      [...this.#members.values()].map(async ({ life }) => {
        if (life === null || life.state === 'starting') return
        life.post({ type: 'addresses', addresses })
        await life.inspect({ what: 'status' }, INSPECT_TIMEOUT_MS)
      }),
    )
  }

  async #close(): Promise<void> {
    this.killAllNow()
    await Promise.all([...this.#members.values()].map(({ life }) => life?.exited))
    await this.#watchdog.close()
    atExit(this, false)
  }

  async #each<T>(ids: readonly EndpointId[], work: (member: Member) => Promise<T>): Promise<T[]> {
    return settled(ids.map((id) => this.#member(id)).map((member) => member.alone(() => work(member))))
  }

  /** The seed decides what each node loses, not the order in which they die. */
  #faultRandom(fault: number, id: EndpointId): Random {
    return seeded(`${this.#options.seed}/disk-fault/${fault}/${id}`)
  }

  #member(id: EndpointId): Member {
    const member = this.#members.get(id)
    if (member === undefined) throw new RangeError(`no node ${id} in this cluster`)
    return member
  }

  #tell(event: ClusterEvent): void {
    if (this.#closing === null) this.#options.onEvent(event)
  }

  #now(): number {
    return this.#options.clock.nowNs()
  }
}

const atWork = new Set<Cluster>()
const lastMoment = (): void => {
  for (const cluster of atWork) cluster.killAllNow()
}

/** One listener for all clusters of this process: Node warns of a leak at the eleventh. */
function atExit(cluster: Cluster, guarded: boolean): void {
  if (guarded) atWork.add(cluster)
  else atWork.delete(cluster)
  process.off('exit', lastMoment)
  if (atWork.size > 0) process.on('exit', lastMoment)
}

/** All of them, also when one fails: its error is thrown only after the others came to their end. */
async function settled<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(work)
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
}
