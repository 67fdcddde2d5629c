/** What outlives a node's process: its folder, the count of its lives, and the faults the lab put on its disk and clock. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { EnvironmentFailure, messageOf } from '../host/failure.ts'
import { type ClockFault, type DiskFault, SOUND_DISK, STEADY_CLOCK } from '../host/ipc.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { NodeView } from '../modes/mode.ts'
import type { NodeExit, NodeProcess } from './node-process.ts'

/** `helper`: a process without a disk that stands between clients and nodes. */
export type Role = 'node' | 'helper'

export class Member {
  readonly id: EndpointId
  readonly role: Role
  /** Where a node's streams are; a helper has no such folder. */
  readonly dataDir: string
  readonly logFile: string
  incarnation = 0
  /** Started to join a cluster that runs: it is none of the first nodes, though it may have been once. */
  joined = false
  /** Wiped, and not let back as if nothing had happened: its votes must not count again until it is removed and added. */
  lostDisk = false
  clock: ClockFault = STEADY_CLOCK
  disk: DiskFault = SOUND_DISK
  life: NodeProcess | null = null
  /** How the last life ended, unless the lab killed it. */
  lastExit: NodeExit | null = null
  #turn: Promise<unknown> = Promise.resolve()

  /** Makes the folders `data/ID` (of a node) and `nodes` in the run folder. Throws EnvironmentFailure when it may not. */
  constructor(id: EndpointId, role: Role, runDir: string) {
    this.id = id
    this.role = role
    this.dataDir = join(runDir, 'data', id)
    this.logFile = join(runDir, 'nodes', `${id}.log`)
    try {
      if (role === 'node') mkdirSync(this.dataDir, { recursive: true })
      mkdirSync(join(runDir, 'nodes'), { recursive: true })
    } catch (error) {
      throw new EnvironmentFailure(`cannot write the run folder ${runDir}: ${messageOf(error)}`, error)
    }
  }

  /** Into a cluster that runs. Of an earlier time in it only the folder and the count of lives are left. */
  comeLater(): void {
    this.joined = true
    this.lostDisk = false
    this.clock = STEADY_CLOCK
    this.disk = SOUND_DISK
    this.life = null
    this.lastExit = null
  }

  get state(): NodeView['state'] {
    if (this.life === null) return 'dead'
    return this.life.state === 'starting' ? 'restarting' : this.life.state
  }

  get bent(): boolean {
    const { clock, disk } = this
    return clock.skewMs !== 0 || clock.drift !== 0 || disk.slowMs !== 0 || disk.full || disk.fail
  }

  view(): NodeView {
    const heard = this.state === 'live' || this.state === 'asleep' ? (this.life?.heard ?? null) : null
    return {
      id: this.id,
      state: this.state,
      status: heard?.status ?? null,
      statusAgeMs: heard === null ? Number.POSITIVE_INFINITY : performance.now() - heard.atMs,
    }
  }

  /** Commands that change the process run one after another: a restart that meets a kill must not leave two processes. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => {})
    return turn
  }
}
