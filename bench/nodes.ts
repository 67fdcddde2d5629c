/**
 * A hundred node processes on this machine: until they run, until gossip has given all one map, until all serve; what each takes, and
 * that none is left. Processor time stands beside wall time, for other programs may want the machine too.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { Lab } from '../src/lab/lab.ts'
import { runOptions } from '../src/lab/open.ts'
import { nodeIds } from '../src/machine/ids.ts'
import type { NodeView } from '../src/modes/mode.ts'
import { cpuSeconds, isAlive, memoryMb } from './processes.ts'
import { quantile } from './statistics.ts'

const NODES = 100
const CLIENTS = 10
const LOOK_MS = 100
/** A hundred processes on a few processors that others want as well stand still for a second now and then: that is not death. */
const PATIENCE = { 'detector-timeout': '2s', 'forward-timeout': '1s' }
const PATIENCE_MS = 120_000

export async function benchNodes(print: (line: string) => void, nodes = NODES): Promise<void> {
  const baseDir = mkdtempSync(join(tmpdir(), 'splitbrain-bench-'))
  const startedMs = performance.now()
  // Two halves that never met and one seed: that they come to know each other is gossip's work.
  const ids = nodeIds(nodes)
  const founders = [ids.slice(0, nodes / 2), ids.slice(nodes / 2)].map((half) => half.join(',')).join('/')
  const settings = { founders, seeds: 'n1', ...PATIENCE }
  const lab = await Lab.open(runOptions({ mode: 'dynamo', nodes, settings, baseDir }))
  const pids = [...lab.run.cluster.pids().values()]
  const since = (): string => {
    const wall = (performance.now() - startedMs) / 1000
    return `${wall.toFixed(1)} s (processor ${cpuSeconds(pids).toFixed(1)} s by nodes, ${cpuSeconds([process.pid]).toFixed(1)} s by the lab)`
  }
  try {
    const patience = Object.entries(PATIENCE).map(([name, value]) => `${name}=${value}`)
    print(`nodes     ${nodes} processes started: ${since()}; ${patience.join(' ')}`)
    await until('one map on every node', async () => {
      await lab.run.refresh()
      return haveOneMap(lab.run.views())
    })
    print(`          one map on every node: ${since()}`)
    await until('every node serves', () => served(lab, nodes))
    print(`          a write through each node, read through another: ${since()}`)
    for (const [name, field] of [
      ['resident', 'Rss'],
      ['its own share', 'Pss'],
    ] as const) {
      const mb = pids.map((pid) => memoryMb(pid, field)).filter(Number.isFinite)
      if (mb.length > 0)
        print(`          memory of a node, ${name}: median ${quantile(mb, 0.5).toFixed(0)} MB, most ${Math.max(...mb).toFixed(0)} MB`)
    }
  } finally {
    await lab.close()
    const left = pids.filter(isAlive)
    print(`          processes left behind: ${left.length === 0 ? 'none' : left.join(' ')}`)
    rmSync(baseDir, { recursive: true, force: true })
  }
}

function haveOneMap(views: readonly NodeView[]): boolean {
  const maps = views.map(({ status }) => (typeof status === 'object' && status !== null ? (status as Record<string, unknown>) : {}))
  const whole = maps.every(({ members }) => Array.isArray(members) && members.length === views.length)
  return whole && new Set(maps.map(({ mapDigest }) => mapDigest)).size === 1
}

async function served({ run }: Lab, nodes: number): Promise<boolean> {
  const works = nodeIds(nodes).map(async (via, i) => {
    const client = `c${i % CLIENTS}`
    const key = `bench${i}`
    const put = await run.operate(client, { f: 'put', key, value: via, timeoutMs: 10_000, via })
    const got = await run.operate(client, { f: 'get', key, value: null, timeoutMs: 10_000, via: `n${((i + 1) % nodes) + 1}` })
    // The first is an acknowledged write, so a later read finds it: R + W > N.
    return put.outcome === 'ok' && got.value === via
  })
  return (await Promise.all(works)).every((right) => right)
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain: ${what}`)
    await pause(LOOK_MS)
  }
}
