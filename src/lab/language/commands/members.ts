import type { CoreCommand } from '../command.ts'
import { reject } from '../errors.ts'
import { parseCount } from '../units.ts'

/** More nodes than a machine has room for; keeps names sane. */
const MOST = 999

export const memberCommands: readonly CoreCommand[] = [
  {
    name: 'join',
    group: 'members',
    usage: ['join N [seed=S]'],
    help: 'starts a node and brings it into the cluster; seed= tells it of the others',
    examples: ['join n6', 'join n6 seed=n1'],
    args: [{ name: 'N', kind: 'word' }],
    options: [{ name: 'seed', kind: 'node', help: 'the node it asks first; the first live one if not said' }],
    parse: (cursor) => {
      const { column } = cursor
      const variable = cursor.variable()
      if (variable !== null) return { name: 'join', node: { variable }, seed: cursor.nodeOption('seed') ?? null }
      const word = cursor.word('a node')
      const number = parseCount(word.replace(/^n/, ''))
      if (number === null || number < 1 || number > MOST) reject(`a node that joins is named n6 or 6, not "${word}"`, column)
      return { name: 'join', node: `n${number}`, seed: cursor.nodeOption('seed') ?? null }
    },
  },
  {
    name: 'leave',
    group: 'members',
    usage: ['leave S [via=S]'],
    help: 'takes a node out of the cluster once others have its data, then stops it',
    examples: ['leave n2', 'leave n2 via=n3'],
    args: [{ name: 'S', kind: 'nodes' }],
    options: [
      { name: 'via', kind: 'node', help: 'the node that is asked to see to it; the one that leaves if not said, or another if it is down' },
    ],
    parse: (cursor) => ({ name: 'leave', nodes: cursor.nodes(), via: cursor.nodeOption('via') ?? null }),
  },
]
