/** What a session came to, in three lines, printed on the normal screen after the lab is left. */
import { isAbsolute, relative } from 'node:path'
import { type Judged, notChecked } from '../lab/checked.ts'
import type { Scene } from '../stream/scene.ts'
import type { Setup } from './lab-port.ts'

/** Counted by the screen as it goes; `refused` includes lines that did not parse. */
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
  readonly scene: Scene
  readonly nowMs: number
  readonly folder: string | null
  readonly setup: Setup | null
  readonly judged: readonly Judged[]
  /** The command line that does the same again; empty where opening the same cluster is all there is to it. */
  readonly again: string
}

/** From here where it lies below. */
function nearPath(folder: string): string {
  const near = relative('', folder)
  return near.startsWith('..') || isAbsolute(near) ? folder : near
}

/** What happened, what was judged, and how to go on. */
export function summaryLines({ tally: counts, scene, nowMs, folder, setup, judged, again }: SummaryInput): readonly string[] {
  return [
    `${happened(counts, nowMs)}; left ${[scene.observed?.state ?? 'starting', ...factWords(scene)].join(', ')}`,
    verdicts(judged, counts),
    [
      ...(setup === null ? [] : [`the same again: ${again === '' ? rerunLine(setup) : again}`]),
      ...(folder === null ? [] : [`all of it is in ${nearPath(folder)}`]),
    ].join(' · '),
  ].filter((line) => line !== '')
}

function happened(counts: Tally, nowMs: number): string {
  const commands = counts.ok + counts.fail + counts.unknown + counts.refused
  const parts = (['ok', 'fail', 'unknown', 'refused'] as const).filter((status) => counts[status] > 0)
  const split = parts.map((status) => `${counts[status]} ${status}`).join(', ')
  return `${plural(commands, 'command')}${split === '' ? '' : ` (${split})`} in ${minutes(nowMs - counts.startMs)}, ${plural(counts.faults, 'fault')}`
}

/** Only what was checked has a verdict; saying nothing would sound like a good one. */
function verdicts(judged: readonly Judged[], { ok }: Tally): string {
  const words = judged.map(({ name, verdict, expected }) => `${name} ${verdict}${expected === true ? ', as the lesson expects' : ''}`)
  const since = Math.max(0, ...judged.map((one) => one.since))
  const first = Math.min(...judged.map(({ atNs }) => atNs))
  if (since > 0) return `checked at ${Math.round(first / 1e9)} s: ${words.join(', ')}; ${notChecked(since)}`
  if (judged.length > 0) return `checked: ${words.join(', ')}`
  return ok === 0
    ? 'not checked: nothing was asked of the store'
    : 'not checked: type check before you leave, save FILE to keep it as a lab'
}

function factWords({ facts, leader, term }: Scene): readonly string[] {
  if (facts !== null) return facts.map(({ name, value }) => `${name} ${value}`)
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
