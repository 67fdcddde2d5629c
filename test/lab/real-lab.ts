/** A real small lab in a folder of its own, shared by the tests of a file. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Lab } from '../../src/lab/lab.ts'
import { formatAnswer } from '../../src/lab/language/answers.ts'
import { type LabRequest, openLabFor } from '../../src/lab/open.ts'
import type { LabEvent } from '../../src/lab/types.ts'

export function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), 'splitbrain-lab-'))
}

/** Three quick nodes unless told otherwise. */
export function openSmall(request: LabRequest = {}): Promise<Lab> {
  const { settings, ...rest } = request
  return openLabFor({ nodes: 3, seed: 7, baseDir: freshFolder(), ...rest, settings: { preset: 'fast', ...settings } })
}

export interface Shared {
  readonly lab: Lab
  readonly events: LabEvent[]
  /** The answer as a person reads it, its lines joined. */
  say(line: string): Promise<string>
  /** As `say`, and fails the test unless the answer is ok. */
  must(...lines: readonly string[]): Promise<void>
}

export function sharedLab(request: LabRequest = {}): Shared {
  let lab: Lab | null = null
  const events: LabEvent[] = []
  const opened = (): Lab => {
    if (lab === null) throw new Error('the lab is not open')
    return lab
  }
  beforeAll(async () => {
    lab = await openSmall(request)
    lab.on('event', (event) => events.push(event))
    await must(lab, 'expect healthy within 20s', 'put city Oslo timeout=10s')
  })
  afterAll(() => lab?.close())
  return {
    get lab() {
      return opened()
    },
    events,
    say: (line) => say(opened(), line),
    must: (...lines) => must(opened(), ...lines),
  }
}

export async function say(lab: Lab, line: string): Promise<string> {
  const command = lab.parse(line)
  return formatAnswer(await lab.execute(command), command.name).join('\n')
}

export async function must(lab: Lab, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const answer = await lab.do(line)
    if (answer.status !== 'ok') throw new Error(`${line}: ${answer.status} ${answer.text ?? ''}`)
  }
}
