import type { CommandBody, SayCommand } from '../ast.ts'
import { type CoreCommand, type Inner, NO_OPTIONS } from '../command.ts'
import { modesOf } from '../context.ts'
import type { Cursor } from '../cursor.ts'
import { reject } from '../errors.ts'
import { parseExpectation, parseFactAlone } from '../expect.ts'
import { Expression } from '../expression.ts'
import { parseBracketSet, SET_WORDS } from '../sets.ts'
import { allSettings, readSetting } from '../settings.ts'

export const sayCommands: readonly CoreCommand[] = [
  {
    name: 'let',
    group: 'say',
    usage: ['let NAME = SET or FACT'],
    help: 'names nodes or a fact as they are now; used as $NAME',
    examples: ['let old = leader', 'let c = failed'],
    args: [{ name: 'NAME = …', kind: 'binding' }],
    options: NO_OPTIONS,
    reads: 'raw',
    parse: binding,
  },
  expectation('expect', 'waits until something is so, and fails if it does not come', [
    'expect healthy',
    'expect failed = 2 within 5s',
    'expect not unhealthy for 2s',
  ]),
  expectation('always', 'fails the lab as soon as something is no longer so, until its end', [
    'always not unhealthy',
    'always failed <= 2',
  ]),
  {
    name: 'mark',
    group: 'say',
    usage: ['mark'],
    help: 'counts and ribbon start here',
    examples: ['mark'],
    args: [],
    options: NO_OPTIONS,
    parse: () => ({ name: 'mark' }),
  },
  {
    name: 'set',
    group: 'say',
    usage: ['set NAME=VALUE'],
    help: 'changes a setting that help settings marks live',
    examples: [],
    args: [{ name: 'NAME=VALUE', kind: 'setting' }],
    options: NO_OPTIONS,
    reads: 'free',
    parse: set,
  },
]

function expectation(name: 'expect' | 'always', help: string, examples: readonly string[]): CoreCommand {
  return {
    name,
    group: 'say',
    usage: [`${name} [not] SUBJECT [= != < <= > >= VALUE] ${name === 'expect' ? '[within T | for T]' : '[within T]'}`],
    help,
    examples,
    args: [{ name: 'SUBJECT', kind: 'expectation' }],
    options: NO_OPTIONS,
    reads: 'raw',
    parse: (cursor, inner) => ({ name, expectation: parseExpectation(cursor.line.source, inner.start, inner.end, name, cursor.context) }),
  }
}

function binding(cursor: Cursor, inner: Inner): CommandBody {
  const { source } = cursor.line
  const expression = new Expression(source, inner.start, inner.end)
  const name = expression.next()
  if (name.kind !== 'word' || !/^[A-Za-z][A-Za-z0-9_-]*$/.test(name.text)) {
    reject('a name is missing here: letters, digits, - and _, without $', name.column, 'let NAME = leader')
  }
  expression.need('=', `let ${name.text} = …`)
  const value = bound(cursor, expression, inner)
  expression.finish('the let')
  return { name: 'let', variable: name.text, value }
}

/** A word that is both a set and a fact (`leader`) is a set: the node itself, usable in both places. `last(n1)` is a fact. */
function bound(cursor: Cursor, expression: Expression, inner: Inner): Extract<SayCommand, { name: 'let' }>['value'] {
  const { source } = cursor.line
  const { text, kind, end } = expression.peek()
  if (kind === 'end') reject('let takes a set of nodes or a fact', expression.column, 'let NAME = leader')
  const called = /^\s*\(/.test(source.slice(end, inner.end)) && cursor.context.mode.subjects.some(({ name }) => name === text)
  const isSet = !called && isSetWord(text)
  if (!isSet) return { kind: 'fact', fact: parseFactAlone(source, expression, cursor.context) }
  const start = expression.column - 1
  const rules = { context: cursor.context, clients: false, rest: false }
  const items = []
  while (expression.peek().kind !== 'end') items.push(...parseBracketSet(source, expression, rules).items)
  return { kind: 'set', set: { items, text: source.slice(start, inner.end).trim(), column: start + 1 } }
}

function set(cursor: Cursor): CommandBody {
  const { context } = cursor
  const settings = allSettings(context.mode, modesOf(context))
  if (cursor.settings.length === 0) {
    if (!cursor.atEnd && cursor.line.tokens.length > 2) {
      const typed = cursor.line.source.slice(cursor.column - 1, cursor.line.end)
      reject('set changes settings, set NAME=VALUE; put stores values', cursor.column, typed.length < 40 ? `put ${typed}` : 'put K V')
    }
    reject('which setting? set NAME=VALUE; help settings lists them', cursor.column)
  }
  const changes = cursor.settings.map((token) => {
    const change = readSetting(settings, token.name, token.value, token.start + 1, token.valueStart + 1)
    const live = settings.find(({ name }) => name === change.name)?.live
    if (live !== true)
      reject(`${change.name} cannot change while the cluster runs`, token.start + 1, `reset ${change.name}=${change.value}`)
    return change
  })
  return { name: 'set', settings: changes }
}

function isSetWord(text: string): boolean {
  return /^(?:n?\d+|\$.*|home|homes|fallback)$/.test(text) || SET_WORDS.some(([word]) => word === text)
}
