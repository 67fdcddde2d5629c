/**
 * What a protocol brings to the house: its machines, settings, known-bad variants, health rule, expect subjects and checks.
 * All pure. A new protocol is a folder beside this file and one line in `registry.ts`.
 */
import type { EndpointId, InspectQuery, Machine } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import type { Face, InvariantWatch, RingPicture } from './face.ts'

/** A setting as front matter, `--flag` and `set` write it: one kebab-case word and a text value. */
export interface SettingSpec {
  readonly name: string
  /** `groups`: lists of nodes parted by slashes, `n1,n2/n3,n4,n5`, or one of the choices. `nodes` too may be one of the choices. */
  readonly kind: 'on-off' | 'duration' | 'duration-range' | 'size' | 'count' | 'choice' | 'nodes' | 'groups'
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
  /** The nodes of the first configuration. This one is among them, unless it was started to join a cluster that runs. */
  readonly members: readonly EndpointId[]
  readonly settings: Settings
  /** `none` or the name of a BugSpec. */
  readonly bug: string
  readonly random: Random
}

/** A process without a disk that stands between clients and nodes. */
export interface HelperRoleOptions {
  /** `b0` */
  readonly id: EndpointId
  readonly nodes: readonly EndpointId[]
  readonly settings: Settings
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
  readonly settings: Settings
  /** What the nodes themselves said last: a mode whose members or map change reads them there. */
  readonly nodes: readonly NodeView[]
  /** Processes between clients and nodes (`Mode.helpers`) that are not running or asleep. */
  readonly helpersDown: readonly EndpointId[]
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
  /** `none`: `leader = n3`; `node`: `role(n3)`. */
  readonly args: 'none' | 'node'
  readonly help: string
  /** The fact's value now, null for "none" or unknown. Node names, numbers and words as text or number. */
  read(nodes: readonly NodeView[], node: EndpointId | null): string | number | null
}

/** What a mode's commands, key subjects and checks may ask of the running cluster. Everything is read; only `operate` changes anything. */
export interface ClusterPort {
  /** Now, without asking; `refresh` asks every live node first. */
  nodes(): readonly NodeView[]
  refresh(): Promise<readonly NodeView[]>
  readonly settings: Settings
  /** The node's own answer; null from one that is not live or does not answer. */
  inspect(node: EndpointId, query: InspectQuery): Promise<unknown>
}

/** A subject about a key, which has to be asked of the nodes: `siblings(cart)`. */
export interface KeySubjectSpec {
  readonly name: string
  readonly help: string
  read(port: ClusterPort, key: string): Promise<string | number | null>
}

/** What the argument of a mode's command is. */
export interface ModeArg {
  readonly name: string
  readonly kind: 'key' | 'nodes' | 'count' | 'word'
  readonly optional?: true
}

/** A command of the mode that only looks: `ring city`, `hints`, `merkle n1 n2`. The language checks its arguments. */
export interface ModeCommandSpec {
  readonly name: string
  readonly usage: readonly string[]
  readonly help: string
  /** Lines that parse in a five-node cluster. */
  readonly examples: readonly string[]
  readonly args: readonly ModeArg[]
  /** Arguments by name; node sets as their nodes. The answer's lines, or why it cannot be answered (nothing changed). */
  run(port: ClusterPort, args: Readonly<Record<string, string | number | readonly EndpointId[]>>): Promise<ModeAnswer>
}

export type ModeAnswer =
  | { readonly ok: true; readonly lines: readonly string[] }
  /** `code`: it was asked and failed; null: refused, it cannot apply now. */
  | { readonly ok: false; readonly code: string | null; readonly why: string }

/** A check that asks the cluster itself rather than the history: `converged`, `placement`. */
export interface LiveCheckSpec {
  readonly name: string
  readonly help: string
  /** How long it may take until it is so, once every fault is gone. Milliseconds. */
  withinMs(settings: Settings, nodes: number): number
  /** Whether it is so now; `why` says what is not, naming node and key, or what was looked at. */
  look(port: ClusterPort): Promise<{ readonly holds: boolean; readonly why: string }>
}

export interface DataOptionSpec {
  readonly name: string
  /** `flag` stands alone, without a value: `blind`. */
  readonly kind: 'count' | 'choice' | 'flag' | 'text'
  readonly choices?: readonly string[]
  readonly help: string
  readonly operations: readonly string[]
}

