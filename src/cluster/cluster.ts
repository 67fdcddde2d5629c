/** Spawns and supervises the node processes of one cluster, and breaks them on command. */

import type { Addresses } from '../host/endpoint.ts'
import { NodeDidNotStart } from '../host/failure.ts'
import type { ClockFault, DiskFault } from '../host/ipc.ts'
import type { EndpointId } from '../machine/contract.ts'
import { nodeIds } from '../machine/ids.ts'
import { type Random, seeded } from '../machine/random.ts'
import { AddressBook } from './address-book.ts'
import { type AddressListener, Contacts } from './contacts.ts'
import { deathSignalPrefix } from './death-signal.ts'
import { cutPower, emptyFolder, flipBit, type PowerLoss } from './disk-faults.ts'
import { GivingWay } from './giving-way.ts'
import { inTurns } from './in-turns.ts'
import { atExit } from './last-moment.ts'
import { Launcher } from './launcher.ts'
import type { Member } from './member.ts'
import type { NodeExit } from './node-process.ts'
import { Roster } from './roster.ts'
import { SeenCluster } from './seen-cluster.ts'
import { settled } from './settled.ts'
import type { ClusterEvent, ClusterOptions, StartReport } from './types.ts'
import { Watchdog } from './watchdog.ts'

/** Processes that start at the same time: a hundred at once would each take longer than one is given to say its first word. */
const STARTS_AT_ONCE = 16

