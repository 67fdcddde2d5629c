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

const ring: ModeCommandWords = {
  name: 'ring',
  usage: ['ring [K]'],
  help: 'who stores what',
  examples: ['ring', 'ring city'],
  args: [{ name: 'K', kind: 'key', optional: true }],
}

export const dynamo: ModeWords = {
  name: 'dynamo',
  settings: [
    { name: 'n', kind: 'count', fallback: '3', live: false, help: 'homes' },
    { name: 'w', kind: 'count', fallback: '2', live: true, help: 'acks' },
    { name: 'gossip', kind: 'duration', fallback: '1s', live: true, help: 'how often' },
  ],
  presets: { loose: { w: '1' } },
  bugs: [],
  operations: ['put', 'get', 'del'],
  subjects: [
    { name: 'converged', args: 'none', help: 'all homes agree' },
    { name: 'hints', args: 'node', help: 'hints that wait' },
  ],
  checks: ['nothing-lost'],
  commands: [ring],
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
