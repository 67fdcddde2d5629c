/** Commands that are named already, so that nobody who reads about them meets "unknown command". */
import { UsageError } from '../../lab/usage-error.ts'

export const later: Readonly<Record<string, string>> = {
  replay: 'a recorded run on the same screen',
}

export function laterCommand(name: string): never {
  throw new UsageError(`${name} (${later[name] ?? 'later'}) comes in a later version; until then there are the prompt and splitbrain run`)
}
