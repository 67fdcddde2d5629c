/** Run folders as a lab would leave them, made of data: no cluster runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

export type Line = Readonly<Record<string, unknown>>

const made: string[] = []

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

export interface RunFiles {
  readonly events?: readonly Line[]
  readonly history?: readonly Line[]
  readonly result?: unknown
  readonly lab?: string
  /** Behind the last line of the events, as a killed lab leaves it. */
  readonly torn?: string
}

export function runFolder({ events = [], history = [], result, lab, torn = '' }: RunFiles): string {
  const folder = mkdtempSync(join(tmpdir(), 'splitbrain-run-'))
  made.push(folder)
  const lines = (all: readonly Line[]): string => all.map((one) => `${JSON.stringify(one)}\n`).join('')
  writeFileSync(join(folder, 'events.jsonl'), lines(events) + torn)
  writeFileSync(join(folder, 'history.jsonl'), lines(history))
  if (result !== undefined) writeFileSync(join(folder, 'result.json'), JSON.stringify(result))
  if (lab !== undefined) writeFileSync(join(folder, 'lab.md'), lab)
  return folder
}

export const seconds = (value: number): number => Math.round(value * 1e9)

export function started(more: Line = {}): Line {
  return { time: 0, type: 'started', mode: 'raft', nodes: 3, seed: 7, bug: 'none', tolerates: 1, settings: { preset: 'paper' }, ...more }
}

interface FaceMore {
  readonly state?: string
  readonly weight?: string
  readonly role?: string
}

export function face(id: string, { state = 'live', weight = 'plain', role = 'follower' }: FaceMore = {}): Line {
  return { id, state, weight, role, facts: [], strip: null, rssMb: 40, cpuPercent: 1, disk: null, clock: null }
}

export function faces(atS: number, ...all: readonly Line[]): Line {
  return { time: seconds(atS), type: 'faces', ids: ['n1', 'n2', 'n3'], faces: all }
}

interface Asked {
  readonly client?: string
  readonly process?: number
  readonly key?: string
  readonly f?: string
  readonly value?: unknown
  readonly type?: 'ok' | 'fail' | 'info'
  readonly answer?: unknown
}

/** The two lines of an operation. */
export function operation(
  fromS: number,
  toS: number,
  { client = 'c1', process = 1, key = 'x', f = 'put', value = '1', type = 'ok', answer = value }: Asked = {},
): readonly Line[] {
  const common = { process, f, key, client }
  return [
    { ...common, type: 'invoke', value, time: seconds(fromS) },
    { ...common, type, value: answer, time: seconds(toS), node: 'n1' },
  ]
}

/** In the order of their times, as a recorder writes them. */
export function inOrder(...lines: readonly (Line | readonly Line[])[]): readonly Line[] {
  const flat = lines.flat() as Line[]
  return flat
    .map((line, i) => ({ line, i }))
    .sort((a, b) => Number(a.line.time) - Number(b.line.time) || a.i - b.i)
    .map(({ line }) => line)
}
