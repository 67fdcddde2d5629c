import type { DataOptionSpec } from '../../../modes/mode.ts'
import type { DataOptions } from '../ast.ts'
import type { CoreCommand } from '../command.ts'
import type { ModeWords } from '../context.ts'
import type { Cursor } from '../cursor.ts'
import type { ArgSpec, OptionSpec } from '../spec.ts'

const OPTIONS: readonly OptionSpec[] = [
  { name: 'as', kind: 'client', help: 'the client that asks: c0, c1 …' },
  { name: 'via', kind: 'node', help: 'only this node is asked; hints are not followed' },
  { name: 'timeout', kind: 'duration', min: 1, max: 600_000, help: 'how long to try; 3s if not said' },
]

const KEY: ArgSpec = { name: 'K', kind: 'key' }
const VALUE: ArgSpec = { name: 'V', kind: 'value' }
const NUMBER: ArgSpec = { name: 'N', kind: 'number' }

function options(cursor: Cursor): DataOptions {
  const as = cursor.text('as')
  const via = cursor.nodeOption('via')
  const timeoutMs = cursor.number('timeout')
  const own = ownOptions(cursor)
  return {
    ...(as === undefined ? {} : { as }),
    ...(via === undefined ? {} : { via }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(Object.keys(own).length === 0 ? {} : { own }),
  }
}

/** Those that the mode adds. A flag is a word after the arguments. */
function ownOptions(cursor: Cursor): Readonly<Record<string, string>> {
  const own: Record<string, string> = {}
  for (const { name, kind } of dataOptionsOf(cursor.context.mode, cursor.spec.name)) {
    const value = kind === 'flag' ? (cursor.takeWord(name) ? 'on' : undefined) : (cursor.text(name) ?? cursor.number(name))
    if (value !== undefined) own[name] = String(value)
  }
  return own
}

export function dataOptionsOf(mode: ModeWords, operation: string): readonly DataOptionSpec[] {
  return (mode.dataOptions ?? []).filter(({ operations }) => operations.includes(operation))
}

/** A data command as this mode has it: with the options and flag words that the mode adds to it. */
export function withDataOptions(command: CoreCommand, mode: ModeWords): CoreCommand {
  const own = dataOptionsOf(mode, command.name)
  if (own.length === 0) return command
  const flags = own.filter(({ kind }) => kind === 'flag')
  return {
    ...command,
    usage: command.usage.map((form) => [form, ...flags.map(({ name }) => `[${name}]`)].join(' ')),
    args: [...command.args, ...flags.map(({ name }): ArgSpec => ({ name, kind: 'word', choices: [name], optional: true }))],
    options: [...command.options, ...own.flatMap(asOption)],
  }
}

function asOption({ name, kind, choices, help }: DataOptionSpec): readonly OptionSpec[] {
  switch (kind) {
    case 'flag':
      return []
    case 'count':
      return [{ name, kind, min: 1, help }]
    case 'choice':
    case 'text':
      return [{ name, kind, help, ...(choices === undefined ? {} : { choices }) }]
  }
}

export const dataCommands: readonly CoreCommand[] = [
  {
    name: 'put',
    group: 'data',
    usage: ['put K V'],
    help: 'stores a value',
    examples: ['put city Oslo', 'put city "New York" as=c2 timeout=1s'],
    args: [KEY, VALUE],
    options: OPTIONS,
    parse: (cursor) => ({ name: 'put', key: cursor.key(), value: cursor.value(), options: options(cursor) }),
  },
  {
    name: 'get',
    group: 'data',
    usage: ['get K'],
    help: 'reads a value; none if there is none',
    examples: ['get city', 'get city via=n3'],
    args: [KEY],
    options: OPTIONS,
    parse: (cursor) => ({ name: 'get', key: cursor.key(), options: options(cursor) }),
  },
  {
    name: 'del',
    group: 'data',
    usage: ['del K'],
    help: 'removes a value',
    examples: ['del city'],
    args: [KEY],
    options: OPTIONS,
    parse: (cursor) => ({ name: 'del', key: cursor.key(), options: options(cursor) }),
  },
  {
    name: 'cas',
    group: 'data',
    usage: ['cas K OLD NEW'],
    help: 'stores NEW only if the value is OLD; none stands for no value',
    examples: ['cas seat none Ada', 'cas seat Ada Grace'],
    args: [KEY, { name: 'OLD', kind: 'value' }, { name: 'NEW', kind: 'value' }],
    options: OPTIONS,
    parse: (cursor) => ({
      name: 'cas',
      key: cursor.key(),
      old: cursor.valueOrNone('the old value'),
      new: cursor.valueOrNone('the new value'),
      options: options(cursor),
    }),
  },
  {
    name: 'add',
    group: 'data',
    usage: ['add K N'],
    help: 'adds a number and answers the sum; no value counts as 0',
    examples: ['add balance 10', 'add balance -2.5'],
    args: [KEY, NUMBER],
    options: OPTIONS,
    parse: (cursor) => ({ name: 'add', key: cursor.key(), amount: cursor.decimal(), options: options(cursor) }),
  },
  {
    name: 'mul',
    group: 'data',
    usage: ['mul K N'],
    help: 'multiplies by a number and answers the product',
    examples: ['mul balance 1.05'],
    args: [KEY, NUMBER],
    options: OPTIONS,
    parse: (cursor) => ({ name: 'mul', key: cursor.key(), amount: cursor.decimal(), options: options(cursor) }),
  },
  {
    name: 'append',
    group: 'data',
    usage: ['append K V'],
    help: 'adds text at the end of the value and answers the whole',
    examples: ['append log a'],
    args: [KEY, VALUE],
    options: OPTIONS,
    parse: (cursor) => ({ name: 'append', key: cursor.key(), value: cursor.value(), options: options(cursor) }),
  },
  {
    name: 'resolve',
    group: 'data',
    usage: ['resolve K union', 'resolve K V'],
    help: 'puts one value in the place of the siblings of a key; union keeps them all in it',
    examples: ['resolve cart union', 'resolve cart milk'],
    args: [KEY, { name: 'V', kind: 'value', choices: ['union'] }],
    options: OPTIONS,
    parse: (cursor) => ({
      name: 'resolve',
      key: cursor.key(),
      value: cursor.takeWord('union') ? null : cursor.value(),
      options: options(cursor),
    }),
  },
]
