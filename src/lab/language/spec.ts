/**
 * The shape of a command as data: parser, help, completion and the typed API all read it.
 * A mode adds commands of its own as such data, without code.
 */

export const GROUPS = [
  'data',
  'processes',
  'members',
  'network',
  'clock and disk',
  'chaos and load',
  'recovery',
  'time',
  'look',
  'say',
  'lab',
] as const
export type Group = (typeof GROUPS)[number]

/** What stands at a position; says too what to offer when completing there. */
export type ArgKind =
  | 'key'
  | 'value'
  | 'number'
  | 'count'
  | 'duration'
  | 'skew'
  | 'nodes'
  /** Node sets parted by `|` or `->`. */
  | 'groups'
  | 'client'
  | 'word'
  | 'command'
  | 'expectation'
  /** `NAME = SET or FACT`. */
  | 'binding'
  | 'setting'
  | 'check'
  | 'topic'
  | 'file'

export interface ArgSpec {
  readonly name: string
  readonly kind: ArgKind
  /** For `word`, and words that may stand in place of another kind: `partition halves`. */
  readonly choices?: readonly string[]
  readonly optional?: true
}

export type OptionKind =
  | 'duration'
  | 'percent'
  | 'signed-percent'
  | 'bit-rate'
  | 'ops-rate'
  | 'count'
  | 'choice'
  /** Several of the choices, parted by commas. */
  | 'choices'
  /** `put:40,get:50`. */
  | 'weights'
  | 'client'
  | 'node'
  | 'text'

export interface OptionSpec {
  readonly name: string
  readonly kind: OptionKind
  readonly choices?: readonly string[]
  /** Least and most, for counts and durations (milliseconds). */
  readonly min?: number
  readonly max?: number
  readonly help: string
}

export interface CommandSpec {
  readonly name: string
  readonly group: Group
  /** One form a line: `cut A | B`. */
  readonly usage: readonly string[]
  /** One line: what it does. */
  readonly help: string
  /** Lines that parse in a five-node cluster. */
  readonly examples: readonly string[]
  readonly args: readonly ArgSpec[]
  readonly options: readonly OptionSpec[]
}
