/**
 * What a protocol brings to the house: its machines, settings, known-bad variants, health rule, expect subjects and checks.
 * All pure. A new protocol is a folder beside this file and one line in `registry.ts`.
 */
import type { EndpointId, Machine } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'

/** A setting as front matter, `--flag` and `set` write it: one kebab-case word and a text value. */
export interface SettingSpec {
  readonly name: string
  readonly kind: 'on-off' | 'duration' | 'duration-range' | 'size' | 'count' | 'choice' | 'nodes'
  readonly choices?: readonly string[]
  readonly fallback: string
  /** `set NAME=VALUE` may change it on a running cluster. */
  readonly live: boolean
  /** One line for `help settings`. */
  readonly help: string
}

/** Settings after presets and defaults, as text, keyed by name; every setting of the mode is there. */
export type Settings = Readonly<Record<string, string>>

/** A named switch that breaks one rule, so that a check can prove it bites. Never on by default. */
export interface BugSpec {
  readonly name: string
  readonly breaks: string
  readonly caughtBy: string
}

export interface NodeRoleOptions {
  readonly id: EndpointId
  /** The nodes of the first configuration, this one included. */
  readonly members: readonly EndpointId[]
  readonly settings: Settings
  /** `none` or the name of a BugSpec. */
  readonly bug: string
  readonly random: Random
}

export interface ClientRoleOptions {
  readonly id: EndpointId
  readonly nodes: readonly EndpointId[]
  readonly settings: Settings
  readonly random: Random
}

/** What the faults in force mean, in the mode's eyes (predicted health). */
export interface FaultView {
  readonly members: readonly EndpointId[]
  /** Running, awake, and its disk not lost. */
  up(id: EndpointId): boolean
  /** Both directions of the link are open. */
  linked(a: EndpointId, b: EndpointId): boolean
  /** A delay, loss, rate, clock or disk rule is in force somewhere: a prediction is uncertain. */
  readonly bent: boolean
}

export type HealthState = 'healthy' | 'degraded' | 'unhealthy'

export interface PredictedHealth {
  readonly state: HealthState
  readonly uncertain: boolean
  /** How many more nodes may fail, in the worst choice, before it is unhealthy. */
  readonly spare: number
  /** At most ten words. */
  readonly why: string
}

/** A node as the lab sees it from outside: its last status, and whether the process lives. */
export interface NodeView {
  readonly id: EndpointId
  readonly state: 'live' | 'asleep' | 'dead' | 'restarting'
  /** The mode's own `inspect({what:'status'})`, or null when none came yet from this incarnation. */
  readonly status: unknown
  /** How old the status is, in milliseconds. */
  readonly statusAgeMs: number
}

/** A fact that `expect` and node sets can ask about, computed from the nodes' statuses. */
export interface SubjectSpec {
  readonly name: string
  /** `none`: `leader = n3`; `node`: `role(n3)`; `key-node`: `local(city, n3)`. */
  readonly args: 'none' | 'node'
  readonly help: string
  /** The fact's value now, null for "none" or unknown. Node names, numbers and words as text or number. */
  read(nodes: readonly NodeView[], node: EndpointId | null): string | number | null
}

/** The few facts that the status line and the views show, whatever the mode. */
export interface Summary {
  readonly leader: EndpointId | null
  readonly term: number | null
  /** Members the leader has not heard from lately (observed degraded), empty if all acknowledged; null while nobody leads. */
  readonly unacknowledged: readonly EndpointId[] | null
}

export interface Mode {
  readonly name: string
  readonly settings: readonly SettingSpec[]
  readonly presets: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly bugs: readonly BugSpec[]
  /** Operations its clients understand. */
  readonly operations: readonly string[]
  createNode(options: NodeRoleOptions): Machine
  createClient(options: ClientRoleOptions): Machine
  predict(view: FaultView): PredictedHealth
  /** Under these settings it may take this long until what is predicted shows: some elections. Milliseconds; nothing: no time worth naming. */
  settlesMs?(settings: Settings): number
  readonly subjects: readonly SubjectSpec[]
  summarize(nodes: readonly NodeView[]): Summary
  /** One line for people, or null for an event that only views use. `node` is who said it. */
  describe(node: EndpointId, event: { readonly type: string; readonly [field: string]: unknown }): string | null
  /** Names of the checks that end every lab of this mode. */
  readonly checks: readonly string[]
}
