/** A built lab under load and chaos, and what was measured meanwhile. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { LabEvent, LabHandle, OpenLabOptions } from '../../src/api-types.ts'
import { freshFolder, ROOT } from '../e2e/run-built.ts'

/** A lab of the built package, in a folder of its own, closed when the test ends. */
export async function openBuilt(options: OpenLabOptions): Promise<LabHandle> {
  const { openLab } = (await import(join(ROOT, 'dist', 'api.js'))) as typeof import('../../src/api-types.ts')
  const baseDir = freshFolder()
  const lab = await openLab({ baseDir, ...options })
  onTestFinished(async () => {
    await lab.close()
    rmSync(baseDir, { recursive: true, force: true })
  })
  return lab
}

/** Runs a line that must work. */
export async function must(lab: LabHandle, line: string): Promise<string> {
  const answer = await lab.do(line)
  if (answer.status !== 'ok') throw new Error(`${line}: ${answer.status} ${answer.code ?? ''} ${answer.text ?? ''}\n${lastEvents(lab)}`)
  return answer.value ?? answer.text ?? ''
}

function lastEvents(lab: LabHandle): string {
  const lines = readFileSync(join(lab.folder, 'events.jsonl'), 'utf8').trim().split('\n')
  return lines.slice(-20).join('\n')
}

/** What chaos types, by the kind of fault; its undoings match none of these. */
const CONFIRMED: Readonly<Record<string, RegExp>> = {
  kill: /^kill /,
  powercut: /^powercut /,
  sleep: /^sleep /,
  cut: /^isolate /,
  'one-way': /^cut /,
  loss: /loss=[1-9]/,
  delay: /delay=[1-9]/,
  dup: /dup=[1-9]/,
  reorder: /reorder=[1-9]/,
  corrupt: /corrupt=[1-9]/,
  clock: /^clock .*\+/,
  disk: /^disk .*slow=/,
}

export const KINDS: readonly string[] = Object.keys(CONFIRMED)

export interface Watched {
  /** Chaos faults that were answered ok, by kind. */
  readonly confirmed: Map<string, number>
  /** What chaos typed that was not answered ok. */
  readonly refused: string[]
  /** Findings, nodes that ended by themselves, failures of the lab. */
  readonly odd: string[]
  /** Stalls over half a second, of nodes or of the lab. */
  readonly stalls: string[]
}

export function watchEvents(lab: LabHandle): Watched {
  const watched: Watched = { confirmed: new Map(), refused: [], odd: [], stalls: [] }
  lab.on('event', (event) => {
    if (event.type === 'answer' && event.author === 'chaos') count(event, watched)
    if (['finding', 'exit', 'failure'].includes(event.type)) watched.odd.push(`${(event.time / 1e9).toFixed(1)} s ${event.text}`)
    if (event.type === 'stall' && Number(event.ms) > 500) watched.stalls.push(`${(event.time / 1e9).toFixed(1)} s ${event.text}`)
  })
  return watched
}

function count(event: LabEvent, { confirmed, refused }: Watched): void {
  const command = String(event.command)
  const answer = event.answer as { readonly status: string; readonly text?: string }
  if (answer.status !== 'ok') {
    refused.push(`${command}: ${answer.status} ${answer.text ?? ''}`)
    return
  }
  for (const [kind, pattern] of Object.entries(CONFIRMED)) {
    if (pattern.test(command)) confirmed.set(kind, (confirmed.get(kind) ?? 0) + 1)
  }
}

/** A row of `metrics`: one number a node. */
export async function metricRow(lab: LabHandle, name: string): Promise<number[]> {
  const table = await must(lab, 'metrics')
  const row = table.split('\n').find((line) => line.startsWith(`${name} `))
  if (row === undefined) throw new Error(`no ${name} among the metrics:\n${table}`)
  return row.trim().split(/\s+/).slice(1).map(Number)
}

/** The longest log of any node, entries. */
export async function lastIndex(lab: LabHandle): Promise<number> {
  const [head = '', ...rows] = (await must(lab, 'nodes')).split('\n')
  const column = head.split(/\s+/).indexOf('last')
  return Math.max(...rows.map((row) => Number(row.trim().split(/\s+/)[column])).filter(Number.isFinite))
}

/** `acked` of the prompt's `expect`, over everybody since the run began. */
export function acknowledged(lab: LabHandle): number {
  const lines = readFileSync(join(lab.folder, 'history.jsonl'), 'utf8').split('\n')
  return lines.filter((line) => line.includes('"type":"ok"')).length
}
