/** What could stand at the cursor, from the one table. Pure: the caller brings names of nodes, keys, clients and files. */
import { checkNames, type LanguageContext, modesOf } from './context.ts'
import { COMMON_SUBJECTS } from './expect.ts'
import { helpTopics } from './help.ts'
import { HOME_WORDS, SET_WORDS } from './sets.ts'
import { allSettings, type Setting } from './settings.ts'
import type { ArgKind, CommandSpec, OptionSpec } from './spec.ts'
import { commandsOf } from './table.ts'
import { quoteIfNeeded } from './tokens.ts'

export interface CompletionNames {
  readonly nodes: readonly string[]
  readonly keys: readonly string[]
  readonly clients: readonly string[]
  /** Endpoints beside the nodes: `b0`. */
  readonly helpers?: readonly string[]
  readonly variables?: readonly string[]
  readonly files?: readonly string[]
}

export interface Completion {
  /** Offsets of the part of the line that a candidate replaces. */
  readonly from: number
  readonly to: number
  /** In the order to offer them; each fits what stands before the cursor. */
  readonly candidates: readonly string[]
}

/** As many as anyone reads. */
const MOST = 50

interface Place {
  readonly spec: CommandSpec
  /** Words between the command and the cursor, options left out. */
  readonly before: readonly string[]
  readonly given: readonly string[]
}

