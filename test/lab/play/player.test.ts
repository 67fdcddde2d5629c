/** A lesson played on a real small cluster: what a student does between the blocks, and what the lab does about it. */
import { expect, test, vi } from 'vitest'
import { must } from '../real-lab.ts'
import { block, labText } from '../runner.ts'
import { play } from './playing.ts'

const QUESTION = '```predict\nIs it there?\n- [x] yes\n- [ ] no\nbecause: a majority has it.\n```\n'

test('a question is asked before its block and answered after it; what the student broke is put back, with what last and the names meant', async () => {
  const { lab, player, enter, say, events, kept } = await play(
    labText(
      `${QUESTION}${block('One', ['> put city Oslo timeout=10s', '> let a = n1', '> kill n2'])}` +
        block('Two', ['> expect failed = 1', '> expect local(city, $a) = Oslo', '> restart last', '> expect healthy within 10s']),
      'nodes: 3',
      'seed: 5',
    ),
  )
  try {
    expect(player.state.phase).toEqual({ kind: 'asking', at: 1 })
    expect((await enter()).notice?.tone).toBe('warn')
    expect((await say({ type: 'choose', choice: 0 })).phase).toEqual({ kind: 'ready', at: 3 })
    expect(player.state.revealed.size).toBe(0)
    const one = await enter()
    expect(one.phase).toEqual({ kind: 'ready', at: 5 })
    expect(one.revealed).toEqual(new Set([1]))
    expect(one.blocks.get(3)?.steps.map(({ command, status }) => `${status} ${command}`)).toEqual([
      'passed put city Oslo timeout=10s',
      'passed let a = n1',
      'passed kill n2',
    ])
    await must(lab, 'restart n2', 'kill n3', 'let a = n3', 'cut n1 -> c3')
    const changed = await enter()
    expect(changed.phase).toEqual({
      kind: 'changed',
      at: 5,
      changes: { words: ['made cut n1 -> c3', 'killed n3', 'restarted n2'], commands: ['heal', 'restart n3', 'kill n2'] },
    })
    expect((await enter()).phase).toEqual({ kind: 'ready', at: 6 })
    expect(lab.run.faults()).toEqual([])
    const done = await enter()
    if (done.phase.kind !== 'done') throw new Error(JSON.stringify(done.phase))
    expect(done.phase.outcome.suite.checks.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'termination valid',
      'nothing-lost valid',
      'linearizable valid',
    ])
    expect(kept.at(-1)).toMatchObject({ steps: 2, of: 2, right: 1, asked: 1, finishedAt: expect.any(String) })
    expect(events.filter(({ type }) => type === 'block').map(({ heading, status }) => `${heading} ${status}`)).toEqual([
      'One begun',
      'One passed',
      'Two begun',
      'Two passed',
    ])
  } finally {
    await lab.close()
  }
})

test('a failed block is explained, tried again on a fresh cluster behind the same set-up, and passed over', async () => {
  const { lab, player, enter, say } = await play(
    labText(
      block('One', ['> put city Oslo timeout=10s', '> always term < 1000', '> add n 1']) +
        block('Do', [], 'lab todo it') +
        block('Two', ['> get n', '1', '> get city', 'Turku', '> del city'], 'lab check it') +
        block('Three', ['> get city', 'Oslo']),
      'nodes: 1',
    ),
  )
  try {
    expect((await enter()).phase).toEqual({ kind: 'doing', at: 4 })
    await must(lab, 'put own 1')
    expect((await enter()).phase).toEqual({ kind: 'failed', at: 6, explained: false })
    const result = player.state.blocks.get(6)?.result
    expect(result).toMatchObject({
      status: 'failed',
      why: expect.stringMatching(/^get city: expected Turku, got Oslo(?:; the machine stalled .*)?$/),
    })
    expect(result?.events.length).toBeGreaterThan(0)
    expect(player.state.blocks.get(6)?.steps.map(({ status }) => status)).toEqual(['passed', 'failed', 'waiting'])
    expect((await say({ type: 'explain' })).phase).toMatchObject({ explained: true })
    const before = lab.run.folder.path
    expect((await say({ type: 'retry' })).phase).toEqual({ kind: 'doing', at: 4 })
    expect(lab.run.folder.path).not.toBe(before)
    await must(lab, 'put city Turku')
    expect((await enter()).phase).toEqual({ kind: 'ready', at: 8 })
    expect((await enter()).phase).toMatchObject({ kind: 'failed', at: 8 })
    await say({ type: 'retry' })
    expect(player.state.phase).toMatchObject({ kind: 'failed', at: 8 })
    const end = await enter()
    expect(end.phase).toEqual({ kind: 'ready', at: 9 })
    const done = await enter()
    if (done.phase.kind !== 'done') throw new Error(JSON.stringify(done.phase))
    const { suite } = done.phase.outcome
    expect(suite.cases.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed', 'failed'])
    expect(suite.checks.filter(({ name }) => name.startsWith('always'))).toHaveLength(1)
  } finally {
    await lab.close()
  }
})

test('an answer that comes from before a retry is told of no block: the one that runs now waits for its own', async () => {
  const { lab, player, enter, say } = await play(
    labText(block('One', ['> put city Oslo timeout=10s']) + block('Two', ['> wait 3s &', '> get city', 'Turku']), 'nodes: 1'),
  )
  const now = () => player.state.blocks.get(4)?.result ?? null
  try {
    await enter()
    expect((await enter()).phase).toMatchObject({ kind: 'failed', at: 4 })
    const first = now()?.commands[0]?.ms
    expect((await say({ type: 'retry' })).phase).toMatchObject({ kind: 'failed', at: 4 })
    const again = now()?.commands[0]?.ms
    expect(again).not.toBe(first)
    await vi.waitFor(() => expect(now()?.commands).toHaveLength(2), { timeout: 20_000, interval: 50 })
    expect(now()?.commands.map(({ command }) => command)).toEqual(['wait 3s', 'get city'])
    expect(now()?.commands[1]?.ms).toBe(again)
  } finally {
    await lab.close()
  }
})

test('the set-up to a heading runs by itself and hands over; a reset of the student can only be undone by a fresh cluster', async () => {
  const { lab, player, enter, events } = await play(
    labText(block('One', ['> put city Oslo timeout=10s', '> put n 1']) + block('Two', ['> get city', 'Oslo']), 'nodes: 1'),
    3,
  )
  try {
    expect(player.state.phase).toEqual({ kind: 'ready', at: 4 })
    expect(player.state.blocks.get(2)?.status).toBe('passed')
    expect(events.filter(({ type }) => type === 'block').map(({ heading }) => heading)).toEqual(['One', 'One'])
    await must(lab, 'reset')
    expect((await enter()).phase).toMatchObject({ kind: 'changed', changes: { words: ['reset the cluster'], commands: null } })
    const after = await enter()
    expect(after.phase).toEqual({ kind: 'ready', at: 5 })
    expect(after.blocks.get(4)?.status).toBe('passed')
  } finally {
    await lab.close()
  }
})
