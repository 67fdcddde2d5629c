/**
 * The built lab on a pseudo-terminal. It comes from `script` of util-linux, since a program that makes one needs native code and the
 * package ships none; a shell sets the size, says its process id and becomes the lab.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { StringDecoder } from 'node:string_decoder'
import { fileURLToPath } from 'node:url'
import { type FrameCounts, FrameReader } from './frames.ts'
import { isAlive } from './processes.ts'

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

export interface TerminalLabOptions {
  readonly size: TerminalSize
  /** Of this run alone: runs, state and history go there. */
  readonly folder: string
  readonly args?: readonly string[]
}

/** `bin/splitbrain.js`, from the bundle in `dist/` or from the sources' `bench/`. */
const COMMAND = fileURLToPath(new URL('../bin/splitbrain.js', import.meta.url))
const SHELL_LINE = 'stty rows "$ROWS_WANTED" cols "$COLUMNS_WANTED"; echo "lab $$"; exec "$NODE" "$COMMAND" $LAB_ARGS'
const SEEN_WITHIN_MS = 30_000
const LEFT_WITHIN_MS = 10_000
/** Of what plain lines came: enough to find an answer in. */
const MOST_LINES = 64_000

/** BSD's `script` takes other options. */
export function hasScript(script = 'script'): boolean {
  const { error, stdout } = spawnSync(script, ['--version'], { encoding: 'utf8' })
  return error === undefined && stdout.includes('util-linux')
}

interface Waiter {
  readonly holds: (text: string) => boolean
  readonly met: (atMs: number) => void
}

export class TerminalLab {
  readonly #child: ChildProcess
  readonly #frames = new FrameReader()
  readonly #plain: boolean
  readonly #decoder = new StringDecoder('utf8')
  readonly #waiters = new Set<Waiter>()
  readonly #exited: Promise<number | null>
  #lines = ''
  #opening = ''
  #pid: number | null = null
  #execMs = Number.NaN
  #bytes = 0

  constructor({ size, folder, args = [] }: TerminalLabOptions) {
    mkdirSync(folder, { recursive: true })
    this.#plain = args.includes('--plain')
    this.#child = spawn('script', ['-qefc', SHELL_LINE, '/dev/null'], {
      cwd: folder,
      // What the lab says there comes through the terminal; `script` itself would only tell of its own end.
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: folder,
        XDG_STATE_HOME: join(folder, 'state'),
        TMPDIR: folder,
        SHELL: '/bin/sh',
        TERM: 'xterm-256color',
        NODE: process.execPath,
        COMMAND,
        LAB_ARGS: args.join(' '),
        ROWS_WANTED: String(size.rows),
        COLUMNS_WANTED: String(size.columns),
      },
    })
    this.#exited = new Promise((resolve, reject) => {
      this.#child.on('error', reject)
      this.#child.on('close', resolve)
    })
    // Before whatever removes the folder.
    process.prependOnceListener('exit', this.#abandon)
    this.#child.on('close', () => process.off('exit', this.#abandon))
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#feed(chunk))
    // The lab may have left while a key was on its way.
    this.#child.stdin?.on('error', () => {})
  }

  /** Of the lab's own process, without its nodes. */
  get pid(): number {
    if (this.#pid === null) throw new Error('the lab has not begun')
    return this.#pid
  }

  /** When the shell became the lab, on the clock of `performance.now()`. */
  get execMs(): number {
    return this.#execMs
  }

  /** Written to the terminal by the lab so far. */
  get bytes(): number {
    return this.#bytes
  }

  get counts(): FrameCounts {
    return this.#frames.counts
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys)
  }

  /** What is seen: rows of the screen, or in line mode the last lines. */
  text(): string {
    return this.#plain ? this.#lines : this.#frames.text()
  }

  /** Resolves to the moment at which the bytes arrived that made it so. */
  async until(what: string, holds: (text: string) => boolean): Promise<number> {
    const now = performance.now()
    if (holds(this.text())) return now
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        holds,
        met: (atMs) => {
          clearTimeout(patience)
          this.#waiters.delete(waiter)
          resolve(atMs)
        },
      }
      const patience = setTimeout(() => {
        this.#waiters.delete(waiter)
        reject(new Error(`the terminal did not show ${what} in ${SEEN_WITHIN_MS / 1000} s; it shows:\n${this.text()}`))
      }, SEEN_WITHIN_MS)
      this.#waiters.add(waiter)
    })
  }

  /** The line in place of whatever stood on the prompt. */
  enter(line: string): void {
    this.type(this.#plain ? `${line}\n` : `\x15${line}\r`)
  }

  /** Leaves as a person does. Rejects if the lab ended otherwise. */
  async quit(): Promise<void> {
    this.enter('quit')
    const code = await this.#end()
    if (code !== 0) throw new Error(`the lab ended with ${code}; it showed:\n${this.text()}`)
  }

  /** Harmless after `quit`; else whatever still runs is ended. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#abandon()
    await this.#end().catch(() => null)
  }

  /** Without leave: `script` alone outlives its closed pipes, and the lab with it. The nodes end when the lab has. */
  readonly #abandon = (): void => {
    if (this.#pid !== null && isAlive(this.#pid)) process.kill(this.#pid, 'SIGKILL')
    this.#child.kill('SIGTERM')
  }

  #end(): Promise<number | null> {
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), LEFT_WITHIN_MS)
    return this.#exited.finally(() => clearTimeout(patience))
  }

  #feed(chunk: Buffer): void {
    const atMs = performance.now()
    const text = this.#decoder.write(chunk)
    if (this.#pid === null) this.#begin(text, atMs)
    else this.#take(text)
    const seen = this.text()
    for (const waiter of [...this.#waiters]) if (waiter.holds(seen)) waiter.met(atMs)
  }

  /** Before the lab there is only the line with the shell's process id, which the lab keeps. */
  #begin(text: string, atMs: number): void {
    this.#opening += text
    const match = /lab (\d+)\r?\n/.exec(this.#opening)
    if (match === null) return
    this.#pid = Number(match[1])
    this.#execMs = atMs
    this.#take(this.#opening.slice(match.index + match[0].length))
  }

  #take(text: string): void {
    this.#bytes += Buffer.byteLength(text)
    if (this.#plain) this.#lines = (this.#lines + text).slice(-MOST_LINES)
    else this.#frames.feed(text)
  }
}
