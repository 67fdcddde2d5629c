/** The grammar of node sets: `n1 3`, `n1,n2`, `leader`, `followers(2)`, `random(2)`, `rest`, `$old`, and where keys have homes `home(K,1)`. */

import { isHelper } from '../../machine/ids.ts'
import type { SetExpr, SetItem } from './ast.ts'
import { belongsElsewhere, type LanguageContext } from './context.ts'
import { reject, rejectLater } from './errors.ts'
import { Expression } from './expression.ts'
import { nearest } from './nearest.ts'
import type { Token } from './tokens.ts'
import { parseCount } from './units.ts'

/** Word and meaning, for help and completion. */
export const SET_WORDS: readonly (readonly [string, string])[] = [
  ['leader', 'the leader, the one of the highest term'],
  ['follower', 'one live node that does not lead'],
  ['followers', 'all live nodes that do not lead; followers(2): two of them'],
  ['random', 'one live node by the seed; random(2): two'],
  ['dead', 'nodes that do not run'],
  ['asleep', 'nodes that sleep'],
  ['last', 'the nodes of the last fault command'],
  ['rest', 'all nodes that the other groups leave out'],
  ['all', 'every node'],
  ['clients', 'in network commands: every client there is now, those of the load too'],
]

/** Word and meaning of those that a mode adds whose keys have homes. */
export const HOME_WORDS: readonly (readonly [string, string])[] = [
  ['home(K,1)', 'the first home of a key; home(K,2) the second'],
  ['homes(K)', 'the nodes that keep a key'],
  ['fallback(K)', 'the nodes that stand in for a home of it now'],
]

/** More nodes than any lab has; keeps counts sane. */
const MOST = 99

export interface SetRules {
  readonly context: LanguageContext
  /** Clients are endpoints of the network, but no processes. */
  readonly clients: boolean
  /** `rest` means something only beside other groups. */
  readonly rest: boolean
  /** Words that may follow the set, for the nearest right word. */
  readonly after?: readonly string[]
}

/** Reads a set from the words of a line; rejects an empty one. */
export function parseSet(source: string, tokens: readonly Token[], column: number, rules: SetRules): SetExpr {
  const first = tokens[0]
  const last = tokens.at(-1)
  if (first === undefined || last === undefined) reject('a node or a set of nodes is missing here, for example n1 or leader', column)
  const items: SetItem[] = []
  for (const token of tokens) {
    if (token.kind === 'quoted') reject(`a quoted word is never a set: write ${token.text} without quotes`, token.start + 1)
    if (token.kind === 'operator') reject(`unexpected ${token.text}`, token.start + 1)
    const expression = new Expression(source, token.start, token.end)
    while (expression.peek().kind !== 'end') {
      items.push(parseItem(expression, rules))
      if (expression.peek().kind !== 'end') expression.need(',', 'between two nodes')
    }
  }
  return { items, text: source.slice(first.start, last.end), column: first.start + 1 }
}

/** Reads a set inside brackets, up to the closing one, which it leaves. */
export function parseBracketSet(source: string, expression: Expression, rules: SetRules): SetExpr {
  const start = expression.column
  const items: SetItem[] = []
  let end = start
  do {
    items.push(parseItem(expression, rules))
    end = expression.column
  } while (expression.take(','))
  return { items, text: source.slice(start - 1, end - 1).trim(), column: start }
}

