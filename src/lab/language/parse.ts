import type { ArgValue, CommandBody, ParsedCommand } from './ast.ts'
import type { CoreCommand, Inner } from './command.ts'
import { belongsElsewhere, type LanguageContext } from './context.ts'
import { brief, Cursor } from './cursor.ts'
import { attempt, type Problem, reject, rejectLater } from './errors.ts'
import { LATER_COMMANDS, laterWord } from './later.ts'
import { nearestCommand } from './nearest.ts'
import { allSettings } from './settings.ts'
import type { ArgSpec, CommandSpec } from './spec.ts'
import { commandsOf, coreCommandsOf, hasCommand, isOperation } from './table.ts'
import { type Line, quoteIfNeeded, type Token, tokenize } from './tokens.ts'

export type ParseResult = { readonly ok: true; readonly command: ParsedCommand } | { readonly ok: false; readonly error: Problem }

/** One line, one command. Never throws; an empty line or a comment is the command `nothing`. */
export function parseLine(source: string, context: LanguageContext): ParseResult {
  const result = attempt(() => {
    const line = tokenize(source)
    return parseTokens(line, line.tokens, context, [])
  })
  return result.ok ? { ok: true, command: result.value } : result
}

/** Commands that hold others, from the outside in; bounds how deep they may stand. */
type Outer = readonly string[]

function parseTokens(line: Line, tokens: readonly Token[], context: LanguageContext, outer: Outer): ParsedCommand {
  const [first, ...rest] = tokens
  if (first === undefined) {
    if (line.background) reject('& is missing its command', line.source.indexOf('&') + 1)
    return { name: 'nothing', text: '', background: false }
  }
  const name = commandWord(first, line, context)
  const core = coreCommandsOf(context.mode).find((one) => one.name === name)
  const spec = core ?? commandsOf(context.mode).find((one) => one.name === name)
  if (spec === undefined) unknownCommand(name, first.start + 1, context)
  fits(name, first.start + 1, outer)
  const end = tokens.at(-1)?.end ?? first.end
  const body = core === undefined ? modeCommand(spec, line, rest, context) : coreCommand(core, line, first, rest, context, outer)
  return { ...body, text: line.source.slice(first.start, end), background: line.background }
}

function commandWord(token: Token, line: Line, context: LanguageContext): string {
  if (token.kind === 'word') return token.text
  const text = line.source.slice(token.start, token.end)
  const column = token.start + 1
  if (token.kind === 'option') {
    const isSetting = allSettings(context.mode).some(({ name }) => name === token.name)
    const near = isSetting ? `set ${token.name}=${brief(token.value)}` : `put ${brief(token.name)} ${quoteIfNeeded(brief(token.value))}`
    reject(`a line begins with a command, not with ${brief(text)}`, column, near)
  }
  reject(`a line begins with a command, not with ${brief(text)}`, column)
}

function unknownCommand(name: string, column: number, context: LanguageContext): never {
  const later = laterWord(LATER_COMMANDS, name)
  if (later !== undefined) rejectLater(later, column)
  const elsewhere = belongsElsewhere(context, name, (mode) => hasCommand(mode, name))
  const { mode } = context
  if (elsewhere !== undefined) {
    const { operations, unsupported = {} } = mode
    const why = Object.hasOwn(unsupported, name) ? unsupported[name] : `clients of ${mode.name} know ${operations.join(' ')}`
    rejectLater(isOperation(name) ? `${elsewhere}: ${why}` : elsewhere, column)
  }
  if (isOperation(name)) reject(`${name} is no command of ${mode.name}`, column)
  const names = commandsOf(context.mode).map((spec) => spec.name)
  reject(`unknown command ${brief(name)}`, column, nearestCommand(name, names))
}

const NEVER_INSIDE = ['wait', 'at', 'await', 'let', 'run', 'save', 'quit']

function fits(name: string, column: number, outer: Outer): void {
  const inside = outer.at(-1)
  if (inside === undefined) return
  const timers = ['at', 'after', 'every']
  if (NEVER_INSIDE.includes(name) && !(inside === 'at' && !timers.includes(name))) reject(`${inside} cannot run ${name}`, column)
  if (timers.includes(name) && (inside !== 'at' || outer.length > 1)) reject(`${inside} cannot run ${name}`, column)
}

function coreCommand(
  core: CoreCommand,
  line: Line,
  first: Token,
  rest: readonly Token[],
  context: LanguageContext,
  outer: Outer,
): CommandBody {
  const own = core.reads === 'raw' || core.reads === 'wraps' ? [] : rest
  const cursor = new Cursor(line, own, core, context, core.reads === 'free')
  const inner: Inner = {
    start: first.end,
    end: rest.at(-1)?.end ?? first.end,
    tokens: rest,
    command: (tokens) => parseTokens(line, tokens, context, [...outer, core.name]),
  }
  const body = core.parse(cursor, inner)
  cursor.finish()
  return body
}

/** A mode's command, read by nothing but its data. */
function modeCommand(spec: CommandSpec, line: Line, rest: readonly Token[], context: LanguageContext): CommandBody {
  const cursor = new Cursor(line, rest, spec, context, false)
  const args: Record<string, ArgValue> = {}
  for (const [i, arg] of spec.args.entries()) {
    if (arg.optional === true && cursor.atEnd) break
    args[arg.name] = readArgument(arg, cursor, i === spec.args.length - 1)
  }
  cursor.finish()
  return { name: 'mode-command', word: spec.name, args, options: cursor.options() }
}

/** A set takes all words that are left, but one word where more arguments follow: `merkle n1 n2`. */
function readArgument(arg: ArgSpec, cursor: Cursor, last: boolean): ArgValue {
  const chosen = arg.choices?.find((word) => cursor.takeWord(word))
  if (chosen !== undefined) return chosen
  switch (arg.kind) {
    case 'key':
      return cursor.key()
    case 'value':
      return cursor.value()
    case 'number':
      return cursor.decimal()
    case 'count':
      return cursor.count()
    case 'duration':
      return cursor.durationWord()
    case 'skew':
      return cursor.skew()
    case 'nodes':
    case 'groups':
      return last ? cursor.nodes() : cursor.nodesWord()
    case 'client':
      return cursor.client()
    case 'word':
      return arg.choices === undefined ? cursor.word(arg.name) : cursor.oneOf(arg.choices)
    default:
      return cursor.word(arg.name)
  }
}
