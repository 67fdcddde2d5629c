/** What the lab and a node process say to each other over the child's IPC channel. Protocol traffic never goes this way. */
import type { Control, EndpointId, InspectQuery, MachineEvent } from '../machine/contract.ts'
import type { Settings } from '../modes/mode.ts'

/** How writes reach the disk: `always` syncs before any gated reply; `batch` too, but collects for 10 ms; `never` answers after the write, its mark moves every 5 s. */
export type SyncMode = 'always' | 'batch' | 'never'

/** The one command-line argument of a node process, as JSON. */
export interface NodeConfig {
  readonly mode: string
  readonly id: EndpointId
  /** `helper`: without a disk, beside the nodes (`Mode.createHelper`). */
  readonly role: 'node' | 'helper'
  /** The first nodes. A node is among them, unless it was started to join a cluster that runs. */
  readonly members: readonly EndpointId[]
  readonly settings: Settings
  readonly bug: string
  readonly runId: number
  readonly incarnation: number
  readonly lostDisk: boolean
  readonly seed: string
  /** Folder of this node's streams; exists. Null for a helper. */
  readonly dataDir: string | null
  readonly sync: SyncMode
  /** How often it says how it is, milliseconds: the more nodes there are, the less often, or the lab would do nothing but listen. */
  readonly statusEveryMs: number
  /** Faults that outlive a restart: the clock and disk as the lab bent them. */
  readonly clock: ClockFault
  readonly disk: DiskFault
}

export interface ClockFault {
  /** Added to the wall clock, milliseconds. */
  readonly skewMs: number
  /** Monotonic time runs by this much faster (0.01 = 1 %) or slower. */
  readonly drift: number
}

export interface DiskFault {
  /** Added to each sync, milliseconds. */
  readonly slowMs: number
  readonly full: boolean
  readonly fail: boolean
}

export const STEADY_CLOCK: ClockFault = { skewMs: 0, drift: 0 }
export const SOUND_DISK: DiskFault = { slowMs: 0, full: false, fail: false }

export type ToChild =
  /** Addresses are virtual ports on 127.0.0.1. After the first `go` the node may send. */
  | { readonly type: 'go'; readonly addresses: Readonly<Record<EndpointId, number>> }
  | { readonly type: 'addresses'; readonly addresses: Readonly<Record<EndpointId, number>> }
  /** Whom to kill if the lab vanishes. */
  | { readonly type: 'siblings'; readonly pids: readonly number[] }
  | { readonly type: 'inspect'; readonly id: number; readonly query: InspectQuery }
  | { readonly type: 'control'; readonly control: Control }
  | { readonly type: 'clock'; readonly clock: ClockFault }
  | { readonly type: 'disk'; readonly disk: DiskFault }

/** Counters of the node's host half. All count from the start of this incarnation. */
export interface HostStatus {
  readonly rssBytes: number
  readonly cpuUs: number
  readonly datagramsIn: number
  readonly datagramsOut: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Datagrams dropped by the envelope, by reason. */
  readonly dropped: Readonly<Record<string, number>>
  readonly messagesOut: Readonly<Record<string, number>>
  readonly syncs: number
  readonly syncP99Us: number
  readonly logBytes: number
  /** What this life cut off the ends of its streams when it began: written by the life before, and never synced. */
  readonly tornBytes: number
  /** The longest event-loop stall since the last status, milliseconds. */
  readonly stallMs: number
  readonly kernelDrops: number
}

export type FromChild =
  | { readonly type: 'bound'; readonly port: number }
  | { readonly type: 'status'; readonly status: unknown; readonly host: HostStatus }
  | { readonly type: 'events'; readonly events: readonly MachineEvent[] }
  | { readonly type: 'inspected'; readonly id: number; readonly answer: unknown }
  /** The last word of a node that broke a rule or lost its disk; the process exits with 70 after it. */
  | { readonly type: 'halt'; readonly reason: string }
