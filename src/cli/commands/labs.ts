/** `splitbrain labs`: the labs that come with this package. */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Context, line, room } from '../context.ts'
import type { LabInfo } from '../rooms.ts'

/** Beside `dist/` when bundled, beside `src/` when not. */
export function labsFolder(): string {
  const here = new URL('.', import.meta.url)
  return fileURLToPath(new URL(here.pathname.endsWith('/dist/') ? '../labs/' : '../../../labs/', here))
}

/** As one would type it from here, where that is shorter. */
function nearPath(file: string): string {
  const near = relative('', file)
  return near.length < file.length && !near.startsWith('..') ? near : file
}

export function infoLines(labs: readonly LabInfo[]): readonly string[] {
  const files = labs.map((lab) => nearPath(lab.file))
  const width = Math.max(0, ...files.map((file) => file.length))
  return labs.map((lab, at) => `${(files[at] ?? '').padEnd(width)}  ${lab.title}  [${lab.modes.join(', ')}]`)
}

export async function labLines(context: Context): Promise<readonly string[]> {
  const labs = await room(context, 'listLabs')({ paths: [labsFolder()], stdin: null, tags: [] })
  return [...infoLines(labs), '', 'run one with: splitbrain run FILE']
}

export async function labsCommand(context: Context): Promise<number> {
  for (const text of await labLines(context)) line(context.stdout, text)
  return 0
}
