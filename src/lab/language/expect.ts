/** `[not] SUBJECT [= != < <= > >= VALUE] [within T | for T]` to a typed claim, and the right side of `let`. */
import {
  type Claim,
  COUNTS,
  type CountName,
  type Expectation,
  type Fact,
  LATENCIES,
  type Op,
  type Operand,
  type SetExpr,
  type Statement,
} from './ast.ts'
import { belongsElsewhere, checkNames, type LanguageContext, liveCheckNames, type ModeWords } from './context.ts'
import { reject, rejectLater } from './errors.ts'
import { Expression, type ExprToken } from './expression.ts'
import { nearest } from './nearest.ts'
import { parseBracketSet, type SetRules, variableName } from './sets.ts'
import { either } from './settings.ts'
import { parseDecimal, parseDuration } from './units.ts'

/** Facts default to `within` this. */
export const DEFAULT_WITHIN_MS = 2000

const HEALTH = ['healthy', 'degraded', 'unhealthy'] as const
const OPS: readonly Op[] = ['=', '!=', '<', '<=', '>', '>=']

/** Subjects of every mode, as written, with help; a mode and its checks add theirs. */
export const COMMON_SUBJECTS: readonly (readonly [string, string])[] = [
  ['healthy', 'the cluster answers through every node (observed)'],
  ['degraded', 'it answers through some (observed)'],
  ['unhealthy', 'it answers through none (observed)'],
  ['predicted', 'what the faults in force mean: predicted = degraded'],
  ['failed', 'how many nodes are dead or asleep'],
  ['local(K,S)', "a node's own copy of a key, no protocol involved"],
  ['elections', 'elections since the block or mark'],
  ['acked(C)', 'operations answered ok to a client since the block or mark'],
  ['unknown(C)', 'operations with an unknown outcome since the block or mark'],
  ['failed-ops', 'operations that failed since the block or mark'],
  ['faults', 'fault commands since the block or mark'],
  ['messages', 'messages between nodes since the block or mark'],
  ['metric(NAME)', 'a counter of the metrics command'],
  ['latency(p99)', 'how long answered operations took since the block or mark, in ms; also mean p50 p90 p99.9'],
  ['ratio($a,$b)', 'of two numbers that let named, the first divided by the second'],
  ['ribbon', 'observed states since mark, in order: ribbon = healthy degraded'],
  ['used COMMAND', 'the command was used (in lab check blocks)'],
]

/** Reads what follows `expect` or `always` in the line; columns are the line's. */
export function parseExpectation(
  source: string,
  start: number,
  end: number,
  word: 'expect' | 'always',
  context: LanguageContext,
): Expectation {
  const expression = new Expression(source, start, end)
  const not = expression.take('not')
  const claim = parseClaim(source, expression, word, context)
  const time = parseTime(expression, word, claim)
  expression.finish(`the ${word}`)
  return { not, claim, time, text: source.slice(start, end).trim() }
}

/** A fact for `let`: `commit(leader)`, `term`. */
export function parseFactAlone(source: string, expression: Expression, context: LanguageContext): Fact {
  const token = expression.next()
  const subject = parseSubject(source, token, expression, context)
  if ('statement' in subject)
    reject(`${token.text} is no fact with a value; let takes a set of nodes or a fact like term or commit(leader)`, token.column)
  return subject.fact
}

function parseClaim(source: string, expression: Expression, word: string, context: LanguageContext): Claim {
  const token = expression.next()
  if (token.kind === 'end') reject(`${word} what? For example: ${word} healthy`, token.column)
  if (token.text === 'used') return { kind: 'statement', statement: parseUsed(expression) }
  const subject = parseSubject(source, token, expression, context)
  const sign = expression.peek()
  const op = sign.kind === 'punct' ? OPS.find((one) => one === sign.text) : undefined
  if ('statement' in subject) {
    if (op !== undefined) reject(`${token.text} is so or not; it takes no ${op}`, sign.column)
    return { kind: 'statement', statement: subject.statement }
  }
  if (op === undefined) {
    const written = source.slice(token.column - 1, sign.column - 1).trim()
    reject(`${written} needs a comparison`, sign.column, `${word} ${written} ${example(subject.fact)}`)
  }
  expression.next()
  return { kind: 'comparison', fact: subject.fact, op, operand: parseOperand(expression, subject.fact, op, context) }
}

