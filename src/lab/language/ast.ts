/** What a line means. Node sets and facts stay unresolved: they are looked up once, when the command runs. */
import type { HealthState } from '../../modes/mode.ts'

export type SetItem =
  | { readonly kind: 'node' | 'client' | 'helper'; readonly id: string }
  | { readonly kind: 'leader' | 'follower' | 'dead' | 'asleep' | 'last' | 'rest' | 'all' | 'clients' }
  /** A null count is all of them. */
  | { readonly kind: 'followers'; readonly count: number | null }
  | { readonly kind: 'random'; readonly count: number }
  | { readonly kind: 'variable'; readonly name: string }
  /** Where the mode keeps a key: its first, second … home, counted from 1. */
  | { readonly kind: 'home'; readonly key: string; readonly place: number }
  | { readonly kind: 'homes' | 'fallback'; readonly key: string }

export interface SetExpr {
  readonly items: readonly SetItem[]
  /** As typed, for answers and `save`. */
  readonly text: string
  readonly column: number
}

/** Something that has a value now. */
export type Fact =
  | { readonly kind: 'predicted' | 'failed' | 'ribbon' }
  /** A subject of the mode; `nodes` is null for those that need none. With several nodes the fact must hold on each. */
  | { readonly kind: 'mode'; readonly name: string; readonly nodes: SetExpr | null }
  /** A subject of the mode about a key, which the nodes are asked for. */
  | { readonly kind: 'key'; readonly name: string; readonly key: string }
  /** Each node's own copy of a key, no protocol involved. */
  | { readonly kind: 'local'; readonly key: string; readonly nodes: SetExpr }
  /** Operations of a client, or of all if null, since the block or `mark`. */
  | { readonly kind: 'acked' | 'unknown'; readonly client: string | null }
  | { readonly kind: 'count'; readonly name: CountName }
  | { readonly kind: 'metric'; readonly name: string }
  /** Over the answered operations since the block or `mark`. */
  | { readonly kind: 'latency'; readonly of: LatencyName }
  /** Of two numbers that `let` named: how many times the second the first is. */
  | { readonly kind: 'ratio'; readonly over: string; readonly under: string }

export const LATENCIES = ['mean', 'p50', 'p90', 'p99', 'p99.9'] as const
export type LatencyName = (typeof LATENCIES)[number]

export const COUNTS = ['elections', 'failed-ops', 'faults', 'messages'] as const
export type CountName = (typeof COUNTS)[number]

/** Something that is so or not. */
export type Statement =
  | { readonly kind: 'health'; readonly state: HealthState }
  | { readonly kind: 'verdict'; readonly checker: string }
  /** A check of the mode that asks the cluster itself, again and again: `converged`. */
  | { readonly kind: 'live'; readonly check: string }
  /** The command was used since the block began (for `lab check` blocks). */
  | { readonly kind: 'used'; readonly command: string }

export type Op = '=' | '!=' | '<' | '<=' | '>' | '>='

export type Operand =
  | { readonly kind: 'none' }
  /** `exact`: it was quoted, so it is compared as text even if it looks like a number. */
  | { readonly kind: 'text'; readonly text: string; readonly exact: boolean }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'ribbon'; readonly states: readonly HealthState[] }

export type Claim =
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'comparison'; readonly fact: Fact; readonly op: Op; readonly operand: Operand }

export interface Expectation {
  readonly not: boolean
  readonly claim: Claim
  /**
   * `within`: true at some moment until then. `for`: true at every observation until then. Null: a verdict, which is asked
   * once, a live check, which has the time its mode gives it, or an `always` without a time.
   */
  readonly time: { readonly kind: 'within' | 'for'; readonly ms: number } | null
  /** As typed, after `expect` or `always`. */
  readonly text: string
}

export interface DataOptions {
  /** `c0` … `c99`; the prompt's own client if absent. */
  readonly as?: string
  /** Must come to one node. */
  readonly via?: SetExpr
  readonly timeoutMs?: number
  /** The mode's own, as typed; flag words are `on`. */
  readonly own?: Readonly<Record<string, string>>
}

