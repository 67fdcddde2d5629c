import type { EndpointId } from '../../machine/contract.ts'
import type {
  Banner,
  BugSpec,
  DataOptionSpec,
  KeySubjectSpec,
  LiveCheckSpec,
  Mode,
  ModeCommandSpec,
  SettingSpec,
} from '../../modes/mode.ts'

/** A fact a mode adds to `expect` and `let`: how it is written, not how it is read. */
export interface SubjectWords {
  readonly name: string
  readonly args: 'none' | 'node'
  readonly help: string
}

/** A command of a mode: how it is written, not how it is answered. */
export type ModeCommandWords = Omit<ModeCommandSpec, 'run'>

/** What a mode adds to the language, as data. Every `Mode` is one. */
export interface ModeWords {
  readonly name: string
  readonly settings: readonly SettingSpec[]
  readonly presets: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly bugs: readonly BugSpec[]
  /** Data commands its clients understand. */
  readonly operations: readonly string[]
  readonly unsupported?: Readonly<Record<string, string>>
  readonly subjects: readonly SubjectWords[]
  /** Checks that end its labs. */
  readonly checks: readonly string[]
  /** Commands of its own. They may not have the name of a common command. */
  readonly commands?: readonly ModeCommandWords[]
  readonly dataOptions?: readonly DataOptionSpec[]
  readonly keySubjects?: readonly Omit<KeySubjectSpec, 'read'>[]
  readonly liveChecks?: readonly Omit<LiveCheckSpec, 'withinMs' | 'look'>[]
  /** There if its keys have homes, so that a key can name nodes. */
  readonly homes?: Mode['homes'] | undefined
  /** Endpoints such as `b0` stand beside its nodes under some settings. */
  readonly helpers?: Mode['helpers'] | undefined
  readonly refuse?: Mode['refuse'] | undefined
  readonly banner?: Banner
}

/** What a line is read against. */
export interface LanguageContext {
  readonly mode: ModeWords
  /** All modes there are, for `reset mode=`; the current one alone if left out. */
  readonly modes?: readonly ModeWords[]
  /** The nodes of the cluster, so that `kill n9` is refused early; any node is accepted if left out. */
  readonly nodes?: readonly EndpointId[]
  /** Names that `let` gave; any name is accepted if left out. */
  readonly variables?: readonly string[]
  /** Checkers by name beyond the mode's own. */
  readonly checkers?: readonly string[]
}

/** Checkers of the history, and checks that ask the cluster itself. */
export function checkNames(context: LanguageContext): string[] {
  return [...new Set([...liveCheckNames(context.mode), ...context.mode.checks, ...(context.checkers ?? [])])]
}

export function liveCheckNames(mode: ModeWords): string[] {
  return (mode.liveChecks ?? []).map(({ name }) => name)
}

/** `ring belongs to dynamo`, if that is the mode that has it; undefined if none of them does. */
export function belongsElsewhere(context: LanguageContext, word: string, has: (mode: ModeWords) => boolean): string | undefined {
  const owners = modesOf(context).filter((mode) => mode !== context.mode && has(mode))
  return owners.length === 0 ? undefined : `${word} belongs to ${owners.map(({ name }) => name).join(', ')}`
}

export function modesOf(context: LanguageContext): readonly ModeWords[] {
  return context.modes ?? [context.mode]
}
