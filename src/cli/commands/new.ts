/** `splitbrain new FILE`: a lab that runs, to be changed. */
import { writeFileSync } from 'node:fs'
import { EnvironmentFailure } from '../../host/failure.ts'
import { UsageError } from '../../lab/usage-error.ts'
import { type Context, line } from '../context.ts'

const TEMPLATE = `---
title: My first lab
mode: raft
nodes: 3
---
# My first lab
Three servers agree on one store. One of them may fail.
\`\`\`lab
> put city Oslo
> kill leader
> get city timeout=5s
Oslo
> restart last
> expect healthy within 5s
\`\`\`
`

export function newCommand(context: Context, file: string): number {
  if (!file.endsWith('.md')) throw new UsageError(`a lab is a Markdown file; name it ${file}.md`)
  try {
    writeFileSync(file, TEMPLATE, { flag: 'wx' })
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    if (exists) throw new UsageError(`${file} is already there`)
    throw new EnvironmentFailure(`${file} cannot be written: ${reason(cause)}`, cause)
  }
  line(context.stdout, `wrote ${file}; run it with: splitbrain run ${file}`)
  return 0
}

function reason(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}
