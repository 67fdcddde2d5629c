/** What outlives a run lives here: the prompt's history, and how far the lessons are. */
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** `$XDG_STATE_HOME/splitbrain`, or `~/.local/state/splitbrain`; a relative XDG_STATE_HOME is to be ignored (XDG base directories). */
export function stateFolder(env: Readonly<Record<string, string | undefined>>): string {
  const named = env.XDG_STATE_HOME ?? ''
  return join(isAbsolute(named) ? named : join(homedir(), '.local', 'state'), 'splitbrain')
}
