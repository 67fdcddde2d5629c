/** `splitbrain report [RUN]`: the page of a run again, the same bytes from the same folder. */
import { statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { UsageError } from '../../lab/usage-error.ts'
import { exit } from '../../report/outcome.ts'
import { type Context, line, room } from '../context.ts'

export async function reportCommand(context: Context, run: string, out: string | null): Promise<number> {
  const folder = await room(context, 'findRun')(run)
  const file = out ?? join(folder, 'report.html')
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) throw new UsageError(`--out ${file} is a folder; name a file`)
  const bytes = await room(context, 'writePage')(folder, file)
  line(context.stdout, `wrote ${relative('', file)} (${Math.ceil(bytes / 1000)} kB)`)
  return exit.passed
}
