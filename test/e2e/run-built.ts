/** Runs the built command as a user would, in a folder of its own. */
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const COMMAND = join(ROOT, 'bin', 'splitbrain.js')

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
  /** Where it ran. */
  readonly dir: string
}

export function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), 'splitbrain-e2e-'))
}

export function runBuilt(args: readonly string[], input = '', dir = freshFolder()): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { cwd: dir, stdio: 'pipe' })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err, dir }))
    child.stdin.end(input)
  })
}

/** Answers only: events and blank lines out. */
export function answers(out: string): string[] {
  return out.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}