/** The few facts that the status line and the views show, whatever the mode. */
export interface Summary {
  readonly leader: EndpointId | null
  /** In which it leads, though others may be campaigning in a later one; the highest where nobody leads. */
  readonly term: number | null
  /** What the nodes themselves say is not whole. */
  readonly concern: Concern
  /** What stands on the status line in place of leader and term, in a mode that has none: `hints 3`. */
  readonly facts?: readonly StatusFact[]
}

export interface StatusFact {
  readonly name: string
  readonly value: string
  /** Worth a second look. */
  readonly warn?: true
}

/** What the prompt says until the first fault. */
export interface Banner {
  /** What the servers are to each other, after their number: `agree on one store`. */
  readonly claim: string
  /** Three commands to try. */
  readonly tries: readonly string[]
}

/** `none`: whole. `degraded`: not whole, and why. `unclear`: nobody can say now (between two leaders), so what was, stays. At most ten words. */
export type Concern = { readonly kind: 'none' } | { readonly kind: 'degraded' | 'unclear'; readonly why: string }

export interface Mode {
  readonly name: string
  readonly settings: readonly SettingSpec[]
  readonly presets: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly banner?: Banner
  readonly bugs: readonly BugSpec[]
  /** Half of what V8 may keep in a node for objects that die young, in MB; 1 unless said. */
  readonly youngMb?: number
  /** Operations its clients understand. */
  readonly operations: readonly string[]
  /** Why its clients refuse an operation that another mode has, and what to do instead; by operation. */
  readonly unsupported?: Readonly<Record<string, string>>
  /** A node that lost its disk gets back from the others what it held, and counts at once. In Raft it neither votes nor counts. */
  readonly refills?: true
  createNode(options: NodeRoleOptions): Machine
  createClient(options: ClientRoleOptions): Machine
  /** Processes beside the nodes that these settings want: `b0`, a load balancer. None if left out. */
  helpers?(settings: Settings): readonly EndpointId[]
  createHelper?(options: HelperRoleOptions): Machine
  /** Why a cluster of this many nodes cannot have these settings, each of which is right alone: `n=7 is more than 5 nodes`; null if it can. */
  refuse?(settings: Settings, nodes: number): string | null
  /** The key of the probe's next question: whatever it is asked about, it is one that nobody writes. PROBE_KEY if left out. */
  probeKey?(turn: number, settings: Settings): string
  predict(view: FaultView): PredictedHealth
  /** Under these settings it may take this long until what is predicted shows: some elections. Milliseconds; nothing: no time worth naming. */
  settlesMs?(settings: Settings): number
  readonly subjects: readonly SubjectSpec[]
  readonly keySubjects?: readonly KeySubjectSpec[]
  readonly commands?: readonly ModeCommandSpec[]
  readonly liveChecks?: readonly LiveCheckSpec[]
  /** The options its data commands have beside the common ones, and the operations that take them. */
  readonly dataOptions?: readonly DataOptionSpec[]
  /** The nodes that keep a key, first the one that coordinates, and those that stand in for one of them now. */
  homes?(port: ClusterPort, key: string): { readonly homes: readonly EndpointId[]; readonly fallbacks: readonly EndpointId[] }
  /** What a node has counted in its own words since it started, by name, from its status: shown by `metrics`, asked by `metric(NAME)`. */
  counters?(status: unknown): Readonly<Record<string, number>>
  summarize(nodes: readonly NodeView[]): Summary
  /** How a node stands in its row, from what it said last; `nodes` are all, for what only shows beside the others (lag). Left out: only its process shows. */
  face?(node: NodeView, nodes: readonly NodeView[], settings: Settings): Face
  /** f: how many of so many nodes may fail. Left out where that depends on which. */
  tolerates?(nodes: number): number
  /** Who owns which part of the keys, by the newest map that anybody has. Left out where there are no parts. */
  ring?(nodes: readonly NodeView[], settings: Settings): RingPicture | null
  /** A fresh watch over the rules that hold at every moment. */
  watch?(): InvariantWatch
  /** One line for people, or null for an event that only views use. `node` is who said it. */
  describe(node: EndpointId, event: { readonly type: string; readonly [field: string]: unknown }): string | null
  /** Names of the checks that end every lab of this mode. */
  readonly checks: readonly string[]
}