export function complete(line: string, cursor: number, context: LanguageContext, names: CompletionNames): Completion {
  const to = Math.max(0, Math.min(cursor, line.length))
  const head = line.slice(0, to)
  const from = head.length - (/[^\s|]*$/.exec(head)?.[0].length ?? 0)
  const typed = head.slice(from)
  const words = head
    .slice(0, from)
    .replaceAll('|', ' | ')
    .split(/\s+/)
    .filter((word) => word !== '')
  const place = placeOf(words, context)
  if (typed.startsWith('"') || insideQuotes(head) || head.slice(0, from).includes(' #')) return { from, to, candidates: [] }
  if (place === 'command')
    return offer(
      from,
      to,
      typed,
      commandsOf(context.mode).map(({ name }) => name),
    )
  if (place === null) return { from, to, candidates: [] }
  const bracket = /^(.*[(,])([^(,]*)$/.exec(typed)
  if (bracket !== null && !typed.includes('='))
    return offer(from + (bracket[1]?.length ?? 0), to, bracket[2] ?? '', [
      ...setWords(names, context),
      ...(takesKey(bracket[1] ?? '', context) ? names.keys.map(quoteIfNeeded) : []),
    ])
  return /^[A-Za-z-]+=/.test(typed)
    ? optionValues(from, to, typed, place, context, names)
    : positions(from, to, typed, place, context, names)
}

function insideQuotes(head: string): boolean {
  return (head.replace(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1
}

/** The command the cursor stands in: the innermost, after `at 3s` and the like. */
function placeOf(words: readonly string[], context: LanguageContext): Place | 'command' | null {
  const [name, ...rest] = words
  if (name === undefined) return 'command'
  const spec = commandsOf(context.mode).find((one) => one.name === name)
  if (spec === undefined) return null
  if (spec.args.at(-1)?.kind === 'command' && rest.length > 0) return rest[0] === 'stop' ? null : placeOf(rest.slice(1), context)
  const isOption = (word: string): boolean => spec.group !== 'say' && /^[A-Za-z][\w-]*=/.test(word)
  return { spec, before: rest.filter((word) => !isOption(word)), given: rest.filter(isOption) }
}

function offer(from: number, to: number, typed: string, candidates: readonly string[]): Completion {
  const fitting = [...new Set(candidates)].filter((one) => one.startsWith(typed) && one !== typed)
  return { from, to, candidates: fitting.slice(0, MOST) }
}

function positions(from: number, to: number, typed: string, place: Place, context: LanguageContext, names: CompletionNames): Completion {
  const { spec, before, given } = place
  const many = spec.args.findIndex(({ kind }) => kind === 'nodes' || kind === 'groups' || kind === 'expectation' || kind === 'binding')
  const index = many >= 0 ? Math.min(before.length, many) : before.length
  const arg = spec.args[index]
  const words =
    arg === undefined ? [] : [...(before.length === index ? (arg.choices ?? []) : []), ...byKind(arg.kind, before, context, names)]
  if (many >= 0 && before.length > many) words.push(...spec.args.slice(many + 1).flatMap(({ choices }) => choices ?? []))
  const options = spec.options.map(({ name }) => `${name}=`).filter((name) => !given.some((one) => one.startsWith(name)))
  const enough = before.length >= spec.args.filter(({ optional }) => optional !== true).length
  return offer(from, to, typed, enough ? [...words, ...options] : words)
}

function byKind(kind: ArgKind, before: readonly string[], context: LanguageContext, names: CompletionNames): readonly string[] {
  switch (kind) {
    case 'key':
      return names.keys.map(quoteIfNeeded)
    case 'nodes':
      return setWords(names, context)
    case 'groups':
      return [...setWords(names, context), ...names.clients, '|', '->']
    case 'client':
      return names.clients
    case 'command':
      return commandsOf(context.mode).map(({ name }) => name)
    case 'expectation':
      return expectWords(before, context, names)
    case 'binding':
      return before.includes('=') ? [...setWords(names, context), ...subjectWords(context)] : []
    case 'setting':
      return settingsAt(context).map(({ name }) => `${name}=`)
    case 'check':
      return checkNames(context)
    case 'topic':
      return helpTopics(context)
    case 'file':
      return names.files ?? []
    case 'duration':
      return ['1s', '3s', '10s']
    case 'skew':
      return ['+60s', '-60s']
    case 'value':
    case 'number':
    case 'count':
    case 'word':
      return []
  }
}

function setWords(names: CompletionNames, { mode }: LanguageContext): string[] {
  const homes = mode.homes === undefined ? [] : HOME_WORDS.map(([word]) => word.replace(/\(.*/, '('))
  const variables = (names.variables ?? []).map((name) => `$${name}`)
  return [...SET_WORDS.map(([word]) => word), ...homes, ...names.nodes, ...(names.helpers ?? []), ...variables]
}

/** Whether a key may stand behind this bracket: `siblings(`, `home(`. */
function takesKey(head: string, { mode }: LanguageContext): boolean {
  const word = /([A-Za-z-]+)\($/.exec(head)?.[1]
  const homes = mode.homes === undefined ? [] : ['home', 'homes', 'fallback']
  return word !== undefined && ['local', ...homes, ...(mode.keySubjects ?? []).map(({ name }) => name)].includes(word)
}

function subjectWords(context: LanguageContext): string[] {
  const common = COMMON_SUBJECTS.map(([written]) => written.replace(/\(.*/, '(').replace(/ .*/, ''))
  const keys = (context.mode.keySubjects ?? []).map(({ name }) => `${name}(`)
  return [
    ...common,
    ...context.mode.subjects.map(({ name, args }) => (args === 'node' ? `${name}(` : name)),
    ...keys,
    ...checkNames(context),
  ]
}

const SIGNS = ['=', '!=', '<', '<=', '>', '>=']

function expectWords(before: readonly string[], context: LanguageContext, names: CompletionNames): string[] {
  const words = before[0] === 'not' ? before.slice(1) : before
  if (words.length === 0) return [...(before.length === 0 ? ['not'] : []), ...subjectWords(context)]
  const last = words.at(-1) ?? ''
  if (last === 'within' || last === 'for') return ['2s', '5s', '10s']
  if (SIGNS.includes(last))
    return ['none', 'healthy', 'degraded', 'unhealthy', ...names.nodes, ...(names.variables ?? []).map((name) => `$${name}`)]
  return words.length === 1 ? [...SIGNS, 'within', 'for'] : ['within', 'for', 'healthy', 'degraded', 'unhealthy']
}

function settingsAt(context: LanguageContext): Setting[] {
  return allSettings(context.mode, modesOf(context))
}

function optionValues(from: number, to: number, typed: string, place: Place, context: LanguageContext, names: CompletionNames): Completion {
  const equals = typed.indexOf('=')
  const name = typed.slice(0, equals)
  const start = equals + 1 + Math.max(0, typed.slice(equals + 1).lastIndexOf(',') + 1)
  const option = place.spec.options.find((one) => one.name === name)
  const setting = place.spec.args.some(({ kind }) => kind === 'setting') ? settingsAt(context).find((one) => one.name === name) : undefined
  const values = option === undefined ? settingValues(setting) : valuesOf(option, names)
  return offer(from + start, to, typed.slice(start), values)
}

function settingValues(setting: Setting | undefined): readonly string[] {
  if (setting === undefined) return []
  return setting.kind === 'on-off' ? ['on', 'off'] : (setting.choices ?? [setting.fallback])
}

function valuesOf(option: OptionSpec, names: CompletionNames): readonly string[] {
  switch (option.kind) {
    case 'choice':
    case 'choices':
      return option.choices ?? []
    case 'weights':
      return (option.choices ?? []).map((word) => `${word}:`)
    case 'client':
      return names.clients
    case 'node':
      return [...names.nodes, 'leader', 'follower']
    case 'duration':
      return ['50ms', '200ms', '1s', '3s']
    case 'percent':
    case 'signed-percent':
      return ['1%', '5%', '10%']
    case 'bit-rate':
      return ['1mbit', '100kbit']
    case 'ops-rate':
      return ['100/s', '200/s', 'max']
    case 'text':
    case 'count':
      return []
  }
}
