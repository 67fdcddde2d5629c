/** The lab as people start it, killed at any moment: nothing of it is left after two seconds. */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pty from '@lydell/node-pty'
import { describe, expect, onTestFinished, test } from 'vitest'
import { seeded } from '../../src/machine/random.ts'
import { until } from '../cluster/until.ts'
import { COMMAND, ROOT } from '../e2e/run-built.ts'
import { leftAfter, type Mark, mark } from './marked.ts'

const ROUNDS = 20
const GONE_MS = 2_000
/** One node asleep, the others busy. */
const ORDERS = ['sleep n2', 'load start clients=4 rate=max']
const AT_WORK = 'undo: load stop'

interface Started {
  /** Of the lab itself, which is not always the process that was spawned; null while there is none. */
  pid(): number | null
  output(): string
  end(): void
}

type Start = (dir: string, mark: Mark) => Started

function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'splitbrain-orphans-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

function piped(program: string, args: readonly string[], cwd: string, { env }: Mark): Omit<Started, 'pid'> & { readonly child: number } {
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stdin.on('error', () => {})
  child.stdin.write(`${ORDERS.join('\n')}\n`)
  return { child: child.pid ?? 0, output: () => output, end: () => void child.kill('SIGKILL') }
}

const lineMode: Start = (dir, mark) => {
  const { child, ...rest } = piped(process.execPath, [COMMAND], dir, mark)
  return { ...rest, pid: () => child }
}

/** npm, a shell, and the lab below them. */
const npmStart: Start = (dir, mark) => {
  for (const name of ['bin', 'dist', 'package.json']) cpSync(join(ROOT, name), join(dir, name), { recursive: true })
  const { child: _npm, ...rest } = piped('npm', ['start'], dir, mark)
  const pid = (): number | null => [...mark.living()].find(([, line]) => /^\S*node bin\/splitbrain\.js/.test(line))?.[0] ?? null
  return { ...rest, pid }
}

const terminal: Start = (dir, mark) => {
  const child = pty.spawn(process.execPath, [COMMAND], { cwd: dir, cols: 100, rows: 30, env: mark.env })
  let output = ''
  child.onData((data) => (output += data))
  child.write(`${ORDERS.join('\r')}\r`)
  return { pid: () => child.pid, output: () => output, end: () => child.kill('SIGKILL') }
}

/** What is left of the lab: npm and its shell were there before it and go in their own time. */
function left(mark: Mark): string[] {
  return [...mark.living()].filter(([, line]) => !/^npm |npm-cli\.js|^sh -c node bin/.test(line)).map(([pid, line]) => `${pid} ${line}`)
}

describe.runIf(process.platform === 'linux')(`${ROUNDS} labs killed at any moment leave nothing within two seconds`, () => {
  test.each([
    ['in a pipe', lineMode],
    ['under npm start', npmStart],
    ['on a terminal', terminal],
  ])('%s', async (name, start) => {
    const random = seeded(`orphans ${name}`)
    let early = 0
    let slowestMs = 0
    for (let round = 0; round < ROUNDS; round++) {
      const marked = mark()
      const lab = start(scratch(), marked)
      if (round % 2 === 0) await until('it works', () => lab.output().includes(AT_WORK))
      else await until('it runs', () => lab.pid() !== null)
      await pause(random.between(0, 600))
      if (!lab.output().includes(AT_WORK)) early++
      const pid = lab.pid()
      if (pid === null) throw new Error(`the lab ended by itself: ${lab.output()}`)
      process.kill(pid, 'SIGKILL')
      const killedMs = performance.now()
      expect(await leftAfter(() => left(marked), GONE_MS), `round ${round}`).toEqual([])
      slowestMs = Math.max(slowestMs, performance.now() - killedMs)
      lab.end()
    }
    console.log(`${name}: ${early} of ${ROUNDS} killed while they started; all gone after ${slowestMs.toFixed(0)} ms at most`)
    expect(early).toBeGreaterThan(2)
    expect(early).toBeLessThan(ROUNDS)
  })
})
