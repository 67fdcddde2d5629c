/** Which commands hurt and which undo: what `expect faults` counts and what the event stream tells. */
import type { FaultEvent } from '../history/types.ts'
import type { CommandBody, LinkBend, ParsedCommand } from './language/ast.ts'

export type FaultChange = 'fault' | 'undone'

/** Null for commands that leave the cluster as it is. */
export function faultChange(command: CommandBody): FaultChange | null {
  switch (command.name) {
    case 'kill':
    case 'sleep':
    case 'powercut':
    case 'wipe':
    case 'partition':
    case 'isolate':
    case 'cut':
    case 'hold':
      return 'fault'
    case 'restart':
    case 'wake':
    case 'heal':
    case 'release':
    case 'recover':
      return 'undone'
    case 'clock':
    case 'disk':
      return command.change.kind === 'ok' ? 'undone' : 'fault'
    case 'link':
      return command.change.kind === 'clear' || isStraight(command.change.bend) ? 'undone' : 'fault'
    default:
      return null
  }
}

/** The command with the nodes that it came to, as the history has it: `kill leader` was `kill n3`. */
export function faultWords(command: ParsedCommand, told: readonly FaultEvent[]): string {
  // Of these the history tells the kind only, and people the amount.
  if (command.name === 'clock' || command.name === 'disk' || command.name === 'link') return command.text
  return told.findLast(({ text }) => text.startsWith(command.name))?.text ?? command.text
}

/** `loss=0% delay=0ms` takes back what an earlier `link` gave. */
function isStraight(bend: LinkBend): boolean {
  return Object.values(bend).every((amount) => amount === 0 || amount === 'uniform')
}
