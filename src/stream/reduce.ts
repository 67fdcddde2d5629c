/** One event after another into the scene. Nothing here grows without end: a run may last for days. */
import type { LabEvent } from '../history/types.ts'
import { nodeIds } from '../machine/ids.ts'
import { isNotice, isSample, type MessageRecord, type NodeFace, type Notice, type Sample } from './events.ts'
import { isFresh, overwrittenBetween } from './overwritten.ts'
import { pushStretch } from './ribbon.ts'
import { type CommandScene, type NodeScene, type Scene, startingNode } from './scene.ts'

/** The newest are kept. */
const MOST = { events: 2_000, commands: 500, tempo: 600, marks: 2_000, batches: 150 } as const
const MESSAGES_US = 30_000_000

/** Never throws over an event that it does not know. The events are trusted to have the fields of their type: the lab wrote them. */
export function reduceScene(scene: Scene, event: LabEvent): Scene {
  const nowNs = Math.max(scene.nowNs, event.time)
  const nodes = settled(scene.nodes, nowNs)
  const events = event.text === undefined ? scene.events : appended(scene.events, event, MOST.events)
  return { ...scene, nowNs, nodes, events, ...changeBy({ ...scene, nodes }, event) }
}

function changeBy(scene: Scene, event: LabEvent): Partial<Scene> {
  if (isSample(event.type)) return bySample(scene, event as LabEvent & Sample)
  return isNotice(event.type) ? byNotice(scene, event as LabEvent & Notice) : {}
}

function bySample(scene: Scene, sample: LabEvent & Sample): Partial<Scene> {
  switch (sample.type) {
    case 'started':
      return started(scene, sample)
    case 'faces':
      return { nodes: faced(scene.nodes, sample, sample.time) }
    case 'cluster': {
      const { leader, term, facts, predicted, faults, why } = sample
      const observed = scene.observed === null || why === undefined ? scene.observed : { ...scene.observed, why }
      return { leader, term, facts, predicted, faults, observed }
    }
    case 'tempo': {
      const { time: atNs, ms, ok, fail, info, p50Ms, p99Ms, passed, dropped, sent } = sample
      return { tempo: appended(scene.tempo, { atNs, ms, ok, fail, info, p50Ms, p99Ms, passed, dropped, sent }, MOST.tempo) }
    }
    case 'links':
      return { bent: sample.bent }
    case 'traffic': {
      const { type, ms, links, left } = sample
      return { traffic: { type, ms, links, ...(left === undefined ? {} : { left }) } }
    }
    case 'messages':
      return heard(scene, sample)
    case 'invariants':
      return { invariants: sample.rows }
    case 'ring':
      return { ring: sample.ring, keys: sample.keys }
    case 'block': {
      const { status, heading, line, file } = sample
      if (status === 'begun') return { block: { heading, line, file } }
      return scene.block?.file === file && scene.block.line === line ? { block: null } : {}
    }
  }
}

function byNotice(scene: Scene, notice: LabEvent & Notice): Partial<Scene> {
  switch (notice.type) {
    case 'health':
      return healthy(scene, notice)
    case 'fault':
    case 'undone': {
      const mark = { atNs: notice.time, kind: notice.type, text: notice.command ?? notice.text ?? notice.type }
      return { marks: appended(scene.marks, mark, MOST.marks), faultCount: scene.faultCount + (notice.type === 'fault' ? 1 : 0) }
    }
    case 'command': {
      const command: CommandScene = { atNs: notice.time, text: notice.text ?? '', author: notice.author, answer: null }
      return { commands: appended(scene.commands, command, MOST.commands) }
    }
    case 'answer':
      return { commands: answered(scene.commands, notice) }
  }
}

/** What nodes said while they started has been heard already: only what the event names is new. */
function started(
  scene: Scene,
  { mode, nodes, seed, bug, tolerates, banner, observed }: Extract<Sample, { type: 'started' }>,
): Partial<Scene> {
  const begun = { mode, seed, bug, tolerates: tolerates ?? null, banner: banner ?? null }
  const waiting = scene.nodes.length > 0 ? {} : { nodes: nodeIds(nodes).map(startingNode) }
  if (observed === undefined || scene.ribbon.length > 0) return { ...begun, ...waiting }
  const { state, why, since: sinceNs } = observed
  return { ...begun, ...waiting, observed: { state, why, sinceNs }, ribbon: pushStretch([], state, sinceNs) }
}

function healthy(scene: Scene, { which, state, why, fromNs, time }: LabEvent & Extract<Notice, { type: 'health' }>): Partial<Scene> {
  if (which === 'predicted') return scene.predicted === null ? {} : { predicted: { ...scene.predicted, state, why } }
  const sinceNs = fromNs ?? time
  return { observed: { state, why, sinceNs }, ribbon: pushStretch(scene.ribbon, state, sinceNs) }
}

function faced(nodes: readonly NodeScene[], { ids, faces }: Extract<Sample, { type: 'faces' }>, atNs: number): readonly NodeScene[] {
  const known = new Map(nodes.map((node) => [node.id, node]))
  const changed = new Map(faces.map((face) => [face.id, face]))
  return ids.map((id) => {
    const [before, face] = [known.get(id) ?? startingNode(id), changed.get(id)]
    return face === undefined ? before : { ...face, overwritten: overwritten(before, face, atNs) }
  })
}

function overwritten(before: NodeScene, face: NodeFace, atNs: number): NodeScene['overwritten'] {
  const gone = overwrittenBetween(before.strip, face.strip)
  return gone === null ? before.overwritten : { atNs, ...gone }
}

/** What was overwritten a while ago is shown no more. */
function settled(nodes: readonly NodeScene[], nowNs: number): readonly NodeScene[] {
  const old = ({ overwritten }: NodeScene): boolean => overwritten !== null && !isFresh(overwritten, nowNs)
  return nodes.some(old) ? nodes.map((node) => (old(node) ? { ...node, overwritten: null } : node)) : nodes
}

/** The newest command that waits for this answer. */
function answered(commands: readonly CommandScene[], notice: LabEvent & Extract<Notice, { type: 'answer' }>): readonly CommandScene[] {
  const { command, author, answer, sinceNs } = notice
  const at = commands.findLastIndex((one) =>
    sinceNs === undefined ? one.answer === null && one.text === command && one.author === author : one.atNs === sinceNs,
  )
  const asked = commands[at]
  return asked === undefined ? commands : commands.with(at, { ...asked, answer })
}

/** With how many more there were of each batch that is kept. */
function heard({ messages, unseen }: Scene, { records, left }: Extract<Sample, { type: 'messages' }>): Pick<Scene, 'messages' | 'unseen'> {
  if (records.length === 0) return { messages, unseen: unseen.map((more, i) => (i === unseen.length - 1 ? more + left : more)) }
  const lastUs = lastOf(records)
  const batches = [...messages, records].map((batch, i) => ({ batch, left: unseen[i] ?? left }))
  const kept = batches.slice(-MOST.batches).filter(({ batch }) => lastOf(batch) >= lastUs - MESSAGES_US)
  return { messages: kept.map(({ batch }) => batch), unseen: kept.map((one) => one.left) }
}

/** Microseconds since the run began. */
function lastOf(batch: readonly MessageRecord[]): number {
  return batch.at(-1)?.[0] ?? 0
}

function appended<T>(list: readonly T[], item: T, most: number): readonly T[] {
  return list.length < most ? [...list, item] : [...list.slice(1 - most), item]
}
