/** The shipped exercises and the solutions that the tests have of them. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { labsFolder } from '../../../src/lab/shipped-labs.ts'

const SOLUTIONS = fileURLToPath(new URL('exercises/', import.meta.url))

export interface Exercise {
  readonly name: string
  readonly key: string
  /** A folder with right.md, wrong.md and empty.md. */
  readonly solutions: string
}

/** Every lab in the folder of exercises: one without solutions fails its tests. */
export function exercises(): readonly Exercise[] {
  const names = readdirSync(join(labsFolder(), 'exercises')).map((file) => file.replace(/\.md$/, ''))
  return names.map((name) => ({ name, key: join(labsFolder(), 'exercises', `${name}.md`), solutions: join(SOLUTIONS, name) }))
}