export type Topology = 'halves' | 'bridge' | 'ring'

/** Only what was named. Probabilities 0 to 1, milliseconds, bytes a second (0: no limit). */
export interface LinkBend {
  readonly delayMs?: number
  readonly jitterMs?: number
  readonly shape?: 'uniform' | 'exp'
  readonly loss?: number
  readonly duplicate?: number
  readonly reorder?: number
  readonly corrupt?: number
  readonly rate?: number
}

/** `wipe` is left to people: it loses what was promised, and it should. */
export const CHAOS_FAULTS = [
  'kill',
  'sleep',
  'cut',
  'one-way',
  'loss',
  'delay',
  'powercut',
  'dup',
  'reorder',
  'corrupt',
  'clock',
  'disk',
] as const
/** What `chaos start` does when nobody says more. */
export const USUAL_CHAOS: readonly ChaosFault[] = ['kill', 'sleep', 'cut', 'one-way', 'loss', 'delay']
export type ChaosFault = (typeof CHAOS_FAULTS)[number]

export interface SettingChange {
  readonly name: string
  /** In its normal form. */
  readonly value: string
}

export type DataCommand =
  | { readonly name: 'put' | 'append'; readonly key: string; readonly value: string; readonly options: DataOptions }
  | { readonly name: 'get' | 'del'; readonly key: string; readonly options: DataOptions }
  /** Null is absence. */
  | { readonly name: 'cas'; readonly key: string; readonly old: string | null; readonly new: string | null; readonly options: DataOptions }
  /** The amount is a decimal in normal form. */
  | { readonly name: 'add' | 'mul'; readonly key: string; readonly amount: string; readonly options: DataOptions }
  /** Null: all siblings side by side in one value, as the mode joins them. */
  | { readonly name: 'resolve'; readonly key: string; readonly value: string | null; readonly options: DataOptions }

export type ProcessCommand =
  | { readonly name: 'kill' | 'restart' | 'wake'; readonly nodes: SetExpr }
  /** `forMs` null: until woken. */
  | { readonly name: 'sleep'; readonly nodes: SetExpr; readonly forMs: number | null }
  | { readonly name: 'powercut'; readonly nodes: SetExpr; readonly torn: boolean }
  /** `amnesiac`: the node may vote as if nothing happened, a labelled broken mode. */
  | { readonly name: 'wipe'; readonly nodes: SetExpr; readonly amnesiac: boolean }

export type MemberCommand =
  /** A node that is not there yet; `seed` tells it of the others. Null: the lab chooses. */
  /** `node`: its name, or the variable that has it. */
  | { readonly name: 'join'; readonly node: string | { readonly variable: string }; readonly seed: SetExpr | null }
  /** Must come to one node; `via` is asked to see to it. */
  | { readonly name: 'leave'; readonly nodes: SetExpr; readonly via: SetExpr | null }

export type NetworkCommand =
  | { readonly name: 'partition'; readonly shape: PartitionShape }
  | { readonly name: 'isolate'; readonly nodes: SetExpr }
  | { readonly name: 'cut'; readonly link: LinkExpr }
  | { readonly name: 'hold'; readonly link: LinkExpr }
  | {
      readonly name: 'link'
      readonly change: { readonly kind: 'bend'; readonly link: LinkExpr; readonly bend: LinkBend } | { readonly kind: 'clear' }
    }
  | { readonly name: 'heal' | 'release' }

export type PartitionShape =
  | { readonly kind: 'groups'; readonly groups: readonly SetExpr[] }
  | { readonly kind: 'named'; readonly topology: Topology }

export interface LinkExpr {
  readonly from: SetExpr
  readonly to: SetExpr
  readonly oneWay: boolean
}

