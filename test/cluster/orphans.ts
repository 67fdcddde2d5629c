/** A lab in a process of its own, to be killed, and what it leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { scratchDir } from './toy.ts'
import { isAlive } from './until.ts'

const TOY = fileURLToPath(new URL('./fixtures/toy-node.mjs', import.meta.url))

/** The lab program as one file. */
export async function bundleLab(): Promise<string> {
  const file = join(scratchDir(), 'lab.mjs')
  const entry = fileURLToPath(new URL('./fixtures/lab-program.ts', import.meta.url))
  await build({ entryPoints: [entry], outfile: file, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  return file
}

export interface Pids {
  readonly nodes: readonly number[]
  readonly watchdog: number
}

export interface LabProcess {
  readonly process: ChildProcess
  readonly runDir: string
  /** One asleep, one busy, one live. Rejects when the lab ends before. */
  readonly ready: Promise<Pids>
}

export function startLab(program: string): LabProcess {
  const runDir = scratchDir()
  const lab = spawn(process.execPath, [program, runDir, TOY], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ready = new Promise<Pids>((resolve, reject) => {
    createInterface({ input: lab.stdout }).once('line', (line) => resolve(JSON.parse(line) as Pids))
    lab.once('exit', () => reject(new Error('the lab ended before it was ready')))
  })
  ready.catch(() => {})
  return { process: lab, runDir, ready }
}

/** Living processes that name the run folder in their command line, the lab apart: its nodes. Needs /proc. */
export function leftBehind({ runDir, process: lab }: LabProcess): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== lab.pid && commandLine(name).includes(runDir))
    .map(Number)
    .filter(isAlive)
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
