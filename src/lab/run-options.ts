/** What a run is opened with. */
import type { SyncMode } from '../host/ipc.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { Mode, Settings } from '../modes/mode.ts'
import type { SettingChange } from './language/ast.ts'

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
  /** How many events the history keeps; what comes later is not checked. The recorder's own limit unless told. */
  readonly historyEvents?: number
  /** Whether dashboards may attach; they may unless told. */
  readonly attach?: boolean
  /** Program and arguments of a node; our own unless told. */
  readonly command?: readonly string[]
}

/** The prompt's own client, whose virtual address the nodes know from the first moment. */
export const FIRST_CLIENT = 'c0'
