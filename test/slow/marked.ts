/** Finds every process that a lab started, however it was started: they inherit a word in their environment. Needs /proc. */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
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

/** Looks that must find nothing in a row. */
const CLEAR_LOOKS = 6

/**
 * What is left after so long at most; nothing as soon as several looks in a row found nothing. One look is not enough: a process
 * that is just being started shows, between fork and the end of exec, neither environment nor command line (measured: 130 of 150
 * were alive and unmarked in some look), and one whose lab died in that moment lives until it has found that out.
 */
export async function leftAfter(look: () => readonly string[], limitMs: number): Promise<readonly string[]> {
  const endMs = performance.now() + limitMs
  let clear = 0
  for (;;) {
    const left = look()
    clear = left.length === 0 ? clear + 1 : 0
    if (clear === CLEAR_LOOKS || performance.now() > endMs) return left
    await pause(10)
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