export class Cluster extends SeenCluster {
  readonly #options: ClusterOptions
  readonly #addresses: AddressBook
  readonly #contacts: Contacts
  readonly #watchdog: Watchdog
  readonly #launcher: Launcher
  readonly #givingWay: GivingWay
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
    const { mode, nodes, settings, runDir } = options
    super(new Roster({ nodes: nodeIds(nodes), helpers: mode.helpers?.(settings) ?? [], runDir }))
    this.#options = options
    this.#addresses = new AddressBook(options.shim)
    this.#contacts = new Contacts(this.#addresses, () => this.roster.all.flatMap(({ life }) => life ?? []))
    this.#watchdog = new Watchdog((why) => this.#options.onEvent({ type: 'watchdog', time: this.#now(), why }))
    this.#givingWay = new GivingWay(nodes)
    this.#launcher = new Launcher({
      options,
      prefix,
      founders: this.ids,
      watchdog: this.#watchdog,
      addresses: this.#addresses,
      givingWay: this.#givingWay,
      tell: (event) => this.#tell(event),
      buried: (member, exit) => this.#buried(member, exit),
    })
    atExit(this, true)
  }

  get start(): StartReport {
    return this.#start
  }

  /** The lab stood still for want of the processor. */
  giveWay(): void {
    const living = this.roster.all.flatMap(({ life, role }) =>
      life !== null && life.state !== 'dead' && role === 'node' ? [life.pid] : [],
    )
    this.#givingWay.further(living.filter((pid) => pid !== undefined))
  }

  get watchdogPid(): number | undefined {
    return this.#watchdog.pid
  }

  /** SIGKILL. Resolves when every exit has been seen. A dead node stays dead. */
  async kill(ids: readonly EndpointId[]): Promise<void> {
    await this.#each(ids, (member) => this.#end(member))
  }

  /** Kills what lives, then starts with the same disk and the next incarnation. Rejects with NodeDidNotStart for one that halts at once. */
  async restart(ids: readonly EndpointId[]): Promise<void> {
    await this.#each(ids, async (member) => {
      await this.#end(member)
      await this.#begin(member)
    })
  }

  /**
   * One more node, which knows the first ones and is none of them. Resolves when everybody knows its address. One that was retired
   * comes back to its folder. Rejects with RangeError for a name that is taken, else as `open` does; nothing has changed then.
   */
  async add(id: EndpointId): Promise<void> {
    const member = this.roster.admit(id)
    try {
      await this.#alone(member, () => this.#begin(member))
    } catch (error) {
      await this.#dismiss(member)
      throw error
    }
    await this.#contacts.spread()
  }

  /** Kills a node and forgets it, all but its folder. Rejects with RangeError for one that is not there, and for the last. */
  async retire(id: EndpointId): Promise<void> {
    await this.#dismiss(this.roster.get(id))
  }

  /** SIGSTOP. Resolves when the processes are stopped. */
  async sleep(ids: readonly EndpointId[]): Promise<void> {
    await this.#each(ids, async (member) => member.life?.sleep())
  }

  /** SIGCONT, then the commands that came meanwhile. */
  async wake(ids: readonly EndpointId[]): Promise<void> {
    await this.#each(ids, async (member) => member.life?.wake())
  }

  /** Kills and empties the disk; dead afterwards. `amnesiac`: it may come back as if it had never been (a labelled broken mode). A helper just dies. */
  async wipe(ids: readonly EndpointId[], { amnesiac = false }: { readonly amnesiac?: boolean } = {}): Promise<void> {
    await this.#each(ids, async (member) => {
      await this.#end(member)
      if (member.role === 'helper') return
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
    for (const member of ids.map((id) => this.roster.get(id))) {
      member.clock = clock
      member.life?.post({ type: 'clock', clock })
    }
  }

  setDisk(ids: readonly EndpointId[], disk: DiskFault): void {
    for (const member of ids.map((id) => this.roster.get(id))) {
      member.disk = disk
      member.life?.post({ type: 'disk', disk })
    }
  }

  /** A live setting changes on every node, and for those that start later. */
  set(name: string, value: string): void {
    this.#launcher.set(name, value)
    for (const { life } of this.roster.all) life?.post({ type: 'control', control: { type: 'set', name, value } })
  }

  /**
   * Puts a client on the network: opens its virtual address, maps its real port, and tells every node. Resolves when the
   * live nodes know it, to the virtual ports of all endpoints; `onAddresses` hears of them whenever somebody comes or goes later.
   */
  connect(id: EndpointId, realPort: number, onAddresses: AddressListener = () => {}): Promise<Addresses> {
    return this.#contacts.connect(id, realPort, onAddresses)
  }

  /** A client left: its real port is forgotten, its virtual address stays. */
  disconnect(id: EndpointId): Promise<void> {
    return this.#contacts.disconnect(id)
  }

  /** Kills every process and waits until each is gone. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** SIGKILL to every process without waiting, sleeping ones included: for the last moment of the lab. */
  killAllNow(): void {
    for (const { life } of this.roster.all) life?.killNow()
  }

  async #open(): Promise<void> {
    const from = performance.now()
    const since = (): number => performance.now() - from
    const members = this.roster.all
    const addresses = [...members.map(({ id }) => id), ...(this.#options.endpoints ?? [])].map((id) => this.#addresses.open(id))
    let boundMs = 0
    const start = inTurns(STARTS_AT_ONCE)
    const lives = members.map(async (member) => {
      const onBound = (): void => {
        boundMs = since()
      }
      return { member, life: await start(() => this.#launcher.launch(member, onBound)) }
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
    for (const { life } of this.roster.all) {
      if (life !== null && life.state !== 'starting') life.post({ type: 'siblings', pids: pids.filter((pid) => pid !== life.pid) })
    }
  }

  async #begin(member: Member): Promise<void> {
    if (this.#closing !== null) throw new NodeDidNotStart(member.id, 'the cluster is closing')
    const life = await this.#launcher.launch(member)
    this.#launcher.release(member, life)
    this.#introduce()
  }

  async #dismiss(member: Member): Promise<void> {
    await this.#alone(member, async () => {
      this.roster.mayRetire(member)
      await this.#end(member)
      this.roster.retire(member)
      this.#addresses.forget(member.id)
    })
    this.#introduce()
    await this.#contacts.spread()
  }

  async #end(member: Member): Promise<void> {
    await member.life?.kill()
    await member.life?.exited
    await this.#addresses.detach(member.id)
  }

  async #close(): Promise<void> {
    this.killAllNow()
    await Promise.all(this.roster.all.map(({ life }) => life?.exited))
    await this.#watchdog.close()
    atExit(this, false)
  }

  async #each<T>(ids: readonly EndpointId[], work: (member: Member) => Promise<T>): Promise<T[]> {
    return settled(ids.map((id) => this.roster.get(id)).map((member) => this.#alone(member, () => work(member))))
  }

  /** In its turn, which may come when the member is retired. */
  #alone<T>(member: Member, work: () => Promise<T>): Promise<T> {
    return member.alone(async () => {
      if (!this.roster.has(member)) throw new RangeError(`${member.id} was retired meanwhile`)
      return work()
    })
  }

  /** The seed decides what each node loses, not the order in which they die. */
  #faultRandom(fault: number, id: EndpointId): Random {
    return seeded(`${this.#options.seed}/disk-fault/${fault}/${id}`)
  }

  #tell(event: ClusterEvent): void {
    if (this.#closing === null) this.#options.onEvent(event)
  }

  #now(): number {
    return this.#options.clock.nowNs()
  }
}
