/**
 * The first layer against orphans: a tiny `/bin/sh` that outlives the lab and kills what the lab leaves behind. IPC disconnect
 * does not reach a stopped or busy child and process groups die with interactive shells only; end of file on a pipe that
 * nobody but the lab holds comes always, also after SIGKILL.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { EnvironmentFailure } from '../host/failure.ts'

/**
 * Reads `+ pid` and `- pid`; at end of file kills what is listed, one at a time because a builtin `kill` of several may stop at
 * the first that is gone. No start time is compared: while the lab lives it reaps its children itself and says `-`, and between
 * its death and the end of file lie a few milliseconds, too few for a pid to come round again.
 */
const SCRIPT = `trap '' HUP INT QUIT TERM PIPE TSTP TTIN TTOU USR1 USR2 ALRM
pids=' '
while read -r sign pid; do
  case "$pids" in *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }";; esac
  if [ "$sign" = + ]; then pids="$pids$pid "; fi
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done`

/** A watchdog that dies this often is being killed on purpose. */
const MAX_RESPAWNS = 100

export class Watchdog {
  readonly #pids = new Set<number>()
  readonly #onLost: (why: string) => void
  #child: ChildProcess
  #respawns = 0
  #closed = false

  /** Throws EnvironmentFailure when `/bin/sh` cannot be started. `onLost` hears of each watchdog that died, replaced or not. */
  constructor(onLost: (why: string) => void) {
    this.#onLost = onLost
    this.#child = this.#spawn()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Call right after spawn, before anything can stop the lab: the write to the pipe is synchronous. */
  add(pid: number): void {
    this.#pids.add(pid)
    this.#write(`+ ${pid}\n`)
  }

  /** Call when the exit has been seen. */
  remove(pid: number): void {
    if (this.#pids.delete(pid)) this.#write(`- ${pid}\n`)
  }

  /** Closes the pipe: what is still listed dies. Resolves when the watchdog is gone. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const child = this.#child
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.ref()
    child.stdin?.end()
    await gone
  }

  #write(line: string): void {
    const stdin = this.#child.stdin
    if (stdin?.writable) stdin.write(line)
  }

  #spawn(): ChildProcess {
    const child = spawn('/bin/sh', ['-c', SCRIPT, 'splitbrain-watchdog'], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
      env: {},
    })
    child.once('error', () => {})
    if (child.pid === undefined) throw new EnvironmentFailure('cannot start /bin/sh, which guards against orphaned nodes')
    // A watchdog that died shows as EPIPE here; 'exit' replaces it and resends every pid, so nothing is lost.
    child.stdin?.on('error', () => {})
    child.once('exit', () => this.#replace(child))
    // Neither the process nor its pipe keeps a lab alive that has nothing else to do.
    child.unref()
    if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
    return child
  }

  #replace(died: ChildProcess): void {
    if (this.#closed || died !== this.#child) return
    this.#respawns++
    if (this.#respawns > MAX_RESPAWNS) {
      this.#onLost(`the watchdog died ${MAX_RESPAWNS} times and is not replaced any more`)
      return
    }
    try {
      this.#child = this.#spawn()
    } catch (error) {
      this.#onLost(`the watchdog died and cannot be replaced: ${String(error)}`)
      return
    }
    for (const pid of this.#pids) this.#write(`+ ${pid}\n`)
    this.#onLost('the watchdog died and was replaced')
  }
}
