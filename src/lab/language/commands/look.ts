import { type CoreCommand, NO_OPTIONS } from '../command.ts'
import { checkNames } from '../context.ts'
import type { Cursor } from '../cursor.ts'
import { reject } from '../errors.ts'
import { LATER_SUBJECTS, laterWord } from '../later.ts'
import { nearest } from '../nearest.ts'
import { either } from '../settings.ts'
import type { ArgSpec } from '../spec.ts'

const NODES: ArgSpec = { name: 'S', kind: 'nodes' }

function plain(name: 'status' | 'nodes' | 'links' | 'ops' | 'events' | 'metrics', help: string): CoreCommand {
  return { name, group: 'look', usage: [name], help, examples: [name], args: [], options: NO_OPTIONS, parse: () => ({ name }) }
}

export const lookCommands: readonly CoreCommand[] = [
  plain('status', 'health, leader, term and the faults in force'),
  plain('nodes', 'one line a node: state, role, log'),
  plain('links', 'the links that are cut or bent, and what passed'),
  {
    name: 'log',
    group: 'look',
    usage: ['log S'],
    help: 'the replicated log of nodes',
    examples: ['log leader'],
    args: [NODES],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'log', nodes: cursor.nodes() }),
  },
  {
    name: 'stderr',
    group: 'look',
    usage: ['stderr S'],
    help: 'what node processes wrote on standard error',
    examples: ['stderr n1'],
    args: [NODES],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'stderr', nodes: cursor.nodes() }),
  },
  {
    name: 'peek',
    group: 'look',
    usage: ['peek K [S]'],
    help: "each node's own copy of a key, without asking the others",
    examples: ['peek city', 'peek city n2'],
    args: [
      { name: 'K', kind: 'key' },
      { ...NODES, optional: true },
    ],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'peek', key: cursor.key(), nodes: cursor.atEnd ? null : cursor.nodes() }),
  },
  plain('ops', 'the operations so far'),
  plain('events', 'what happened so far'),
  plain('metrics', 'counters of nodes and network'),
  {
    name: 'check',
    group: 'look',
    usage: ['check [NAME]'],
    help: 'judges the history so far: did the store keep its promise?',
    examples: ['check'],
    args: [{ name: 'NAME', kind: 'check', optional: true }],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'check', checker: cursor.atEnd ? null : checker(cursor) }),
  },
]

function checker(cursor: Cursor): string {
  const { column } = cursor
  const name = cursor.word('a check')
  const names = checkNames(cursor.context)
  const later = laterWord(LATER_SUBJECTS, name)
  if (!names.includes(name)) reject(later ?? `unknown check ${name}; there is ${either(names)}`, column, nearest(name, names))
  return name
}