function example(fact: Fact): string {
  if (fact.kind === 'predicted' || fact.kind === 'ribbon') return '= healthy'
  return fact.kind === 'mode' && fact.name === 'leader' ? '!= none' : '= 1'
}

function parseUsed(expression: Expression): Statement {
  const token = expression.next()
  if (token.kind !== 'word') reject('used which command? For example: expect not used restart', token.column)
  return { kind: 'used', command: token.text }
}

type Subject = { readonly fact: Fact } | { readonly statement: Statement }

function parseSubject(source: string, token: ExprToken, expression: Expression, context: LanguageContext): Subject {
  const name = token.text
  if (token.kind !== 'word') reject(`"${name}" is no subject`, token.column)
  const health = HEALTH.find((state) => state === name)
  if (health !== undefined) return { statement: { kind: 'health', state: health } }
  const words = context.mode.subjects.find((one) => one.name === name)
  if (words !== undefined) {
    const nodes = words.args === 'node' ? bracketNodes(source, name, expression, context) : null
    return { fact: { kind: 'mode', name, nodes } }
  }
  const count = COUNTS.find((one) => one === name)
  if (count !== undefined) return { fact: { kind: 'count', name: count satisfies CountName } }
  if (context.mode.keySubjects?.some((one) => one.name === name) === true) {
    return { fact: { kind: 'key', name, key: bracketKey(name, expression) } }
  }
  if (liveCheckNames(context.mode).includes(name)) return { statement: { kind: 'live', check: name } }
  if (checkNames(context).includes(name)) return { statement: { kind: 'verdict', checker: name } }
  switch (name) {
    case 'predicted':
    case 'failed':
    case 'ribbon':
      return { fact: { kind: name } }
    case 'acked':
    case 'unknown':
      return { fact: { kind: name, client: bracketClient(name, expression) } }
    case 'metric':
      return { fact: { kind: 'metric', name: bracketName(name, expression) } }
    case 'latency':
      return { fact: parseLatency(expression) }
    case 'ratio':
      return { fact: parseRatio(expression, context) }
    case 'local':
      return { fact: parseLocal(source, expression, context) }
    default:
      return unknownSubject(token, context)
  }
}

