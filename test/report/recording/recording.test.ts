import { describe, expect, it } from 'vitest'
import { readRecording } from '../../../src/report/recording/recording.ts'
import { check, suite } from '../example.ts'
import { face, faces, inOrder, operation, runFolder, seconds, started } from '../run-of.ts'

const s = seconds(1)

describe('a run folder is read', () => {
  it('lanes, leaders, health and marks are what changed, at the time when it did', async () => {
    const folder = runFolder({
      events: [
        started({ observed: { state: 'unhealthy', why: 'starting', since: 0 } }),
        faces(1, face('n1', { weight: 'lead', role: 'leader' }), face('n2'), face('n3')),
        faces(2, face('n1', { weight: 'lead', role: 'leader' })),
        { time: seconds(1.1), type: 'cluster', leader: 'n1', term: 4, predicted: { state: 'healthy', why: 'all up' } },
        { time: seconds(2.5), type: 'health', which: 'observed', state: 'healthy', why: 'all', fromNs: seconds(1.5) },
        { time: seconds(3), type: 'fault', command: 'kill n1' },
        { time: seconds(3), type: 'undone', text: 'lab: undone' },
        faces(3.2, face('n1', { state: 'dead', weight: 'none', role: '' })),
      ],
    })
    const { story, endNs } = await readRecording(folder)
    expect(
      story.lanes.map(({ id, stretches }) => [id, ...stretches.map(({ fromNs, state, weight }) => `${fromNs / s} ${state} ${weight}`)]),
    ).toEqual([
      ['n1', '1 live lead', '3.2 dead none'],
      ['n2', '1 live plain'],
      ['n3', '1 live plain'],
    ])
    expect(story.leaders).toEqual([{ fromNs: seconds(1.1), leader: 'n1', term: 4 }])
    // A start is no outage: what was before the first answer is left out, as on the screen.
    expect(story.observed.map(({ state, fromNs }) => [state, fromNs / s])).toEqual([['healthy', 1.5]])
    expect(story.predicted).toMatchObject([{ state: 'healthy' }])
    expect(story.marks.map(({ kind, text }) => [kind, text])).toEqual([
      ['fault', 'kill n1'],
      ['undone', 'lab: undone'],
    ])
    expect(endNs).toBe(seconds(3.2))
  })

  it('answers find their commands, also where two are alike', async () => {
    const ask = (atS: number) => ({ time: seconds(atS), type: 'command', text: 'get x', author: 'person' })
    const answer = (atS: number, sinceS: number, given: unknown) => ({
      time: seconds(atS),
      type: 'answer',
      command: 'get x',
      sinceNs: seconds(sinceS),
      author: 'person',
      answer: given,
    })
    const folder = runFolder({
      events: [
        started(),
        ask(1),
        ask(2),
        answer(3, 2, { status: 'ok', value: null }),
        answer(4, 1, { status: 'fail', code: 'no-leader', text: 'nobody leads' }),
        ask(5),
      ],
    })
    const { story } = await readRecording(folder)
    expect(story.commands.map(({ answer: given }) => given?.text ?? null)).toEqual(['fail no-leader: nobody leads', 'none', null])
  })

  it('operations become tracks and paces; one that nobody answered is unknown', async () => {
    const history = inOrder(
      operation(1, 1.01),
      operation(2, 2.03, { type: 'fail' }),
      operation(3, 3.02, { client: 'l1', process: 2 }),
      operation(4, 9, { client: 'c2', process: 3 }).slice(0, 1),
    )
    const { clients, pace } = await readRecording(
      runFolder({ events: [started(), { time: seconds(10), type: 'note', text: 'end' }], history }),
    )
    expect(clients.map(({ client, counts }) => [client, counts.ok, counts.fail, counts.info])).toEqual([
      ['c1', 1, 1, 0],
      ['c2', 0, 0, 1],
      ['l1', 1, 0, 0],
    ])
    expect(pace.reduce((sum, { ok, fail, info }) => sum + ok + fail + info, 0)).toBe(4)
    expect(pace.find(({ fromNs }) => fromNs === seconds(1))).toMatchObject({ ok: 1, p50Ms: expect.closeTo(10), p99Ms: expect.closeTo(10) })
  })

  it('a killed run: a torn last line, no result, no history', async () => {
    const folder = runFolder({ events: [started(), { time: 5, type: 'note', text: 'last words' }], torn: '{"time":9,"type":"no' })
    const { result, unread, endNs, story } = await readRecording(folder)
    expect([result, unread, endNs]).toEqual([null, 1, 5])
    expect(story.told.map(({ text }) => text)).toEqual(['last words'])
  })

  it('a result of another make, and events that make no sense, are passed over', async () => {
    const nonsense = [
      null,
      [],
      7,
      'x',
      { time: 'soon' },
      { time: 1, type: 'faces', faces: [null, { id: 3 }] },
      { time: 1, type: 'check', verdict: { verdict: 'maybe' } },
    ]
    const folder = runFolder({ events: [started(), ...(nonsense as never[])], result: { status: 'passed' } })
    const { result, unread, judgements } = await readRecording(folder)
    expect([result, unread, judgements]).toEqual([null, 4, []])
  })

  it('the last word on a check is that of the result; what was only asked on the way is no failure', async () => {
    const asked = (name: string) => ({
      time: 5,
      type: 'check',
      name,
      verdict: { verdict: 'invalid', why: 'x', witness: operation(1, 2), operations: 2, open: 0 },
    })
    const result = { status: 'passed', ...suite({ checks: [check({ name: 'nothing-lost' })] }) }
    const { judgements } = await readRecording(runFolder({ events: [started(), asked('nothing-lost'), asked('linearizable')], result }))
    expect(judgements.map(({ name, verdict, final, witness }) => [name, verdict, final, witness.length])).toEqual([
      ['nothing-lost', 'valid', true, 0],
      ['linearizable', 'invalid', false, 1],
    ])
  })
  it('a look that could not say takes no violation away; one that says valid does', async () => {
    const asked = (atS: number, name: string, verdict: string) => ({
      time: seconds(atS),
      type: 'check',
      name,
      verdict: { verdict, why: 'x', witness: verdict === 'invalid' ? operation(1, 2) : [], operations: 2, open: 0 },
    })
    const events = [
      started(),
      asked(1, 'linearizable', 'invalid'),
      asked(1, 'converged', 'invalid'),
      asked(1, 'sessions', 'invalid'),
      asked(2, 'linearizable', 'unknown'),
      asked(2, 'converged', 'valid'),
      asked(3, 'converged', 'unknown'),
    ]
    const told = async (result?: unknown) =>
      (await readRecording(runFolder({ events, ...(result === undefined ? {} : { result }) }))).judgements.map(
        ({ name, verdict, final, witness }) => `${name} ${verdict}${final ? ' final' : ''} ${witness.length}`,
      )
    const rest = ['converged unknown 0', 'sessions invalid 1']
    expect((await told()).sort()).toEqual([...rest, 'linearizable invalid 1', 'linearizable unknown 0'].sort())
    const end = { status: 'unknown', ...suite({ checks: [check({ name: 'linearizable', verdict: 'unknown', passed: false })] }) }
    expect((await told(end)).sort()).toEqual([...rest, 'linearizable invalid 1', 'linearizable unknown final 0'].sort())
  })

  it('of a long run the end is there, what was typed and what went wrong too, and the rest is counted', async () => {
    const kill = (i: number) => ({ time: i, type: i % 2 === 0 ? 'fault' : 'undone', command: `kill n${i}`, text: `chaos ${i}` })
    const typed = { time: 1, type: 'command', text: 'put x 1', author: 'person' }
    const checked = (i: number) => ({
      time: i,
      type: 'check',
      name: i === 1 ? 'linearizable' : 'sessions',
      text: 'checked',
      verdict: { verdict: 'valid', why: '', witness: [], operations: 1, open: 0 },
    })
    const flood = Array.from({ length: 6_000 }, (_, i) => [kill(i + 2), { time: i + 2, type: 'command', text: 'kill n1', author: 'chaos' }])
    const folder = runFolder({
      events: [
        started(),
        typed,
        { time: 1, type: 'exit', text: 'n1 died', node: 'n1' },
        checked(1),
        ...flood.flat(),
        ...Array.from({ length: 200 }, (_, i) => checked(i + 6_100)),
        { time: 7_000, type: 'finding', text: 'unhealthy against the prediction' },
        { time: 7_001, type: 'note', text: 'the end' },
      ],
    })
    const { story, judgements, closeUps } = await readRecording(folder)
    expect(story.told.at(-1)?.text).toBe('the end')
    expect(story.told.filter(({ type }) => type === 'exit' || type === 'finding').map(({ text }) => text)).toEqual([
      'n1 died',
      'unhealthy against the prediction',
    ])
    expect(story.told.length + story.toldLeft).toBe(6_000 + 201 + 3)
    expect(story.commands[0]?.text).toBe('put x 1')
    expect(story.commands.length + story.commandsLeft).toBe(6_001)
    expect([story.faults, story.marks.length + story.marksLeft, story.marks.at(-1)?.text]).toEqual([3_000, 6_000, 'kill n6001'])
    expect(story.marksLeft).toBeGreaterThan(0)
    expect(judgements.map(({ name }) => name)).toEqual(['linearizable', 'sessions'])
    const reasons = closeUps.flatMap(({ window }) => window.reasons)
    for (const reason of ['n1 died', 'unhealthy against the prediction']) expect(reasons).toContain(reason)
    expect(closeUps[0]?.told.map(({ text }) => text)).toContain('n1 died')
  })
})
