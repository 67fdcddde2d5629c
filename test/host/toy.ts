/** Starts toy nodes as real processes, and talks to them as a client on a socket of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'esbuild'
import { BentClock } from '../../src/host/clock.ts'
import { Endpoint } from '../../src/host/endpoint.ts'
import { type FromChild, type HostStatus, type NodeConfig, SOUND_DISK, STEADY_CLOCK, type ToChild } from '../../src/host/ipc.ts'
import type { Message } from '../../src/machine/contract.ts'
import type { NodeCore } from '../../src/node/core.ts'
import { makeCore, NO_STREAMS, RUN, Scripted } from '../node/support.ts'
import type { ToyStatus } from './programs/toy-mode.ts'

/** A loaded machine is slow; a broken program never gets there. */
const PATIENCE_MS = 20_000

export async function until<T>(what: string, probe: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const limit = performance.now() + PATIENCE_MS
  let wait = 0
  while (performance.now() < limit) {
    const found = await probe()
    if (found !== undefined && found !== false) return found
    await pause(wait)
    wait = 5
  }
  throw new Error(`never came: ${what}`)
}

export interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

export class ToyProcess {
  readonly child: ChildProcess
  readonly said: FromChild[] = []
  stderr = ''
  exit: Exit | null = null
  #nextInspection = 1

  constructor(program: string, config: NodeConfig) {
    this.child = spawn(process.execPath, [program, JSON.stringify(config)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.child.on('message', (message) => this.said.push(message as FromChild))
    this.child.stderr?.on('data', (text) => {
      this.stderr += text
    })
    this.child.on('exit', (code, signal) => {
      this.exit = { code, signal }
    })
  }

  tell(message: ToChild): void {
    this.child.send(message)
  }

  of<T extends FromChild['type']>(type: T): (FromChild & { readonly type: T })[] {
    return this.said.filter((message): message is FromChild & { readonly type: T } => message.type === type)
  }

  bound(): Promise<number> {
    return until('bound', () => this.of('bound')[0]?.port)
  }

  async inspect(): Promise<ToyStatus> {
    const id = this.#nextInspection++
    this.tell({ type: 'inspect', id, query: { what: 'status' } })
    return (await until('an answer', () => this.of('inspected').find((message) => message.id === id))).answer as ToyStatus
  }

  async status(): Promise<HostStatus> {
    const seen = this.of('status').length
    return (await until('a status', () => this.of('status')[seen])).host
  }

  get halt(): string | undefined {
    return this.of('halt')[0]?.reason
  }

  async exited(): Promise<Exit> {
    return until('the exit', () => this.exit ?? undefined)
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.exited()
  }
}

export class ToyBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'splitbrain-host-'))
  readonly machine = new Scripted()
  readonly #core: NodeCore = makeCore('c1', this.machine, { durable: false })
  readonly #processes: ToyProcess[] = []
  readonly #outgoing: Message[] = []
  #endpoint: Endpoint | null = null

  async open(): Promise<void> {
    await build({
      entryPoints: ['toy-node', 'toy-lab'].map((name) => join(import.meta.dirname, 'programs', `${name}.ts`)),
      outdir: this.folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
    })
    this.machine.always = (output) => output.send.push(...this.#outgoing.splice(0).map((message) => ({ to: 'n1', message })))
    this.#core.recover(NO_STREAMS, false)
    const onFailure = (error: unknown): void => {
      throw error
    }
    this.#endpoint = await Endpoint.open({ core: this.#core, clock: new BentClock(), onTurn: () => {}, onFailure })
    this.#endpoint.begin()
  }

  program(name: 'toy-node' | 'toy-lab'): string {
    return join(this.folder, `${name}.mjs`)
  }

  dataDir(): string {
    return mkdtempSync(join(this.folder, 'data-'))
  }

  config(dataDir: string, more: Partial<NodeConfig> = {}): NodeConfig {
    const fixed = {
      mode: 'toy',
      id: 'n1',
      role: 'node',
      statusEveryMs: 100,
      members: ['n1'],
      settings: {},
      bug: 'none',
      runId: RUN,
      seed: '1',
    } as const
    return { ...fixed, incarnation: 1, lostDisk: false, sync: 'always', clock: STEADY_CLOCK, disk: SOUND_DISK, dataDir, ...more }
  }

  spawn(config: NodeConfig): ToyProcess {
    const node = new ToyProcess(this.program('toy-node'), config)
    this.#processes.push(node)
    return node
  }

  /** A node that runs, and that the client can reach. */
  async start(dataDir: string, more: Partial<NodeConfig> = {}): Promise<ToyProcess> {
    const node = this.spawn(this.config(dataDir, more))
    const port = await node.bound()
    this.#endpoint?.setAddresses({ n1: port })
    node.tell({ type: 'go', addresses: { c1: this.#endpoint?.port ?? 0 } })
    await until('the first status', () => node.of('status')[0])
    return node
  }

  /** One message from the client to the node. */
  say(message: Message & { readonly text?: string }): void {
    this.#outgoing.push(message)
    this.#core.control({ type: 'reach', nodes: null })
    this.#endpoint?.wake()
  }

  /** As many datagrams, for each leaves in a turn of its own. */
  async sayEach(messages: readonly Message[]): Promise<void> {
    const before = this.#core.counters.datagramsOut
    for (const [index, message] of messages.entries()) {
      this.say(message)
      await until('it to leave', () => this.#core.counters.datagramsOut > before + index)
    }
  }

  replied(text: string): boolean {
    return this.machine.messages.some((message) => (message as { text?: string }).text === text)
  }

  async put(text: string): Promise<void> {
    this.say({ type: 'put', text })
    await until(`a reply to ${text}`, () => this.replied(text))
  }

  async close(): Promise<void> {
    for (const node of this.#processes) if (node.exit === null) await node.kill()
    await this.#endpoint?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
