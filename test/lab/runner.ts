/** Labs as text, run as `splitbrain run` would. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RunLabsRequest, runLabs } from '../../src/lab/run-labs.ts'
import type { RunEvent, RunResult, SuiteResult } from '../../src/report/result.ts'
import { freshFolder } from './real-lab.ts'

export interface Ran {
  readonly run: RunResult
  readonly events: RunEvent[]
  readonly folder: string
  /** The only suite, or the first of this file. */
  suite(name?: string): SuiteResult
}

/** One node answers soonest; front matter lines may say otherwise. */
export function labText(body: string, ...front: readonly string[]): string {
  const named = front.map((line) => line.split(':')[0])
  const usual = ['title: A test', 'mode: raft', 'nodes: 1', 'preset: fast'].filter((line) => !named.includes(line.split(':')[0]))
  return `---\n${[...usual, ...front].join('\n')}\n---\n# A test\n\n${body}\n`
}

/** A ```lab block under a heading of its own. */
export function block(heading: string, lines: readonly string[], info = 'lab'): string {
  return `## ${heading}\n\`\`\`${info}\n${lines.join('\n')}\n\`\`\`\n`
}

export async function run(
  files: Readonly<Record<string, string>>,
  changes: Partial<RunLabsRequest> = {},
  signal = new AbortController().signal,
  onEvent: (event: RunEvent) => void = () => {},
): Promise<Ran> {
  const folder = freshFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const usual = { stdin: null, tags: [], jobs: 1, repeat: 1, untilFail: false, bail: false, patience: 1, seed: null, update: false }
  const request: RunLabsRequest = { ...usual, paths: [folder], baseDir: folder, ...changes }
  const events: RunEvent[] = []
  const result = await runLabs(
    request,
    (event) => {
      events.push(event)
      onEvent(event)
    },
    signal,
  )
  const suite = (name = ''): SuiteResult => {
    const found = result.suites.find(({ file }) => file.endsWith(name))
    if (found === undefined) throw new Error(`no suite ${name}`)
    return found
  }
  return { run: result, events, folder, suite }
}