export type BendCommand =
  | {
      readonly name: 'clock'
      readonly nodes: SetExpr
      readonly change:
        | { readonly kind: 'skew'; readonly ms: number }
        | { readonly kind: 'drift'; readonly fraction: number }
        | { readonly kind: 'ok' }
    }
  | {
      readonly name: 'disk'
      readonly nodes: SetExpr
      readonly change: { readonly kind: 'slow'; readonly ms: number } | { readonly kind: 'full' | 'fail' | 'flip' | 'ok' }
    }
  | {
      readonly name: 'chaos'
      readonly change:
        | {
            readonly kind: 'start'
            readonly faults: readonly ChaosFault[]
            readonly everyMs: number
            readonly holdMs: number
            readonly keep: 'majority' | 'none'
          }
        | { readonly kind: 'stop' }
    }
  | {
      readonly name: 'load'
      readonly change:
        | {
            readonly kind: 'start'
            readonly clients: number
            readonly keys: number
            /** Operations a second over all clients; 0 for as fast as answers come. */
            readonly ratePerSecond: number
            readonly mix: Readonly<Record<string, number>>
            readonly timeoutMs: number
          }
        | { readonly kind: 'stop' }
    }
  | { readonly name: 'recover' }
  /** Null: as before. `settings` are changes on top of those in force, and may name `preset`, `seed`, `sync`, `bug`. */
  | { readonly name: 'reset'; readonly nodes: number | null; readonly mode: string | null; readonly settings: readonly SettingChange[] }

export type TimeCommand =
  | { readonly name: 'wait'; readonly ms: number }
  | { readonly name: 'at' | 'after'; readonly ms: number; readonly command: ParsedCommand }
  /** `times` null: until `every stop` or the end of the block. */
  | { readonly name: 'every'; readonly ms: number; readonly times: number | null; readonly command: ParsedCommand }
  | { readonly name: 'every-stop' }
  /** Null: all that is pending. */
  | { readonly name: 'await'; readonly client: string | null }

export type LookCommand =
  | { readonly name: 'status' | 'nodes' | 'links' | 'ops' | 'events' | 'metrics' | 'report' }
  | { readonly name: 'log' | 'stderr'; readonly nodes: SetExpr }
  /** Null: every node. */
  | { readonly name: 'peek'; readonly key: string; readonly nodes: SetExpr | null }
  /** Null: the mode's own checks. */
  | { readonly name: 'check'; readonly checker: string | null }

export type SayCommand =
  | {
      readonly name: 'let'
      readonly variable: string
      readonly value: { readonly kind: 'set'; readonly set: SetExpr } | { readonly kind: 'fact'; readonly fact: Fact }
    }
  | { readonly name: 'expect' | 'always'; readonly expectation: Expectation }
  | { readonly name: 'mark' }
  | { readonly name: 'set'; readonly settings: readonly SettingChange[] }

export type LabCommand =
  | { readonly name: 'help'; readonly topic: string | null }
  | { readonly name: 'save'; readonly file: string; readonly force: boolean }
  | { readonly name: 'run'; readonly file: string }
  | { readonly name: 'learn' | 'quit' }
  /** An empty line or a comment. */
  | { readonly name: 'nothing' }

/** A command that the mode brought as data; arguments and options by their names in its spec, absent ones left out. */
export interface ModeCommand {
  readonly name: 'mode-command'
  readonly word: string
  readonly args: Readonly<Record<string, ArgValue>>
  readonly options: Readonly<Record<string, ArgValue>>
}

export type ArgValue = string | number | readonly string[] | SetExpr | Readonly<Record<string, number>>

export type CommandBody =
  | DataCommand
  | ProcessCommand
  | MemberCommand
  | NetworkCommand
  | BendCommand
  | TimeCommand
  | LookCommand
  | SayCommand
  | LabCommand
  | ModeCommand

/** `text`: the command as typed, without `&`, comment and outer blanks. `background`: it ended in `&`. */
export type ParsedCommand = CommandBody & { readonly text: string; readonly background: boolean }
