/** `splitbrain play FILE`: a lab beside the live cluster, step by step. */
import { UsageError } from '../../lab/usage-error.ts'
import { type Context, wantsLines } from '../context.ts'
import type { PlayFlags } from './play-flags.ts'

/** Whoever has no screen is told so before anything is loaded. */
export async function playCommand(context: Context, file: string | undefined, flags: PlayFlags): Promise<number> {
  if (file === undefined) throw new UsageError('which lesson? splitbrain learn lists them, and says which comes next')
  const { terminal } = context
  if (terminal === null || flags.plain === true || wantsLines(context.env)) {
    const { whyNoLesson } = await import('../../lab/play/lessons.ts')
    throw new UsageError(
      whyNoLesson(file) ?? `play needs a terminal that shows pictures; here the same lab runs with: splitbrain run ${file}`,
    )
  }
  const { playSession } = await import('./play-session.ts')
  return playSession(context, terminal, file, flags)
}
