/**
 * What a mode brings to the simulator: how a seed's scenario is drawn, the invariants that watch it, what its clients ask and may be
 * told, and what must hold once every fault is over. The run itself, its faults and its clock are the same for all.
 */
import type { HistoryEvent } from '../history/types.ts'
import type { EndpointId, Operation, OperationResult } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import type { Mode } from '../modes/mode.ts'
import type { Judgement } from './judge.ts'
import type { Monitor, NodeTruth } from './monitor.ts'
import type { Scenario } from './scenario.ts'

export type Ask = Pick<Operation, 'f' | 'key' | 'value' | 'via' | 'options'>

/** What clients ask, and the oracle that judges what they are told. One operation at a time a client. */
export interface Script {
  /** The next thing this client asks. */
  next(client: EndpointId, random: Random): Ask
  asked(client: EndpointId, ask: Ask, nowUs: number): void
  /** Throws Violation when no honest store could have answered so. */
  ended(client: EndpointId, result: OperationResult): void
}

/** What a trial may do with its cluster once every fault is over. */
export interface Stage {
  readonly nowUs: number
  truths(): readonly NodeTruth[]
  /** Lets so much time pass. */
  rest(us: number): void
  /** Until no client waits and the monitor is content. Throws Violation when that takes longer. */
  settle(withinUs: number, when: string): void
  /** One operation of a client that nobody met before; it must succeed. Throws Violation if it does not. */
  mustAnswer(ask: Ask): OperationResult
}

/** One seed's trial. It keeps what it saw, so it serves once. */
export interface Trial {
  readonly scenario: Scenario
  /** The cluster in ten words. */
  readonly about: string
  readonly monitor: Monitor
  readonly script: Script
  /** Operations that must have succeeded under faults, or the seed proves nothing. */
  readonly floorOps: number
  /** Throws Violation for whatever is not as it must be in the end. */
  finish(stage: Stage): void
  /** The verdict of the checkers that people use, unless it is `valid`. */
  judge(history: readonly HistoryEvent[]): Judgement | null
}

/** Knows nothing of known-bad variants: all of them meet the same faults. */
export type DrawTrial = (mode: Mode, seed: number) => Trial

/** The client that comes after all faults. */
export const FRESH_CLIENT: EndpointId = 'c90'
