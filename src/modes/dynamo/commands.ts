/** The commands of Dynamo mode: all of them only look. */
import type { ModeCommandSpec } from '../mode.ts'
import { showHints } from './commands/hints.ts'
import { showKey } from './commands/key.ts'
import { keyFor } from './commands/keyfor.ts'
import { compareTrees } from './commands/merkle.ts'
import { showRepairs, showRepairsOf } from './commands/repairs.ts'
import { showRing } from './commands/ring.ts'
import { showStrategies } from './commands/strategies.ts'

export const commands: readonly ModeCommandSpec[] = [
  {
    name: 'ring',
    usage: ['ring', 'ring K'],
    help: 'the ring: who keeps what, how evenly, who sees it otherwise; with a key: where it lies and what each node has of it',
    examples: ['ring', 'ring city'],
    args: [{ name: 'K', kind: 'key', optional: true }],
    run: (port, { K }) => (typeof K === 'string' ? showKey(port, K) : showRing(port)),
  },
  {
    name: 'keyfor',
    usage: ['keyfor S'],
    help: 'a key whose first homes are these nodes, in this order if some key has it',
    examples: ['keyfor n1 n2 n3', 'keyfor n4'],
    args: [{ name: 'S', kind: 'nodes' }],
    run: (port, { S }) => keyFor(port, nodesIn(S)),
  },
  {
    name: 'hints',
    usage: ['hints'],
    help: 'copies that stand-ins keep for homes that were away',
    examples: ['hints'],
    args: [],
    run: (port) => showHints(port),
  },
  {
    name: 'merkle',
    usage: ['merkle S S'],
    help: 'compares the hash trees of two nodes: which partitions and keys differ, and how many hashes it took',
    examples: ['merkle n1 n2'],
    args: [
      { name: 'A', kind: 'nodes' },
      { name: 'B', kind: 'nodes' },
    ],
    run: (port, { A, B }) => compareTrees(port, nodesIn(A), nodesIn(B)),
  },
  {
    name: 'repairs',
    usage: ['repairs', 'repairs K'],
    help: 'what healed copies, and when: hints, reads, compared trees, partitions that moved; with a key: that key on each node',
    examples: ['repairs', 'repairs city'],
    args: [{ name: 'K', kind: 'key', optional: true }],
    run: (port, { K }) => (typeof K === 'string' ? showRepairsOf(port, K) : showRepairs(port)),
  },
  {
    name: 'strategies',
    usage: ['strategies'],
    help: "the three ways to cut a ring: how evenly they spread and what they cost, beside the paper's Figure 8, and what a join would move here",
    examples: ['strategies'],
    args: [],
    run: (port) => showStrategies(port),
  },
]

function nodesIn(given: string | number | readonly string[] | undefined): readonly string[] {
  return Array.isArray(given) ? given : []
}
