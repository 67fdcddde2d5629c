/** Finds every process that a lab started, however it was started: they inherit a word in their environment. Needs /proc. */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { isAlive } from '../cluster/until.ts'

const NAME = 'SPLITBRAIN_TEST_MARK'

export interface Mark {
  readonly env: NodeJS.ProcessEnv
  /** Living processes that carry the mark, by pid, with their command lines. */
  living(): Map<number, string>
}

/** What still lives when the test ends is killed. */
export function mark(): Mark {
  const word = `${NAME}=${randomUUID()}`
  const living = (): Map<number, string> => {
    const found = new Map<number, string>()
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name) || !read(`/proc/${name}/environ`).includes(word)) continue
      const line = read(`/proc/${name}/cmdline`).split('\0').join(' ').trim()
      // Without a command line it has given up its memory and is on its way out, as npm is when what it ran was killed.
      if (line !== '' && isAlive(Number(name))) found.set(Number(name), line)
    }
    return found
  }
  onTestFinished(() => {
    for (const pid of living().keys()) process.kill(pid, 'SIGKILL')
  })
  const [, value] = word.split('=')
  return { env: { ...process.env, [NAME]: value }, living }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
