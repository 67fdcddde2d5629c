/** A mode, a shim and a folder for tests of supervision alone: no protocol and no worker. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.ts'
import type { ClusterEvent, ClusterOptions } from '../../src/cluster/types.ts'
import { RunClock } from '../../src/history/clock.ts'
import { emptyOutput } from '../../src/machine/contract.ts'
import type { Mode } from '../../src/modes/mode.ts'
import type { Shim } from '../../src/net/types.ts'

export const TOY_COMMAND = [process.execPath, fileURLToPath(new URL('./fixtures/toy-node.mjs', import.meta.url))]

const machine = { step: () => emptyOutput(), inspect: () => null }

export const TOY_MODE: Mode = {
  name: 'toy',
  settings: [],
  presets: {},
  bugs: [],
  operations: ['get'],
  createNode: () => machine,
  createClient: () => machine,
  predict: () => ({ state: 'healthy', uncertain: false, spare: 0, why: 'toy' }),
  subjects: [],
  summarize: () => ({ leader: null, term: null, concern: { kind: 'unclear', why: 'nobody leads now' } }),
  describe: () => null,
  checks: [],
}

/** Says what it was told, in order. */
export interface FakeShim extends Shim {
  readonly calls: string[]
  readonly attached: Map<string, number>
}

export function fakeShim(): FakeShim {
  const calls: string[] = []
  const attached = new Map<string, number>()
  let next = 40_000
  return {
    calls,
    attached,
    open: async (id) => {
      calls.push(`open ${id}`)
      return next++
    },
    attach: async (id, port) => {
      calls.push(`attach ${id}`)
      attached.set(id, port)
    },
    detach: async (id) => {
      calls.push(`detach ${id}`)
      attached.delete(id)
    },
    apply: async () => 0,
    release: async () => 0,
    report: async () => ({ links: {}, strangers: 0, socketErrors: 0, kernelDrops: null, stallMs: 0, receiveBufferBytes: 0 }),
    delays: async () => ({}),
    trace: async () => ({ records: [], lost: 0 }),
    onFailure: () => {},
    close: async () => {},
  }
}

export function scratchDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'splitbrain-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export interface Toy {
  readonly cluster: Cluster
  readonly shim: FakeShim
  readonly events: ClusterEvent[]
  readonly dir: string
}

/** A cluster of toys that the test's end closes. */
export async function openToy(nodes: number, options: Partial<ClusterOptions> = {}): Promise<Toy> {
  const shim = fakeShim()
  const events: ClusterEvent[] = []
  const dir = options.runDir ?? scratchDir()
  const cluster = await Cluster.open({
    mode: TOY_MODE,
    nodes,
    settings: {},
    sync: 'always',
    seed: '7',
    runDir: dir,
    runId: 1,
    clock: new RunClock(),
    shim,
    command: TOY_COMMAND,
    onEvent: (event) => events.push(event),
    ...options,
  })
  onTestFinished(() => cluster.close())
  return { cluster, shim, events, dir }
}

export function livesOf(dir: string, id: string): number {
  return readFileSync(join(dir, 'data', id, 'lives')).length
}
