/**
 * One life of one node: a process from spawn to exit. A restart is a new NodeProcess, so nothing a dead process still had to
 * say can be taken for the word of its successor.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { EnvironmentFailure, messageOf, NodeDidNotStart } from '../host/failure.ts'
import type { FromChild, HostStatus, NodeConfig, ToChild } from '../host/ipc.ts'
import type { EndpointId, InspectQuery, MachineEvent } from '../machine/contract.ts'
import { type Deferred, deferred } from './deferred.ts'
import { Mailbox } from './mailbox.ts'
import { patience } from './patience.ts'
import { processState } from './proc.ts'
import { tail } from './tail.ts'
import type { Watchdog } from './watchdog.ts'

export type LifeState = 'starting' | 'live' | 'asleep' | 'dead'

export interface NodeExit {
  /** `killed` by the lab; `halted` by its own decision, with its last word; `crashed` otherwise. */
  readonly reason: 'killed' | 'halted' | 'crashed'
  readonly why: string
}

export interface NodeProcessOptions {
  readonly config: NodeConfig
  /** Program and arguments; the config is added as the last argument. */
  readonly command: readonly string[]
  /** Receives what the process writes to stdout and stderr. */
  readonly logFile: string
  readonly watchdog: Watchdog
  onEvents(events: readonly MachineEvent[]): void
  /** At the very exit, before its reason is known: its port may be used again from now on. */
  onGone(): void
  onExit(exit: NodeExit): void
}

/** The last status a process sent, and when (performance.now() time). */
export interface HeardStatus {
  readonly status: unknown
  /** Null until the node told it in its turn. */
  readonly host: HostStatus | null
  readonly atMs: number
}

const BIND_TIMEOUT_MS = 10_000
const STOP_TIMEOUT_MS = 1_000
/** How a node process says that it halted on purpose; the reason comes over IPC. */
const HALT_CODE = 70
/** How a launcher before the node says that it could not start it. */
const NOT_STARTED: readonly (number | null)[] = [126, 127]
/** The last messages of a process may be read after its exit is seen. */
const LAST_WORD_MS = 250
/** Inspections waiting for an answer; more are answered null at once. */
const MAX_INSPECTIONS = 64

export class NodeProcess {
  readonly id: EndpointId
  readonly incarnation: number
  readonly #options: NodeProcessOptions
  readonly #child: ChildProcess
  readonly #mailbox = new Mailbox((message) => this.#send(message))
  readonly #bound: Deferred<number> = deferred()
  readonly #gone: Deferred<void> = deferred()
  readonly #ended: Deferred<NodeExit> = deferred()
  readonly #inspections = new Map<number, (answer: unknown) => void>()
  #nextInspection = 1
  /** Where this life's lines begin in the log file. */
  #logStart = 0
  #state: LifeState = 'starting'
  #killed = false
  #wokeAtMs = Number.NEGATIVE_INFINITY
  #lastWord: string | null = null
  #heard: HeardStatus | null = null

  /** Spawns at once. Throws EnvironmentFailure when the system refuses. */
  constructor(options: NodeProcessOptions) {
    this.#options = options
    this.id = options.config.id
    this.incarnation = options.config.incarnation
    this.#child = this.#spawn()
  }

  get state(): LifeState {
    return this.#state
  }

  /** Undefined only when the spawn failed. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** The last status this life sent; null before the first. */
  get heard(): HeardStatus | null {
    return this.#heard
  }

  /** When it last woke (performance.now() time); minus infinity for never. Explains a stall that it reports. */
  get wokeAtMs(): number {
    return this.#wokeAtMs
  }

  /** Resolves when the process is gone and why is known. Never rejects. */
  get exited(): Promise<NodeExit> {
    return this.#ended.promise
  }

  /** The real port. Rejects with NodeDidNotStart when the process ends first or says nothing, EnvironmentFailure when it never was. */
  async bound(): Promise<number> {
    const timer = setTimeout(
      () => this.#bound.reject(new NodeDidNotStart(this.id, `no word from it in ${BIND_TIMEOUT_MS / 1000} s`)),
      BIND_TIMEOUT_MS,
    )
    try {
      return await this.#bound.promise
    } finally {
      clearTimeout(timer)
    }
  }