function unknownSubject(token: ExprToken, context: LanguageContext): never {
  const elsewhere = belongsElsewhere(context, token.text, (mode) => ownSubjects(mode).includes(token.text))
  if (elsewhere !== undefined) rejectLater(elsewhere, token.column)
  const common = COMMON_SUBJECTS.map(([written]) => written.replace(/[( ].*/, ''))
  const all = [...common, ...ownSubjects(context.mode), ...checkNames(context)]
  reject(`unknown subject ${token.text}; help expect lists them`, token.column, nearest(token.text, all))
}

function ownSubjects(mode: ModeWords): string[] {
  return [...mode.subjects, ...(mode.keySubjects ?? []), ...(mode.liveChecks ?? [])].map(({ name }) => name)
}

function bracketKey(name: string, expression: Expression): string {
  expression.need('(', `${name} takes a key, ${name}(city)`)
  const key = expression.next()
  if (key.kind !== 'word' && key.kind !== 'quoted') reject(`${name} takes a key, ${name}(city)`, key.column)
  expression.need(')', `after ${name}(${key.text}`)
  return key.text
}

function bracketNodes(source: string, name: string, expression: Expression, context: LanguageContext): SetExpr {
  expression.need('(', `${name} takes a node, ${name}(leader)`)
  const nodes = parseBracketSet(source, expression, setRules(context))
  expression.need(')', `after ${name}(${nodes.text}`)
  return nodes
}

function parseLocal(source: string, expression: Expression, context: LanguageContext): Fact {
  expression.need('(', 'local takes a key and a node, local(city, n3)')
  const key = expression.next()
  if (key.kind !== 'word' && key.kind !== 'quoted') reject('local takes a key and a node, local(city, n3)', key.column)
  expression.need(',', 'local takes a key and a node, local(city, n3)')
  const nodes = parseBracketSet(source, expression, setRules(context))
  expression.need(')', `after local(${key.text}, ${nodes.text}`)
  return { kind: 'local', key: key.text, nodes }
}

function setRules(context: LanguageContext): SetRules {
  return { context, clients: false, rest: false }
}

function bracketClient(name: string, expression: Expression): string | null {
  if (!expression.take('(')) return null
  const token = expression.next()
  if (!/^[cl]\d{1,3}$/.test(token.text)) reject(`${name} takes a client like c2, not "${token.text}"`, token.column)
  expression.need(')', `after ${name}(${token.text}`)
  return token.text
}

function bracketName(name: string, expression: Expression): string {
  expression.need('(', `${name} takes a name, ${name}(datagrams-in)`)
  const token = expression.next()
  if (token.kind !== 'word' && token.kind !== 'quoted') reject(`${name} takes a name`, token.column)
  expression.need(')', `after ${name}(${token.text}`)
  return token.text
}

function parseLatency(expression: Expression): Fact {
  expression.need('(', 'latency takes what is to be told, latency(mean) or latency(p99.9)')
  const token = expression.next()
  const of = LATENCIES.find((name) => name === token.text)
  if (of === undefined) reject(`latency takes ${either(LATENCIES)}, not "${token.text}"`, token.column, nearest(token.text, LATENCIES))
  expression.need(')', `after latency(${of}`)
  return { kind: 'latency', of }
}

function parseRatio(expression: Expression, context: LanguageContext): Fact {
  const usage = 'ratio takes two names that let gave, ratio($slow, $fast)'
  expression.need('(', usage)
  const over = parseNumberName(expression, usage, context)
  expression.need(',', usage)
  const under = parseNumberName(expression, usage, context)
  expression.need(')', usage)
  return { kind: 'ratio', over, under }
}

function parseNumberName(expression: Expression, usage: string, context: LanguageContext): string {
  const token = expression.next()
  if (!token.text.startsWith('$')) reject(usage, token.column)
  return variableName(token.text, token.column, context)
}

function parseOperand(expression: Expression, fact: Fact, op: Op, context: LanguageContext): Operand {
  const token = expression.peek()
  if (fact.kind === 'ribbon') return parseRibbon(expression, op)
  if (token.kind !== 'word' && token.kind !== 'quoted') reject(`a value is missing after ${op}`, token.column)
  expression.next()
  if (token.kind === 'quoted') {
    if (ordered(op)) reject(`${op} compares numbers, and "${token.text}" in quotes is text`, token.column)
    return { kind: 'text', text: token.text, exact: true }
  }
  if (token.text.startsWith('$')) return { kind: 'variable', name: variableName(token.text, token.column, context) }
  if (fact.kind === 'predicted') needHealth(token)
  if (token.text === 'none') {
    if (ordered(op)) reject(`${op} compares numbers, and none is absence`, token.column)
    return { kind: 'none' }
  }
  if (ordered(op) && parseDecimal(token.text) === null) reject(`${op} compares numbers, not "${token.text}"`, token.column)
  return { kind: 'text', text: token.text, exact: false }
}

function ordered(op: Op): boolean {
  return op !== '=' && op !== '!='
}

function needHealth(token: ExprToken): (typeof HEALTH)[number] {
  const state = HEALTH.find((one) => one === token.text)
  if (state === undefined) reject(`a state is ${either(HEALTH)}, not "${token.text}"`, token.column, nearest(token.text, HEALTH))
  return state
}

function parseRibbon(expression: Expression, op: Op): Operand {
  const first = expression.peek()
  if (ordered(op)) reject(`a ribbon is compared with = or !=, not ${op}`, first.column)
  const states: (typeof HEALTH)[number][] = []
  while (expression.peek().kind === 'word' && !isTime(expression.peek())) states.push(needHealth(expression.next()))
  if (states.length === 0) reject('a ribbon is a list of states, ribbon = healthy degraded', first.column)
  return { kind: 'ribbon', states }
}

function isTime(token: ExprToken): boolean {
  return token.kind === 'word' && (token.text === 'within' || token.text === 'for')
}

function parseTime(expression: Expression, word: 'expect' | 'always', claim: Claim): Expectation['time'] {
  const kind = claim.kind === 'statement' ? claim.statement.kind : 'comparison'
  const verdict = kind === 'verdict' || kind === 'used'
  const token = expression.peek()
  if (!isTime(token)) return word === 'always' || verdict || kind === 'live' ? null : { kind: 'within', ms: DEFAULT_WITHIN_MS }
  if (verdict) reject(`a verdict is asked once; it takes no ${token.text}`, token.column)
  if (word === 'always' && token.text === 'for') reject('always is armed until the end; it takes no for', token.column)
  expression.next()
  const duration = expression.next()
  const ms = parseDuration(duration.text)
  if (ms === null) reject(`${token.text} takes a duration like 250ms or 3s, not "${duration.text}"`, duration.column)
  return { kind: token.text === 'for' ? 'for' : 'within', ms }
}
