/** Help by topic, from the one table. Lines of at most about 100 columns. */
import type { LanguageContext, ModeWords } from './context.ts'
import { belongsElsewhere, checkNames, liveCheckNames, modesOf } from './context.ts'
import { COMMON_SUBJECTS } from './expect.ts'
import { LATER_COMMANDS, laterWord } from './later.ts'
import { HABITS, nearest } from './nearest.ts'
import { HOME_WORDS, SET_WORDS } from './sets.ts'
import { allSettings } from './settings.ts'
import { type CommandSpec, GROUPS } from './spec.ts'
import { commandsOf, hasCommand } from './table.ts'

export type Help =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly nearest?: string }

const OTHER_TOPICS = ['settings', 'expect', 'sets', 'faults'] as const
/** What can break, by group. */
const FAULT_GROUPS: readonly string[] = ['processes', 'network', 'clock and disk', 'chaos and load']
/** Pages of the help that the full screen shows, which are about that screen. */
const SCREEN_TOPICS: readonly string[] = ['keys', 'signs', 'views']

/** Every topic that `help TOPIC` knows. */
export function helpTopics(context: LanguageContext): string[] {
  const groups = groupsOf(context.mode).map((group) => group.replaceAll(' ', '-'))
  return [...new Set([...commandsOf(context.mode).map(({ name }) => name), ...groups, ...OTHER_TOPICS])]
}

/** Null is the overview. */
export function helpFor(topic: string | null, context: LanguageContext): Help {
  if (topic === null) return { ok: true, lines: overview(context.mode) }
  const word = topic.trim().toLowerCase()
  if (word === 'start') return { ok: true, lines: overview(context.mode) }
  if (word === 'faults') return { ok: true, lines: faultsHelp(context.mode) }
  if (SCREEN_TOPICS.includes(word))
    return { ok: true, lines: [`on the full screen, ? on an empty line shows ${word}: left and right turn the pages`] }
  if (word === 'settings') return { ok: true, lines: settingsHelp(context) }
  if (word === 'sets' || word === 'nodesets' || word === 'node sets') return { ok: true, lines: setsHelp(context.mode) }
  const spec = commandsOf(context.mode).find(({ name }) => name === word)
  if (spec !== undefined)
    return { ok: true, lines: word === 'expect' ? [...commandHelp(spec), '', ...subjectsHelp(context)] : commandHelp(spec) }
  const group = groupsOf(context.mode).find((one) => one === word || one.replaceAll(' ', '-') === word)
  if (group !== undefined) return { ok: true, lines: groupHelp(group, context.mode) }
  const later = laterWord(LATER_COMMANDS, word) ?? belongsElsewhere(context, word, (mode) => hasCommand(mode, word))
  if (later !== undefined) return { ok: true, lines: [later] }
  return unknownTopic(word, context)
}

function unknownTopic(word: string, context: LanguageContext): Help {
  const habit = Object.hasOwn(HABITS, word) ? HABITS[word] : undefined
  const near = habit ?? nearest(word, helpTopics(context))
  const message = `no help on "${word.slice(0, 40)}"; help lists all topics`
  return near === undefined ? { ok: false, message } : { ok: false, message, nearest: near }
}

function groupsOf(mode: ModeWords): string[] {
  const used = new Set(commandsOf(mode).map(({ group }) => group))
  return GROUPS.filter((group) => used.has(group))
}

function overview(mode: ModeWords): string[] {
  const rows = groupsOf(mode).map((group): [string, string] => {
    const names = commandsOf(mode).filter((spec) => spec.group === group)
    return [group, names.map(({ name }) => name).join(' ')]
  })
  return [
    ...columns(rows),
    '',
    'help COMMAND, help GROUP, help faults, help settings, help expect, help sets',
    ...(mode.banner === undefined ? [] : [`Try: ${mode.banner.tries.join(' · ')}`]),
  ]
}

function groupHelp(group: string, mode: ModeWords): string[] {
  return columns(
    commandsOf(mode)
      .filter((spec) => spec.group === group)
      .flatMap((spec) => spec.usage.map((form, i): [string, string] => [form, i === 0 ? spec.help : ''])),
  )
}

function faultsHelp(mode: ModeWords): string[] {
  const groups = groupsOf(mode).filter((group) => FAULT_GROUPS.includes(group))
  return groups.flatMap((group, at) => [...(at === 0 ? [] : ['']), ...groupHelp(group, mode)])
}

function commandHelp(spec: CommandSpec): string[] {
  const lines = [...spec.usage, `  ${spec.help}`]
  if (spec.options.length > 0) lines.push(...columns(spec.options.map((option): [string, string] => [`${option.name}=`, option.help])))
  if (spec.examples.length > 0) lines.push('for example', ...spec.examples.map((line) => `  ${line}`))
  return lines
}

function subjectsHelp(context: LanguageContext): string[] {
  const own = context.mode.subjects.map(({ name, args, help }): [string, string] => [args === 'node' ? `${name}(S)` : name, help])
  const { keySubjects = [], liveChecks = [] } = context.mode
  const keys = keySubjects.map(({ name, help }): [string, string] => [`${name}(K)`, help])
  const live = liveChecks.map(({ name, help }): [string, string] => [name, `${help}; asked again until it is so`])
  const judged = checkNames(context).filter((name) => !liveCheckNames(context.mode).includes(name))
  const checks = judged.map((name): [string, string] => [name, 'the checker says valid; with not: invalid, with a witness'])
  return columns([...COMMON_SUBJECTS.map(([name, help]): [string, string] => [name, help]), ...own, ...keys, ...live, ...checks])
}

function setsHelp(mode: ModeWords): string[] {
  const rows: [string, string][] = [
    ['n1, 1', 'a node; several: n1 n2, or n1,n2'],
    ...SET_WORDS.map(([word, help]): [string, string] => [word, help]),
    ...(mode.homes === undefined ? [] : HOME_WORDS.map(([word, help]): [string, string] => [word, help])),
    ['$NAME', 'what let NAME = … named'],
  ]
  return columns(rows)
}

function settingsHelp(context: LanguageContext): string[] {
  const rows = allSettings(context.mode, modesOf(context)).map((setting): [string, string] => {
    const choices = setting.choices === undefined || setting.choices.length > 8 ? '' : ` (${setting.choices.join(' ')})`
    return [`${setting.name}=${setting.fallback}`, `${setting.help}${choices}${setting.live ? ' · live' : ''}`]
  })
  return [...columns(rows), '', 'live ones: set NAME=VALUE; the others: reset NAME=VALUE']
}

const WIDEST = 28

/** Two columns; a first cell that is too wide gets a line of its own. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(WIDEST, Math.max(...rows.map(([left]) => left.length)))
  return rows.flatMap(([left, right]) => {
    if (right === '') return [`  ${left}`]
    return left.length <= width ? [`  ${left.padEnd(width)}  ${right}`] : [`  ${left}`, `  ${' '.repeat(width)}  ${right}`]
  })
}
