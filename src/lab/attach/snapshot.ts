/** From a scene, which may hold hours and a hundred nodes, to a snapshot that fits. */
import type { LabEvent } from '../../history/types.ts'
import { withoutStart } from '../../stream/ribbon.ts'
import type { NodeScene, Scene } from '../../stream/scene.ts'
import { type LogLine, MOST_SNAPSHOT_BYTES, type Picture, type Snapshot } from './protocol.ts'

/** Of each the newest. */
const MOST = { tempo: 300, ribbon: 400, marks: 60, log: 60, faults: 24, rates: 16, broken: 16, facts: 8 } as const
/** More than any lab has. All of them are shown or none is: who counts the rows counts the cluster. */
const MOST_NODES = 128
/** What is past is halved, and halved again, until the whole fits; from here on what nodes say of themselves is too. */
const FACTS_FROM = 5
const HALVINGS = 9
const TEXT = 160
const WORD = 48
const RATES_OVER_NS = 5_000_000_000
const EVENTS_READ = 400

/** The line to send, with its line feed. At most `MOST_SNAPSHOT_BYTES`. */
export function snapshotLine(scene: Scene, { seq, folder, nowNs }: { seq: number; folder: string; nowNs: number }): string {
  let line = ''
  for (let halvings = 0; halvings <= HALVINGS; halvings++) {
    const snapshot: Snapshot = { type: 'snapshot', seq, folder, picture: pictureOf(scene, nowNs, halvings) }
    line = `${JSON.stringify(snapshot)}\n`
    if (Buffer.byteLength(line) <= MOST_SNAPSHOT_BYTES) return line
  }
  throw new Error(`a snapshot of ${line.length} characters cannot be made shorter`)
}

export function pictureOf(scene: Scene, nowNs: number, halvings = 0): Picture {
  const scale = (most: number): number => Math.max(1, Math.floor(most / 2 ** halvings))
  const ofNode = Math.floor(MOST.facts / 2 ** Math.max(0, halvings - FACTS_FROM))
  const { mode, seed, bug, tolerates, leader, term, faultCount, predicted, observed, block, faults, invariants } = scene
  const kept = faults.slice(0, scale(MOST.faults))
  return {
    nowNs: Math.max(scene.nowNs, nowNs),
    mode,
    seed,
    bug,
    tolerates,
    leader,
    term,
    faultCount,
    facts: scene.facts?.slice(0, MOST.facts).map(factOf) ?? null,
    predicted: predicted === null ? null : { ...predicted, why: cut(predicted.why) },
    observed: observed === null ? null : { ...observed, why: cut(observed.why) },
    block: block === null ? null : { ...block, heading: cut(block.heading), file: cut(block.file) },
    nodes: scene.nodes.slice(0, MOST_NODES).map((node) => nodeOf(node, ofNode)),
    faults: kept.map((text) => cut(text)),
    moreFaults: faults.length - kept.length,
    ribbon: withoutStart(scene).slice(-scale(MOST.ribbon)),
    marks: scene.marks.slice(-scale(MOST.marks)).map((mark) => ({ ...mark, text: cut(mark.text, WORD) })),
    tempo: scene.tempo.slice(-scale(MOST.tempo)).map(({ sent: _, ...point }) => point),
    rates: ratesOf(scene).slice(0, scale(MOST.rates)),
    log: logOf(scene).slice(-scale(MOST.log)),
    broken: invariants
      .flatMap(({ name, holds, why }) => (holds === false ? [{ name: cut(name), why: cut(why) }] : []))
      .slice(0, scale(MOST.broken)),
    rules: invariants.length,
  }
}

function nodeOf({ id, state, role, weight, facts, rssMb, cpuPercent, disk, clock }: NodeScene, most: number): Picture['nodes'][number] {
  const trouble = { disk: disk === null ? null : cut(disk, WORD), clock: clock === null ? null : cut(clock, WORD) }
  return { id, state, role, weight, rssMb, cpuPercent, ...trouble, facts: facts.slice(0, most).map(factOf) }
}

function factOf<Fact extends { readonly name: string; readonly value: string }>(fact: Fact): Fact {
  return { ...fact, name: cut(fact.name, WORD), value: cut(fact.value, WORD) }
}

/** Over the last seconds, so that a heartbeat twice a second is a steady number. */
function ratesOf({ tempo, nowNs }: Pick<Scene, 'tempo' | 'nowNs'>): readonly (readonly [type: string, perSecond: number])[] {
  const newest = tempo.filter(({ atNs }) => atNs > nowNs - RATES_OVER_NS)
  const seconds = newest.reduce((sum, { ms }) => sum + ms, 0) / 1_000
  if (seconds === 0) return []
  const sums = new Map<string, number>()
  for (const { sent } of newest) for (const [type, count] of Object.entries(sent)) sums.set(type, (sums.get(type) ?? 0) + count)
  return [...sums]
    .filter(([, sum]) => sum > 0)
    .map(([type, sum]) => [cut(type, WORD), Math.round((sum / seconds) * 10) / 10] as const)
    .sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1))
}

/** Faults as commands, and what was observed of health, in the order of time. */
function logOf({ marks, events }: Pick<Scene, 'marks' | 'events'>): readonly LogLine[] {
  const told = events.slice(-EVENTS_READ).flatMap(healthLine)
  const faults = marks.slice(-MOST.log).map(({ atNs, kind, text }): LogLine => ({ atNs, kind, text: cut(text) }))
  return [...told, ...faults].sort((a, b) => a.atNs - b.atNs)
}

function healthLine({ type, time, fromNs, which, state, why, text }: LabEvent): readonly LogLine[] {
  if (type === 'finding') return [{ atNs: time, kind: 'finding', text: cut(text ?? type) }]
  if (type !== 'health' || which !== 'observed') return []
  if (state !== 'healthy' && state !== 'degraded' && state !== 'unhealthy') return []
  return [{ atNs: typeof fromNs === 'number' ? fromNs : time, kind: state, text: cut(String(why)) }]
}

function cut(text: string, most: number = TEXT): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