  go(addresses: Readonly<Record<EndpointId, number>>): void {
    if (this.#state !== 'starting') return
    this.#state = 'live'
    this.post({ type: 'go', addresses })
  }

  /** A command. To a sleeping process the newest of each kind is kept until it wakes; to a dead one nothing is sent. */
  post(message: ToChild): void {
    if (this.#state !== 'dead') this.#mailbox.post(message)
  }

  /** The machine's answer; null when it does not come in time, sleeps, or is dead. */
  async inspect(query: InspectQuery, timeoutMs: number): Promise<unknown> {
    if (this.#state !== 'live' || this.#inspections.size >= MAX_INSPECTIONS) return null
    const id = this.#nextInspection++
    const answer = new Promise<unknown>((resolve) => this.#inspections.set(id, resolve))
    const callOff = patience(timeoutMs, () => this.#answer(id, null))
    this.post({ type: 'inspect', id, query })
    const value = await answer
    callOff()
    return value
  }

  /** A status that was asked for just now, rather than told in its turn. */
  async refresh(timeoutMs: number): Promise<void> {
    const status = await this.inspect({ what: 'status' }, timeoutMs)
    if (status !== null && this.#state === 'live') this.#heard = { status, host: this.#heard?.host ?? null, atMs: performance.now() }
  }

  /** SIGKILL, which also ends a stopped or busy process. Resolves when the exit has been seen. */
  async kill(): Promise<void> {
    if (this.#state === 'dead') return
    this.#killed = true
    this.#child.kill('SIGKILL')
    await this.#gone.promise
  }

  /** SIGKILL without waiting, for the last moment of the lab. */
  killNow(): void {
    this.#killed = true
    if (this.#state !== 'dead') this.#child.kill('SIGKILL')
  }

  /** SIGSTOP. Resolves when the system says it is stopped; where it does not say, when the signal has had time to act. */
  async sleep(): Promise<void> {
    const pid = this.pid
    if (this.#state !== 'live' || pid === undefined) return
    this.#state = 'asleep'
    this.#mailbox.hold()
    this.#child.kill('SIGSTOP')
    const limit = performance.now() + STOP_TIMEOUT_MS
    while (this.#sleeping() && performance.now() < limit) {
      const state = processState(pid)
      if (state === 'T' || state === 't') return
      await pause(state === null ? 5 : 1)
      if (state === null) return
    }
  }

  /** SIGCONT, then the commands that waited. */
  wake(): void {
    if (this.#state !== 'asleep') return
    this.#state = 'live'
    this.#wokeAtMs = performance.now()
    this.#child.kill('SIGCONT')
    this.#mailbox.release()
  }

  #sleeping(): boolean {
    return this.#state === 'asleep'
  }

  #spawn(): ChildProcess {
    const [program = process.execPath, ...args] = this.#options.command
    let log: number
    try {
      log = openSync(this.#options.logFile, 'a')
      this.#logStart = fstatSync(log).size
    } catch (error) {
      throw new EnvironmentFailure(`cannot write the log of ${this.id}: ${messageOf(error)}`, error)
    }
    try {
      const child = spawn(program, [...args, JSON.stringify(this.#options.config)], {
        // A session of its own: ctrl-C at the lab's terminal does not reach the node.
        detached: true,
        stdio: ['ignore', log, log, 'ipc'],
        serialization: 'json',
        env: nodeEnvironment(),
      })
      if (child.pid !== undefined) this.#options.watchdog.add(child.pid)
      this.#listen(child)
      return child
    } catch (error) {
      throw new EnvironmentFailure(`cannot start ${this.id}: ${messageOf(error)}`, error)
    } finally {
      closeSync(log)
    }
  }

  #listen(child: ChildProcess): void {
    child.on('message', (message) => this.#receive(message as FromChild))
    child.once('error', (error) => {
      if (child.pid !== undefined) return
      this.#bound.reject(new EnvironmentFailure(`cannot start ${this.id}: ${messageOf(error)}`, error))
      this.#leave()
      this.#end({ reason: 'crashed', why: messageOf(error) })
    })
    child.once('exit', (code, signal) => {
      if (NOT_STARTED.includes(code))
        this.#bound.reject(new EnvironmentFailure(`cannot start ${this.id}: ${this.#complaint() ?? `exit code ${code}`}`))
      this.#leave()
      if (code !== HALT_CODE || this.#lastWord !== null) {
        this.#end(this.#judge(code, signal))
        return
      }
      const timer = setTimeout(() => this.#end(this.#judge(code, signal)), LAST_WORD_MS)
      child.once('disconnect', () => {
        clearTimeout(timer)
        this.#end(this.#judge(code, signal))
      })
    })
  }

  /** The process is gone: nothing may wait for it any more. */
  #leave(): void {
    this.#state = 'dead'
    if (this.pid !== undefined) this.#options.watchdog.remove(this.pid)
    for (const id of [...this.#inspections.keys()]) this.#answer(id, null)
    this.#options.onGone()
    this.#gone.resolve()
  }

  #end(exit: NodeExit): void {
    this.#bound.reject(new NodeDidNotStart(this.id, exit.why))
    this.#ended.resolve(exit)
    this.#options.onExit(exit)
  }

  #judge(code: number | null, signal: NodeJS.Signals | null): NodeExit {
    if (this.#killed) return { reason: 'killed', why: 'killed by the lab' }
    if (code === HALT_CODE) return { reason: 'halted', why: this.#lastWord ?? 'halted without a reason' }
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`
    const complaint = this.#complaint()
    return { reason: 'crashed', why: complaint === null ? how : `${how}: ${complaint}` }
  }

  /** The line of this life's stderr that most likely says what went wrong. */
  #complaint(): string | null {
    const lines = tail(this.#options.logFile, 4_096, this.#logStart).trim().split('\n')
    const line = lines.find((text) => /^\w*(Error|Failed)\b/.test(text)) ?? lines.at(-1)
    return line === undefined || line === '' ? null : line.trim()
  }

  #receive(message: FromChild): void {
    switch (message.type) {
      case 'bound':
        this.#bound.resolve(message.port)
        return
      case 'status':
        this.#heard = { status: message.status, host: message.host, atMs: performance.now() }
        return
      case 'events':
        this.#options.onEvents(message.events)
        return
      case 'inspected':
        this.#answer(message.id, message.answer)
        return
      case 'halt':
        this.#lastWord = message.reason
    }
  }

  #answer(id: number, answer: unknown): void {
    const resolve = this.#inspections.get(id)
    if (resolve === undefined) return
    this.#inspections.delete(id)
    resolve(answer)
  }

  #send(message: ToChild): void {
    // The channel may close between any two turns; the exit tells what happened, so a refused command says nothing more.
    if (this.#child.connected) this.#child.send(message, () => {})
  }
}

/** The lab's own debugger, hooks and coverage must not start inside every node. */
function nodeEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...rest } = process.env
  return rest
}