function parseItem(expression: Expression, rules: SetRules): SetItem {
  const token = expression.next()
  const { text, column } = token
  if (token.kind === 'end') reject('a node is missing here, for example n1 or leader', column)
  if (token.kind === 'quoted') reject(`a quoted word is never a set: write ${text} without quotes`, column)
  const node = /^n?([1-9]\d{0,3})$/.exec(text)
  if (node !== null) return { kind: 'node', id: known(`n${node[1]}`, column, rules.context) }
  if (text.startsWith('$')) return { kind: 'variable', name: variableName(text, column, rules.context) }
  if (isHelper(text)) return { kind: 'helper', id: helper(text, column, rules.context) }
  if (/^[cl]\d{1,3}$/.test(text)) {
    if (!rules.clients) reject(`${text} is a client; nodes are meant here`, column)
    return { kind: 'client', id: text }
  }
  switch (text) {
    case 'leader':
    case 'follower':
    case 'dead':
    case 'asleep':
    case 'last':
    case 'all':
      return { kind: text }
    case 'rest':
      if (!rules.rest) reject('rest means the nodes that other groups leave out; there are no groups here', column)
      return { kind: 'rest' }
    case 'clients':
      if (!rules.clients) reject('clients are no nodes; nodes are meant here', column)
      return { kind: 'clients' }
    case 'followers':
      return { kind: 'followers', count: countArgument(expression, text) }
    case 'random':
      return { kind: 'random', count: countArgument(expression, text) ?? 1 }
    case 'home':
    case 'homes':
    case 'fallback':
      return keySet(text, expression, column, rules.context)
    default:
      return unknownWord(text, column, rules)
  }
}

function known(id: string, column: number, context: LanguageContext): string {
  const { nodes } = context
  if (nodes !== undefined && !nodes.includes(id)) {
    reject(`unknown node ${id}; the nodes are ${listNodes(nodes)}`, column)
  }
  return id
}

/** Whether the settings want this one is known when the command runs. */
function helper(id: string, column: number, context: LanguageContext): string {
  if (context.mode.helpers !== undefined) return id
  const elsewhere = belongsElsewhere(context, id, ({ helpers }) => helpers !== undefined)
  if (elsewhere !== undefined) rejectLater(elsewhere, column)
  reject(`unknown node or set "${id}"`, column)
}

export function listNodes(nodes: readonly string[]): string {
  if (nodes.length <= 3) return nodes.join(', ')
  const contiguous = nodes.every((id, i) => id === `n${i + 1}`)
  return contiguous ? `n1 … ${nodes.at(-1)}` : nodes.join(', ')
}

/** `$old` to `old`; rejects a name that no `let` gave. */
export function variableName(text: string, column: number, context: LanguageContext): string {
  const name = text.slice(1)
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) reject(`${text} is no name: letters, digits, - and _ after the $`, column)
  const { variables } = context
  if (variables !== undefined && !variables.includes(name)) {
    const near = nearest(name, variables)
    reject(`nothing is named $${name} yet; let ${name} = … names it`, column, near === undefined ? undefined : `$${near}`)
  }
  return name
}

function countArgument(expression: Expression, word: string): number | null {
  if (!expression.take('(')) return null
  const token = expression.next()
  const count = parseCount(token.text)
  if (count === null || count < 1 || count > MOST) reject(`${word}(N) takes a number from 1, not "${token.text}"`, token.column)
  expression.need(')', `after ${word}(${count}`)
  return count
}

function keySet(word: 'home' | 'homes' | 'fallback', expression: Expression, column: number, context: LanguageContext): SetItem {
  if (context.mode.homes === undefined) {
    const elsewhere = belongsElsewhere(context, word, ({ homes }) => homes !== undefined)
    if (elsewhere !== undefined) rejectLater(elsewhere, column)
    reject(`${word} is no set here: ${context.mode.name} gives keys no homes`, column)
  }
  expression.need('(', `${word} takes a key`)
  const key = expression.next()
  if (key.kind !== 'word' && key.kind !== 'quoted') reject(`${word} takes a key`, key.column)
  let place = 1
  if (word === 'home') {
    expression.need(',', 'home takes a key and a place, home(K, 1)')
    const token = expression.next()
    place = parseCount(token.text) ?? 0
    if (place < 1 || place > MOST) reject(`the place is a number from 1, not "${token.text}"`, token.column)
  }
  expression.need(')', `after ${word}(…`)
  return word === 'home' ? { kind: word, key: key.text, place } : { kind: word, key: key.text }
}

function unknownWord(text: string, column: number, rules: SetRules): never {
  const words = SET_WORDS.map(([word]) => word)
  reject(`unknown node or set "${text}"`, column, nearest(text, [...words, ...(rules.after ?? [])]))
}
