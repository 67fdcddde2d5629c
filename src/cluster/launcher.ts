/** Brings a node to life: spawn, bind, report the port, map it at the shim, then `go`. */
import { bundlePath } from '../host/bundles.ts'
import { NodeDidNotStart } from '../host/failure.ts'
import type { NodeConfig } from '../host/ipc.ts'
import type { EndpointId, MachineEvent } from '../machine/contract.ts'
import type { Mode, Settings } from '../modes/mode.ts'
import type { AddressBook } from './address-book.ts'
import type { GivingWay } from './giving-way.ts'
import type { Member } from './member.ts'
import { type NodeExit, NodeProcess } from './node-process.ts'
import type { ClusterEvent, ClusterOptions } from './types.ts'
import type { Watchdog } from './watchdog.ts'

export interface LauncherOptions {
  readonly options: ClusterOptions
  /** Comes before the node's command line (death-signal.ts). */
  readonly prefix: readonly string[]
  /** The first nodes. */
  readonly founders: readonly EndpointId[]
  readonly watchdog: Watchdog
  readonly addresses: AddressBook
  readonly givingWay: GivingWay
  tell(event: ClusterEvent): void
  /** A life ended, however it did. */
  buried(member: Member, exit: NodeExit): void
}

/** A status of each node this often, and of all nodes together not more than a hundred a second. */
const STATUS_MS = 100
const STATUS_MS_A_NODE = 10
/** After a sleep the first look at the clock reports it as a stall, this long after at most. */
const WAKING_MS = 1_000

export class Launcher {
  readonly #house: LauncherOptions
  #settings: Settings

  constructor(house: LauncherOptions) {
    this.#house = house
    this.#settings = house.options.settings
  }

  /** For the lives that begin from now on. */
  set(name: string, value: string): void {
    this.#settings = { ...this.#settings, [name]: value }
  }

  /**
   * The next life of a node, on the network, but it may not send yet. Rejects with EnvironmentFailure when the system refuses,
   * NodeDidNotStart when the node itself does.
   */
  async launch(member: Member, onBound: () => void = () => {}): Promise<NodeProcess> {
    const { shim, mode, command = defaultCommand(mode) } = this.#house.options
    member.incarnation++
    member.lastExit = null
    const life = new NodeProcess({
      config: this.#config(member),
      command: [...this.#house.prefix, ...command],
      logFile: member.logFile,
      watchdog: this.#house.watchdog,
      onEvents: (events) => {
        for (const event of events) this.#relay(member, life, event)
      },
      // The map entry goes first: the port may belong to a stranger a moment later.
      onGone: () => void shim.detach(member.id).catch(() => {}),
      onExit: (exit) => this.#house.buried(member, exit),
    })
    member.life = life
    try {
      const port = await life.bound()
      onBound()
      if (life.pid !== undefined && member.role === 'node') this.#house.givingWay.add(life.pid)
      await this.#house.addresses.open(member.id)
      if (life.state !== 'dead') await this.#house.addresses.attach(member.id, port)
      if (life.state === 'dead') throw new NodeDidNotStart(member.id, (await life.exited).why)
      return life
    } catch (error) {
      // One that says nothing would else stay, neither dead nor a member.
      await life.kill()
      throw error
    }
  }

  /** Lets a launched node send. */
  release(member: Member, life: NodeProcess): void {
    life.go(this.#house.addresses.all())
    // Faults set while it was starting are newer than its config.
    life.post({ type: 'clock', clock: member.clock })
    life.post({ type: 'disk', disk: member.disk })
  }

  #relay({ id: node }: Member, life: NodeProcess, event: MachineEvent): void {
    const time = this.#house.options.clock.nowNs()
    if (event.type !== 'stall' || typeof event.ms !== 'number') this.#house.tell({ type: 'node', time, node, event })
    // That a node stood still while it slept is no news.
    else if (performance.now() - life.wokeAtMs > WAKING_MS) this.#house.tell({ type: 'stall', time, node, ms: event.ms })
  }

  #config(member: Member): NodeConfig {
    const { mode, seed, sync, runId, bug = 'none', bugNodes } = this.#house.options
    const { founders } = this.#house
    return {
      mode: mode.name,
      id: member.id,
      role: member.role,
      members: member.joined ? founders.filter((id) => id !== member.id) : founders,
      settings: this.#settings,
      bug: bugNodes === undefined || bugNodes.includes(member.id) ? bug : 'none',
      runId,
      incarnation: member.incarnation,
      lostDisk: member.lostDisk,
      seed: `${seed}/${member.id}/${member.incarnation}`,
      dataDir: member.role === 'node' ? member.dataDir : null,
      sync,
      statusEveryMs: Math.max(STATUS_MS, STATUS_MS_A_NODE * founders.length),
      clock: member.clock,
      disk: member.disk,
    }
  }
}

/** How V8 runs a node. A small young generation saves 19–26 MB on a busy Raft leader at equal speed; a mode may want a larger one. */
export function nodeFlags({ youngMb = 1 }: Pick<Mode, 'youngMb'>): readonly string[] {
  return [`--max-semi-space-size=${youngMb}`]
}

function defaultCommand(mode: Mode): readonly string[] {
  return [process.execPath, ...nodeFlags(mode), bundlePath('node.js')]
}
