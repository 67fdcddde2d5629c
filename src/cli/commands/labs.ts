/** `splitbrain labs`: the labs that come with this package. */
import { resolve } from 'node:path'
import { labsFolder, shippedName } from '../../lab/shipped-labs.ts'
import { type Context, line, room } from '../context.ts'
import type { LabInfo } from '../rooms.ts'

export function infoLines(labs: readonly LabInfo[]): readonly string[] {
  const width = Math.max(0, ...labs.map((lab) => lab.file.length))
  return labs.map((lab) => `${lab.file.padEnd(width)}  ${lab.title}  [${lab.modes.join(', ')}]`)
}

/** By the names that `run` knows them by, from any folder. */
export async function labLines(context: Context): Promise<readonly string[]> {
  const labs = await room(context, 'listLabs')({ paths: [labsFolder()], stdin: null, tags: [] })
  const named = labs.map((lab) => ({ ...lab, file: shippedName(resolve(lab.file)) ?? lab.file }))
  return [
    ...infoLines(named),
    '',
    `run one with: splitbrain run ${named[0]?.file ?? 'NAME'}; at the prompt: run ${named[0]?.file ?? 'NAME'}`,
  ]
}

export async function labsCommand(context: Context): Promise<number> {
  for (const text of await labLines(context)) line(context.stdout, text)
  return 0
}
