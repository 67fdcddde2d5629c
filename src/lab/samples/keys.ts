/** Which keys a command mentions. */
import type { ParsedCommand, SetExpr } from '../language/ast.ts'

type Spoken = Omit<ParsedCommand, 'text'> & Readonly<Record<string, unknown>>

/** As data (`put city Oslo`), as an argument of the mode's own (`ring city`), or in a set of nodes (`home(city,1)`). */
export function keysIn(command: ParsedCommand): readonly string[] {
  if (command.name === 'at' || command.name === 'after' || command.name === 'every') return keysIn(command.command)
  const spoken: Spoken = { ...command }
  const own = typeof spoken.key === 'string' ? [spoken.key] : []
  const given = command.name === 'mode-command' ? Object.values(command.args) : []
  return [...own, ...given.filter((arg) => typeof arg === 'string'), ...('nodes' in command ? keysOfSet(command.nodes) : [])]
}

function keysOfSet(set: unknown): readonly string[] {
  const items = typeof set === 'object' && set !== null && 'items' in set ? (set as SetExpr).items : []
  return items.flatMap((item) => ('key' in item ? [item.key] : []))
}
