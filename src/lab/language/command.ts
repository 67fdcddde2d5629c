import type { CommandBody, ParsedCommand } from './ast.ts'
import type { Cursor } from './cursor.ts'
import type { CommandSpec } from './spec.ts'
import type { Token } from './tokens.ts'

/** A common command: its data, and how its words become typed fields. */
export interface CoreCommand extends CommandSpec {
  /**
   * `free`: names it does not know as options are settings. `raw`: it reads the text after its name itself.
   * `wraps`: it takes a duration, then a command of its own.
   */
  readonly reads?: 'free' | 'raw' | 'wraps'
  parse(cursor: Cursor, inner: Inner): CommandBody
}

/** What a command that holds text or another command needs of the parser. */
export interface Inner {
  /** Offsets of the text after the command's name. */
  readonly start: number
  readonly end: number
  /** The tokens after the name, options too. */
  readonly tokens: readonly Token[]
  /** Parses the command that starts at this token. */
  command(tokens: readonly Token[], column: number): ParsedCommand
}

export const NO_OPTIONS: CommandSpec['options'] = []
