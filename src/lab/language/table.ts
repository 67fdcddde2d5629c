/** The one table of commands. Parser, help, completion, labs, line mode and the typed API read it. */
import type { CoreCommand } from './command.ts'
import { dataCommands } from './commands/data.ts'
import { disturbCommands } from './commands/disturb.ts'
import { labCommands } from './commands/labs.ts'
import { lookCommands } from './commands/look.ts'
import { networkCommands } from './commands/network.ts'
import { processCommands } from './commands/processes.ts'
import { sayCommands } from './commands/say.ts'
import { timeCommands } from './commands/time.ts'
import type { ModeWords } from './context.ts'
import type { CommandSpec } from './spec.ts'

export const COMMANDS: readonly CoreCommand[] = [
  ...dataCommands,
  ...processCommands,
  ...networkCommands,
  ...disturbCommands,
  ...timeCommands,
  ...lookCommands,
  ...sayCommands,
  ...labCommands,
]

const OPERATIONS = new Set(dataCommands.map(({ name }) => name))

/** All commands a mode has: the common ones (of the data commands those its clients understand), then its own. */
export function commandsOf(mode: ModeWords): CommandSpec[] {
  const common = COMMANDS.filter(({ name }) => !OPERATIONS.has(name) || mode.operations.includes(name))
  return [...common, ...(mode.commands ?? []).map((words): CommandSpec => ({ ...words, group: 'look', options: [] }))]
}
