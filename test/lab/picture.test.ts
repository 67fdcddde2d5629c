/** The picture of real runs: live it is what its events come to, and what they come to is what happened. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Lab } from '../../src/lab/lab.ts'
import type { LabEvent } from '../../src/lab/types.ts'
import { emptyScene, reduceScene, type Scene } from '../../src/stream/scene.ts'
import { freshFolder, must, openSmall, sharedLab } from './real-lab.ts'
import { block, labText, run } from './runner.ts'

function eventsOf(folder: string): readonly LabEvent[] {
  const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trim().split('\n')
  return lines.map((line): LabEvent => JSON.parse(line))
}

/** Resolves when the scene is so; the test's own time limit is the bound. */
async function until(lab: Lab, holds: (scene: Scene) => boolean): Promise<void> {
  if (holds(lab.scene)) return
  await new Promise<void>((resolve) => {
    const stop = lab.on('event', () => {
      if (!holds(lab.scene)) return
      stop()
      resolve()
    })
  })
}

const shared = sharedLab()

test('a fault is seen at once, its command with the node it came to; what was put is in the tempo, and the probe never', async () => {
  const { lab } = shared
  await until(lab, ({ tempo }) => tempo.some(({ ok }) => ok > 0))
  await shared.must('kill follower', 'put city Bergen timeout=10s')
  const { scene } = lab
  const dead = scene.nodes.filter(({ state }) => state === 'dead').map(({ id }) => id)
  expect(dead).toHaveLength(1)
  expect(scene.faults).toEqual([`${dead[0]} dead`])
  expect(scene.marks.at(-1)).toMatchObject({ kind: 'fault', text: `kill ${dead[0]}` })
  expect(scene.commands.at(-1)).toMatchObject({ text: 'put city Bergen timeout=10s', answer: { status: 'ok' } })
  await until(lab, ({ tempo }) => tempo.reduce((sum, { ok }) => sum + ok, 0) === 2)
  await shared.must(`restart ${dead[0]}`, 'expect healthy within 20s')
  await until(lab, ({ nodes }) =>
    nodes.every(({ strip, facts }) => strip !== null && strip.last === nodes[0]?.strip?.last && facts[0]?.name === 'term'),
  )
  // Dozens of questions of the probe later.
  expect(lab.scene.tempo.reduce((sum, { ok, fail, info }) => sum + ok + fail + info, 0)).toBe(2)
})

test('cuts are links, rules are watched, and the ribbon is the one that health keeps', async () => {
  const { lab } = shared
  await shared.must('cut n1 -> n2')
  expect(lab.scene.bent).toEqual([{ from: 'n1', to: 'n2', cut: true, words: 'cut' }])
  await shared.must('heal', 'kill n2 n3', 'expect unhealthy within 20s', 'restart n2 n3', 'expect healthy within 20s')
  expect(lab.scene.bent).toEqual([])
  expect(lab.scene.ribbon).toEqual(lab.run.health.ribbon.all)
  await until(lab, ({ invariants }) => invariants.some(({ name, holds }) => name === 'linearizable so far' && holds === true))
  expect(lab.scene.invariants.filter(({ holds }) => holds === false)).toEqual([])
  expect(lab.scene.invariants.map(({ name }) => name)).toContain('committed entries are kept')
})

test('the file of a run comes to the same picture as the run', async () => {
  const lab = await openSmall({ settings: { election: '100-200ms' } })
  await must(lab, 'expect healthy within 20s', 'put k 1 timeout=10s', 'kill leader', 'put k 2 timeout=10s')
  await lab.close()
  const read = eventsOf(lab.folder).reduce(reduceScene, emptyScene('', []))
  expect(read).toEqual(lab.scene)
  expect(read).toMatchObject({ mode: 'raft', tolerates: 1, faultCount: 1 })
})

test('the answers of a store that agrees on nothing turn a row red while it runs', async () => {
  const lab = await openSmall({ settings: { bug: 'no-agreement' } })
  try {
    await must(lab, 'expect healthy within 20s', 'cut n1 | n2 n3', 'put x 1 via=n1', 'get x as=c1 via=n2')
    await until(lab, ({ invariants }) => invariants.some(({ name, holds }) => name === 'linearizable so far' && holds === false))
    expect(lab.scene.invariants.find(({ name }) => name === 'linearizable so far')?.why).toMatch(/x/)
  } finally {
    await lab.close()
  }
})

test('a Dynamo lab has its ring, the keys that were mentioned with who keeps them, and its balancer in a row', async () => {
  const settings = { preset: 'default', coordination: 'server' }
  const lab = await openSmall({ mode: 'dynamo', nodes: 4, baseDir: freshFolder(), settings })
  try {
    await must(lab, 'expect healthy within 20s', 'put cart eggs timeout=10s')
    await until(lab, ({ keys, ring, nodes }) => keys.length === 1 && ring !== null && nodes.at(-1)?.role === 'balancer')
    const { ring, keys, nodes } = lab.scene
    expect(ring?.nodes).toEqual(['n1', 'n2', 'n3', 'n4'])
    expect(new Set(ring?.owners)).toEqual(new Set([0, 1, 2, 3]))
    expect(keys).toMatchObject([{ key: 'cart', homes: expect.arrayContaining([expect.stringMatching(/^n\d$/)]) }])
    expect(nodes.map(({ id, role }) => `${id} ${role}`)).toEqual(['n1 member', 'n2 member', 'n3 member', 'n4 member', 'b0 balancer'])
    await must(lab, `kill ${keys[0]?.homes[0]}`)
    await until(lab, (scene) => scene.keys[0]?.fallbacks.length === 1)
  } finally {
    await lab.close()
  }
})

test('a lab file leaves in the stream which block ran, and how each ended', async () => {
  const ran = await run({
    'blocks.md': labText(
      block('Good', ['> put city Oslo timeout=10s']) + block('Bad', ['> get city', 'Turku']) + block('Never', ['> get city']),
      'checks: none',
    ),
  })
  const blocks = eventsOf(ran.suite().folder ?? '').filter(({ type }) => type === 'block')
  expect(blocks.map(({ heading, status }) => `${heading} ${status}`)).toEqual([
    'Good begun',
    'Good passed',
    'Bad begun',
    'Bad failed',
    'Never skipped',
  ])
})
