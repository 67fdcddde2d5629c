/** The one table of commands. Parser, help, completion, labs, line mode and the typed API read it. */
import type { CoreCommand } from './command.ts'
import { dataCommands, withDataOptions } from './commands/data.ts'
import { disturbCommands, withOperations } from './commands/disturb.ts'
import { labCommands } from './commands/labs.ts'
import { lookCommands } from './commands/look.ts'
import { memberCommands } from './commands/members.ts'
import { networkCommands } from './commands/network.ts'
import { processCommands } from './commands/processes.ts'
import { sayCommands } from './commands/say.ts'
import { timeCommands } from './commands/time.ts'
import type { ModeWords } from './context.ts'
import type { CommandSpec } from './spec.ts'

export const COMMANDS: readonly CoreCommand[] = [
  ...dataCommands,
  ...processCommands,
  ...memberCommands,
  ...networkCommands,
  ...disturbCommands,
  ...timeCommands,
  ...lookCommands,
  ...sayCommands,
  ...labCommands,
]

const DATA = new Set(dataCommands.map(({ name }) => name))
/** What a client asks of the store or the cluster: a mode has those that its clients understand. */
const OPERATIONS = new Set([...DATA, ...memberCommands.map(({ name }) => name)])

/** The common commands, as this mode has them. */
export function coreCommandsOf(mode: ModeWords): CoreCommand[] {
  return COMMANDS.filter(({ name }) => !OPERATIONS.has(name) || mode.operations.includes(name)).map((command) => {
    if (DATA.has(command.name)) return withDataOptions(command, mode)
    return command.name === 'load' ? withOperations(command, mode) : command
  })
}

/** All commands a mode has: the common ones, then its own. */
export function commandsOf(mode: ModeWords): CommandSpec[] {
  return [...coreCommandsOf(mode), ...(mode.commands ?? []).map((words): CommandSpec => ({ ...words, group: 'look', options: [] }))]
}

/** A word for something that clients ask, in whichever mode. */
export function isOperation(name: string): boolean {
  return OPERATIONS.has(name)
}

/** Whether the mode has this word as a command. */
export function hasCommand(mode: ModeWords, name: string): boolean {
  return commandsOf(mode).some((command) => command.name === name)
}
