/** What a cluster is opened with, and what it says unasked. */
import type { RunClock } from '../history/clock.ts'
import type { SyncMode } from '../host/ipc.ts'
import type { EndpointId, MachineEvent } from '../machine/contract.ts'
import type { Mode, Settings } from '../modes/mode.ts'
import type { Shim } from '../net/types.ts'

/** `time`: nanoseconds since the run began. */
export type ClusterEvent =
  | { readonly type: 'node'; readonly time: number; readonly node: EndpointId; readonly event: MachineEvent }
  /** A process ended that nobody killed. */
  | { readonly type: 'exit'; readonly time: number; readonly node: EndpointId; readonly reason: 'halted' | 'crashed'; readonly why: string }
  /** A node's event loop stood still this long. */
  | { readonly type: 'stall'; readonly time: number; readonly node: EndpointId; readonly ms: number }
  | { readonly type: 'watchdog'; readonly time: number; readonly why: string }

export interface ClusterOptions {
  readonly mode: Mode
  readonly nodes: number
  readonly settings: Settings
  /** `none` (default) or a known-bad variant, and the nodes that have it (default: all). */
  readonly bug?: string
  readonly bugNodes?: readonly EndpointId[]
  readonly sync: SyncMode
  readonly seed: string
  /** Exists, or can be made. Holds `data/ID/` and `nodes/ID.log`. */
  readonly runDir: string
  readonly runId: number
  readonly clock: RunClock
  /** Stays the caller's: the cluster does not close it. */
  readonly shim: Shim
  /** Endpoints whose virtual addresses the nodes shall know from the first moment (the prompt's client, the probe). */
  readonly endpoints?: readonly EndpointId[]
  /** Program and arguments of a node; the config is added as the last. Default: our own bundle. */
  readonly command?: readonly string[]
  onEvent(event: ClusterEvent): void
}

/** Milliseconds from `open` until every node had bound its port, and until every node had its `go`. */
export interface StartReport {
  readonly boundMs: number
  readonly readyMs: number
}
