/** What can be seen of a cluster, and asked of its nodes; nothing here changes anything. */
import type { ClockFault, DiskFault, HostStatus } from '../host/ipc.ts'
import type { EndpointId, InspectQuery } from '../machine/contract.ts'
import type { NodeView } from '../modes/mode.ts'
import type { NodeExit } from './node-process.ts'
import type { Roster } from './roster.ts'
import { tail } from './tail.ts'

const INSPECT_TIMEOUT_MS = 500
const REFRESH_TIMEOUT_MS = 250

export class SeenCluster {
  protected readonly roster: Roster

  protected constructor(roster: Roster) {
    this.roster = roster
  }

  /** The nodes, helpers not among them. */
  get ids(): readonly EndpointId[] {
    return this.roster.ids('node')
  }

  /** Processes beside the nodes (`Mode.helpers`): killed, put to sleep and started again as nodes are, and without a disk. */
  get helperIds(): readonly EndpointId[] {
    return this.roster.ids('helper')
  }

  /** The nodes, in the order of their numbers. */
  views(): NodeView[] {
    return this.roster.views('node')
  }

  helperViews(): NodeView[] {
    return this.roster.views('helper')
  }

  lostDisk(id: EndpointId): boolean {
    return this.roster.get(id).lostDisk
  }

  clockOf(id: EndpointId): ClockFault {
    return this.roster.get(id).clock
  }

  diskOf(id: EndpointId): DiskFault {
    return this.roster.get(id).disk
  }

  /** A clock or disk rule is in force on some node. */
  get bent(): boolean {
    return this.roster.all.some((member) => member.bent)
  }

  /** Why a node is dead that nobody killed; null when it lives or was killed. */
  lastExit(id: EndpointId): NodeExit | null {
    return this.roster.get(id).lastExit
  }

  hostStatus(id: EndpointId): HostStatus | null {
    return this.roster.get(id).life?.heard?.host ?? null
  }

  /** Of every process that is not dead, helpers included. */
  pids(): Map<EndpointId, number> {
    return this.roster.pids()
  }

  /** The newest of what a node wrote to stdout and stderr, over all its lives. */
  stderr(id: EndpointId, limitBytes = 65_536): string {
    return tail(this.roster.get(id).logFile, limitBytes)
  }

  /** The machine's answer; null from a node that is not live or does not answer in time. Milliseconds. */
  async inspect(id: EndpointId, query: InspectQuery, timeoutMs = INSPECT_TIMEOUT_MS): Promise<unknown> {
    return (await this.roster.get(id).life?.inspect(query, timeoutMs)) ?? null
  }

  /** Asks the node for its status now; afterwards `views` has it, unless the node does not answer. */
  async refresh(id: EndpointId): Promise<void> {
    await this.roster.get(id).life?.refresh(REFRESH_TIMEOUT_MS)
  }
}
