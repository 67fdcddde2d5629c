/** Scenes made by hand, and any scene at all. */
import fc from 'fast-check'
import type { LogStrip } from '../../../../src/modes/face.ts'
import type { BentLink, MessageRecord } from '../../../../src/stream/events.ts'
import { emptyScene, type NodeScene, type Scene } from '../../../../src/stream/scene.ts'
import type { Area, BodyView, ViewState } from '../../../../src/ui/screen/types.ts'
import { views } from '../../../../src/ui/screen/views/index.ts'
import { renderRow } from '../../../../src/ui/style.ts'

export const unicode = { colour: false, ascii: false }
export const ascii = { colour: false, ascii: true }

export function view(name: string): BodyView {
  const found = views.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no view is called ${name}`)
  return found
}

/** What stands on the screen, blanks at the ends of rows left out. */
export function drawn(name: string, scene: Scene, area: Area, state: Partial<ViewState> = {}, style = unicode): readonly string[] {
  const rows = view(name).rows(scene, { scroll: 0, filter: '', node: null, ...state }, area, style)
  return rows.map((row) => renderRow(row, style).trimEnd())
}

export function raft(nodes: number, more: Partial<Scene> = {}): Scene {
  const ids = Array.from({ length: nodes }, (_, i) => `n${i + 1}`)
  const scene = emptyScene('raft', ids)
  return { ...scene, nodes: scene.nodes.map((node, i) => ({ ...node, state: 'live', role: i === 0 ? 'leader' : 'follower' })), ...more }
}

export function withLogs(scene: Scene, strips: readonly (LogStrip | null)[]): Scene {
  const nodes = scene.nodes.map((node, i): NodeScene => {
    const strip = strips[i] ?? null
    const facts =
      strip === null
        ? []
        : [
            { name: 'last', value: String(strip.last) },
            { name: 'commit', value: String(strip.commit) },
          ]
    return { ...node, strip, facts }
  })
  return { ...scene, nodes }
}

const id = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map((n) => `n${n}`),
  fc.constantFrom('c0', 'c1', 'c2', 'c3', 'l1', 'b0', 'n100'),
)
const words = fc.string({ unit: 'grapheme', maxLength: 60 })
const fate = fc.constantFrom('passed', 'passed', 'passed', 'cut', 'loss', 'unmapped', 'rate', 'toString')
const kind = fc.constantFrom('vote', 'vote-reply', 'heartbeat', 'append+2', 'append+', 'fragment', '?', 'constructor')
const record: fc.Arbitrary<MessageRecord> = fc.tuple(fc.nat(30_000_000), id, id, kind, fate, fc.nat(2_000_000))
const bent: fc.Arbitrary<BentLink> = fc.record({
  from: id,
  to: id,
  cut: fc.boolean(),
  words: fc.oneof(fc.constantFrom('cut', 'held', '5 % loss'), words),
})
const strip: fc.Arbitrary<LogStrip> = fc
  .record({
    from: fc.integer({ min: 1, max: 90 }),
    runs: fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 1, max: 20 })), { maxLength: 6 }),
  })
  .chain(({ from, runs }) => {
    const last = from - 1 + runs.reduce((sum, [, count]) => sum + count, 0)
    return fc.nat(last).map((commit) => ({ from, runs, last, commit }))
  })
const face = fc.record({
  state: fc.constantFrom('starting' as const, 'live' as const, 'asleep' as const, 'dead' as const, 'restarting' as const),
  role: fc.option(fc.constantFrom('leader', 'pre-candidate')),
  weight: fc.constantFrom('lead' as const, 'none' as const),
  facts: fc.array(fc.record({ name: fc.constantFrom('last', 'applied', 'keys', 'down'), value: words }), { maxLength: 4 }),
  strip: fc.option(strip),
  overwritten: fc.option(fc.record({ atNs: fc.nat(), from: fc.integer({ min: 1, max: 50 }), to: fc.integer({ min: 1, max: 90 }) })),
})
const ring = (nodes: readonly string[]) =>
  fc.record({ nodes: fc.constant(nodes), owners: fc.array(fc.nat(nodes.length + 1), { maxLength: 300 }) })

/** Any scene of up to 30 nodes, the absurd ones with it. */
export const anyScene: fc.Arbitrary<Scene> = fc.integer({ min: 0, max: 30 }).chain((count) => {
  const empty = emptyScene(
    'raft',
    Array.from({ length: count }, (_, i) => `n${i + 1}`),
  )
  const ids = empty.nodes.map((node) => node.id)
  return fc
    .record({
      faces: fc.array(face, { minLength: count, maxLength: count }),
      messages: fc.array(fc.array(record, { maxLength: 60 }), { maxLength: 4 }),
      bent: fc.array(bent, { maxLength: 40 }),
      traffic: fc.option(
        fc.record({
          type: fc.constant('traffic' as const),
          ms: fc.nat(2000),
          links: fc.array(fc.tuple(id, id, fc.nat(99_999), fc.nat(99_999)), { maxLength: 40 }),
        }),
      ),
      ring: fc.option(ring(ids)),
      keys: fc.array(fc.record({ key: words, homes: fc.array(id, { maxLength: 5 }), fallbacks: fc.array(id, { maxLength: 5 }) }), {
        maxLength: 9,
      }),
      events: fc.array(fc.record({ time: fc.nat(), type: fc.constantFrom('health', 'fault', 'hasOwnProperty'), text: words }), {
        maxLength: 60,
      }),
      invariants: fc.array(fc.record({ name: words, holds: fc.option(fc.boolean()), why: words }), { maxLength: 9 }),
    })
    .map(({ faces, ...rest }) => ({ ...empty, ...rest, nodes: empty.nodes.map((node, i) => ({ ...node, ...faces[i] })) }))
})
