import { type CoreCommand, NO_OPTIONS } from '../command.ts'
import { belongsElsewhere, checkNames, liveCheckNames } from '../context.ts'
import type { Cursor } from '../cursor.ts'
import { reject, rejectLater } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { either } from '../settings.ts'
import type { ArgSpec } from '../spec.ts'

const NODES: ArgSpec = { name: 'S', kind: 'nodes' }

function plain(name: 'status' | 'nodes' | 'links' | 'ops' | 'events' | 'metrics' | 'report', help: string): CoreCommand {
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
    help: 'judges the history so far, and in some modes the copies themselves: did the store keep its promise?',
    examples: ['check'],
    args: [{ name: 'NAME', kind: 'check', optional: true }],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'check', checker: cursor.atEnd ? null : checker(cursor) }),
  },
  plain('report', 'writes all that happened so far as one HTML page into the run folder'),
]

function checker(cursor: Cursor): string {
  const { column } = cursor
  const name = cursor.word('a check')
  const names = checkNames(cursor.context)
  if (names.includes(name)) return name
  const elsewhere = belongsElsewhere(cursor.context, name, (mode) => liveCheckNames(mode).includes(name))
  if (elsewhere !== undefined) rejectLater(elsewhere, column)
  reject(`unknown check ${name}; there is ${either(names)}`, column, nearest(name, names))
}
