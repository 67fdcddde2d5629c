/** What a session came to, in a few lines, printed on the normal screen after the lab is left. */
import type { LabSnapshot } from '../lab/types.ts'
import type { Setup } from './lab-port.ts'

/** Counted by the prompt as it goes; `refused` includes lines that did not parse. */
export interface Tally {
  readonly startMs: number
  ok: number
  fail: number
  unknown: number
  refused: number
  faults: number
}

export function tally(startMs: number): Tally {
  return { startMs, ok: 0, fail: 0, unknown: 0, refused: 0, faults: 0 }
}

export interface SummaryInput {
  readonly tally: Tally
  readonly snapshot: LabSnapshot
  readonly nowMs: number
  readonly folder: string | null
  readonly setup: Setup | null
}

export function summaryLines({ tally: counts, snapshot, nowMs, folder, setup }: SummaryInput): readonly string[] {
  const commands = counts.ok + counts.fail + counts.unknown + counts.refused
  const parts = (['ok', 'fail', 'unknown', 'refused'] as const).filter((status) => counts[status] > 0)
  const split = parts.map((status) => `${counts[status]} ${status}`).join(', ')
  return [
    `${plural(commands, 'command')}${split === '' ? '' : ` (${split})`} in ${minutes(nowMs - counts.startMs)}, ${plural(counts.faults, 'fault')}`,
    `left ${[snapshot.observed.state, ...factWords(snapshot)].join(', ')}`,
    ...(folder === null ? [] : [`everything is in ${folder}`]),
    ...(setup === null ? [] : [`the same again: ${rerunLine(setup)}`]),
  ]
}

function factWords({ facts, leader, term }: LabSnapshot): readonly string[] {
  if (facts !== undefined) return facts.map(({ name, value }) => `${name} ${value}`)
  return [leader === null ? 'no leader' : `leader ${leader}`, ...(term === null ? [] : [`term ${term}`])]
}

/** The command line that opens the same lab again, its seed included. */
function rerunLine({ mode, nodes, seed, settings }: Setup): string {
  const named = new Map([
    ['mode', mode],
    ['nodes', String(nodes)],
    ['seed', seed],
  ])
  for (const { name, value } of settings) named.set(name, value)
  return ['splitbrain', ...[...named].map(([name, value]) => `--${name} ${value}`)].join(' ')
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

function minutes(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
