/** `splitbrain learn`: the lessons by theme, how far one is, and which to take next. */
import { learnLines } from '../../lab/play/learn.ts'
import { type Context, line } from '../context.ts'

export function learnCommand({ env, stdout }: Context): number {
  for (const text of learnLines(env)) line(stdout, text)
  return 0
}
