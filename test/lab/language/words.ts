/** What the tests read lines against: Raft as it is, and a second mode made of data alone. */

import type { ParsedCommand } from '../../../src/lab/language/ast.ts'
import type { LanguageContext, ModeCommandWords, ModeWords } from '../../../src/lab/language/context.ts'
import { describeProblem } from '../../../src/lab/language/errors.ts'
import { parseLine } from '../../../src/lab/language/parse.ts'
import { nodeIds } from '../../../src/machine/ids.ts'
import { findMode } from '../../../src/modes/registry.ts'

const found = findMode('raft')
if (found === null) throw new Error('no raft mode')
export const raft: ModeWords = found

const commands: readonly ModeCommandWords[] = [
  {
    name: 'ring',
    usage: ['ring [K]'],
    help: 'who stores what',
    examples: ['ring', 'ring city'],
    args: [{ name: 'K', kind: 'key', optional: true }],
  },
  {
    name: 'keyfor',
    usage: ['keyfor S'],
    help: 'a key whose homes are these nodes',
    examples: ['keyfor n1 n2 n3'],
    args: [{ name: 'S', kind: 'nodes' }],
  },
  {
    name: 'merkle',
    usage: ['merkle A B'],
    help: 'what two nodes have that differs',
    examples: ['merkle n1 n2'],
    args: [
      { name: 'A', kind: 'nodes' },
      { name: 'B', kind: 'nodes' },
    ],
  },
]

const ALL = ['put', 'get', 'del', 'append', 'resolve']

export const dynamo: ModeWords = {
  name: 'dynamo',
  settings: [
    { name: 'n', kind: 'count', fallback: '3', live: false, help: 'homes' },
    { name: 'w', kind: 'count', fallback: '2', live: true, help: 'acks' },
    { name: 'gossip', kind: 'duration', fallback: '1s', live: true, help: 'how often' },
  ],
  presets: { loose: { w: '1' } },
  bugs: [],
  banner: { claim: 'keep each key three times', tries: ['put cart eggs', 'kill home(cart,1)', 'get cart'] },
  operations: [...ALL, 'join', 'leave'],
  subjects: [{ name: 'hints', args: 'node', help: 'hints that wait' }],
  keySubjects: [{ name: 'siblings', help: 'values side by side' }],
  liveChecks: [{ name: 'converged', help: 'all homes agree' }],
  checks: ['nothing-lost'],
  commands,
  dataOptions: [
    { name: 'r', kind: 'count', help: 'answers a read waits for', operations: ['get'] },
    { name: 'w', kind: 'count', help: 'acknowledgements a write waits for', operations: ['put', 'del', 'append', 'resolve'] },
    { name: 'quorum', kind: 'choice', choices: ['sloppy', 'strict'], help: 'who counts', operations: ALL },
    { name: 'context', kind: 'text', help: 'what was read before', operations: ['put', 'del'] },
    { name: 'blind', kind: 'flag', help: 'without context', operations: ['put', 'del'] },
  ],
  homes: () => ({ homes: [], fallbacks: [] }),
  helpers: () => ['b0'],
  refuse: ({ n = '3', w = '2' }, nodes) =>
    Number(n) > nodes ? `n=${n} is more than the ${nodes} nodes there are` : Number(w) > Number(n) ? `w=${w} is more than n=${n}` : null,
}

export const five: LanguageContext = { mode: raft, modes: [raft, dynamo], nodes: nodeIds(5), variables: ['old', 'c'] }
export const inDynamo: LanguageContext = { ...five, mode: dynamo }

export function parsed(line: string, context: LanguageContext = five): ParsedCommand {
  const result = parseLine(line, context)
  if (!result.ok) throw new Error(`${line}: ${describeProblem(result.error)}`)
  return result.command
}

/** The error as a person reads it; throws if the line parses. */
export function refused(line: string, context: LanguageContext = five): string {
  const result = parseLine(line, context)
  if (result.ok) throw new Error(`${line} parses`)
  return describeProblem(result.error)
}
