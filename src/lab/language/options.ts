import type { ArgValue } from './ast.ts'
import { reject } from './errors.ts'
import { nearest } from './nearest.ts'
import { parseSet, type SetRules } from './sets.ts'
import { either } from './settings.ts'
import type { OptionSpec } from './spec.ts'
import type { Token } from './tokens.ts'
import { formatDuration, parseBitRate, parseCount, parseDuration, parseOpsRate, parsePercent, parseSignedPercent } from './units.ts'

export type OptionToken = Extract<Token, { kind: 'option' }>

/** The option's value, typed by the kind its spec declares; rejects a value that is not of that kind. */
export function readOption(spec: OptionSpec, token: OptionToken, source: string, rules: SetRules): ArgValue {
  const { value } = token
  const column = token.valueStart + 1
  const wants = (what: string): never => reject(`${spec.name}= takes ${what}, not "${value}"`, column)
  switch (spec.kind) {
    case 'duration':
      return bounded(spec, parseDuration(value) ?? wants('a duration like 250ms or 3s'), column, formatDuration)
    case 'count':
      return bounded(spec, parseCount(value) ?? wants('a whole number'), column, String)
    case 'percent':
      return parsePercent(value) ?? wants('a percentage like 10%')
    case 'signed-percent':
      return parseSignedPercent(value) ?? wants('a percentage like 1% or -1%')
    case 'bit-rate':
      return parseBitRate(value) ?? wants('a rate like 1mbit or 500kbit')
    case 'ops-rate':
      return parseOpsRate(value) ?? wants('a rate like 200/s, or max')
    case 'choice':
      return choice(spec, value, column)
    case 'choices':
      return choices(spec, value, column)
    case 'weights':
      return weights(spec, value, column)
    case 'text':
      return value === '' ? wants('a text') : value
    case 'client':
      return /^c\d{1,2}$/.test(value) ? value : wants('a client, c0 to c99')
    case 'node': {
      const start = token.valueStart
      return parseSet(source, [{ kind: 'word', text: value, start, end: token.end }], column, rules)
    }
  }
}

function bounded(spec: OptionSpec, value: number, column: number, format: (value: number) => string): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = spec
  if (value < min) reject(`${spec.name}= is at least ${format(min)}, not ${format(value)}`, column)
  if (value > max) reject(`${spec.name}= is at most ${format(max)}, not ${format(value)}`, column)
  return value
}

function choice(spec: OptionSpec, value: string, column: number): string {
  const allowed = spec.choices ?? []
  if (!allowed.includes(value)) reject(`${spec.name}= takes ${either(allowed)}, not "${value}"`, column, nearest(value, allowed))
  return value
}

function choices(spec: OptionSpec, value: string, column: number): readonly string[] {
  const out: string[] = []
  let at = column
  for (const part of value.split(',')) {
    const word = choice(spec, part, at)
    if (out.includes(word)) reject(`${spec.name}= names ${word} twice`, at)
    out.push(word)
    at += part.length + 1
  }
  return out
}

function weights(spec: OptionSpec, value: string, column: number): Readonly<Record<string, number>> {
  const out: Record<string, number> = {}
  let at = column
  for (const part of value.split(',')) {
    const [name = '', count = ''] = part.split(':')
    const word = choice(spec, name, at)
    const weight = parseCount(count)
    if (weight === null || part.split(':').length !== 2) reject(`${spec.name}= takes weights like put:40,get:50, not "${part}"`, at)
    if (Object.hasOwn(out, word)) reject(`${spec.name}= names ${word} twice`, at)
    out[word] = weight
    at += part.length + 1
  }
  if (Object.values(out).every((weight) => weight === 0)) reject(`${spec.name}= needs a weight over 0`, column)
  return out
}
