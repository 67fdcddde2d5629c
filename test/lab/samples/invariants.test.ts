/** The lab's own rows: what checkers say so far, findings and deaths; told when a colour changes, and else now and then. */
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../../src/check/types.ts'
import { Invariants } from '../../../src/lab/samples/invariants.ts'
import { type Judge, LiveVerdict, type Written } from '../../../src/lab/samples/live-verdict.ts'

const NOTHING: Written = { path: 'history.jsonl', events: 0, bytes: 0 }

function verdict(word: Verdict['verdict'], why = 'because', operations = 3): Verdict {
  return { verdict: word, why, witness: [], operations, open: 0 }
}

let clockMs = 0

/** Ten seconds between two looks. */
async function looked(judge: Judge, ...looks: readonly Partial<Written>[]) {
  clockMs = 0
  const live = new LiveVerdict('linearizable', judge, () => clockMs)
  for (const look of looks) {
    clockMs += 10_000
    await live.look({ ...NOTHING, bytes: 10, ...look })
  }
  return live.row
}

describe('a verdict so far', () => {
  test('green with how much was judged, red for good, and no colour where nobody can say', async () => {
    const name = 'linearizable so far'
    expect(await looked(async () => verdict('valid'))).toEqual({ name, holds: null, why: 'no operation was acknowledged' })
    expect(await looked(async () => verdict('valid'), { events: 2 })).toEqual({ name, holds: true, why: '3 operations' })
    expect(await looked(async () => verdict('unknown', 'out of time'), { events: 2 })).toEqual({ name, holds: null, why: 'out of time' })
    const answers = [verdict('valid'), verdict('invalid', 'stale read'), verdict('valid')]
    const inTurn: Judge = async () => answers.shift() ?? verdict('unknown')
    expect(await looked(inTurn, { events: 2 }, { events: 4 }, { events: 6 })).toEqual({ name, holds: false, why: 'stale read' })
    expect(answers).toHaveLength(1)
    const breaks: Judge = () => Promise.reject(new Error('no thread'))
    expect(await looked(breaks, { events: 2 })).toEqual({ name, holds: null, why: 'the checker broke: no thread' })
  })

  test('judges only what is new, as much of the file as is whole, and never too much', async () => {
    const asked: (number | undefined)[] = []
    const judge: Judge = async ({ bytes }) => {
      asked.push(bytes)
      return verdict('valid')
    }
    const row = await looked(
      judge,
      { events: 2, bytes: 100 },
      { events: 2, bytes: 100 },
      { events: 9, bytes: 170 },
      { events: 30_000, bytes: 9e6 },
    )
    expect(asked).toEqual([100, 170])
    expect(row).toMatchObject({ holds: null, why: 'the first 3 operations are; check linearizable judges all' })
  })

  test('of a history that outgrew it between two looks the longest beginning that it may judge is judged a last time', async () => {
    const asked: (number | undefined)[] = []
    const judge: Judge = async ({ bytes = 0 }) => {
      asked.push(bytes)
      return verdict('valid', 'because', bytes / 10)
    }
    clockMs = 0
    const live = new LiveVerdict('linearizable', judge, () => clockMs)
    const at = async (ms: number, events: number): Promise<unknown> => {
      clockMs = ms
      await live.look({ ...NOTHING, events, bytes: events * 100 })
      return [live.row.holds, live.row.why]
    }
    expect(await at(2_000, 6_000)).toEqual([true, '60000 operations'])
    expect(await at(4_000, 19_000)).toEqual([true, '60000 operations'])
    expect(await at(4_250, 21_000)).toEqual([true, '60000 operations'])
    expect(await at(8_000, 40_000)).toEqual([true, '190000 operations'])
    const given = [null, 'the first 190000 operations are; check linearizable judges all']
    expect([await at(20_000, 90_000), await at(30_000, 95_000)]).toEqual([given, given])
    expect(asked).toEqual([600_000, 1_900_000])
  })

  test('where no beginning was right before it grew too long, the row claims none', async () => {
    const never: Judge = () => Promise.reject(new Error('not asked'))
    const none = { holds: null, why: 'more than is judged while it runs; check linearizable judges it' }
    expect(await looked(never, { events: 30_000 })).toMatchObject(none)
  })

  test('the next look waits for long where one took long', async () => {
    let looks = 0
    const slow: Judge = async () => {
      looks++
      clockMs += 400
      return verdict('valid')
    }
    await looked(slow, { events: 2 }, { events: 4 }, { events: 6 }, { events: 8 }, { events: 10 }, { events: 12 })
    expect(looks).toBe(2)
  })
})

describe('rows of the lab', () => {
  const damaged = new Map<string, string>()
  const fresh = (): Invariants => new Invariants({ mode: { checks: [] }, damage: (id) => damaged.get(id) })
  const rows = (invariants: Invariants, nowMs: number) => invariants.look([], NOTHING, nowMs)?.rows.map(({ holds, why }) => [holds, why])
  const died = (node: string, reason: string) => ({ time: 1, type: 'exit', text: `${node} ${reason}: why`, node, reason })

  test('a finding and a death are red, each alone, with the line that told of them', () => {
    const invariants = fresh()
    expect(rows(invariants, 0)).toEqual([
      [true, 'no finding'],
      [true, 'none did'],
    ])
    expect(rows(invariants, 5_000)).toBeUndefined()
    invariants.hear({ time: 1, type: 'finding', text: 'FINDING unhealthy for 5 s' })
    expect(rows(invariants, 5_050)).toEqual([
      [false, 'FINDING unhealthy for 5 s'],
      [true, 'none did'],
    ])
    invariants.hear(died('n2', 'crashed'))
    expect(rows(invariants, 5_100)).toEqual([
      [false, 'FINDING unhealthy for 5 s'],
      [false, 'n2 crashed: why'],
    ])
  })

  test('a node that halts on the disk that the lab damaged does what it must; one that crashes does not', () => {
    damaged.set('n3', 'disk flip')
    const invariants = fresh()
    invariants.hear(died('n3', 'halted'))
    expect(rows(invariants, 0)?.[1]).toEqual([true, 'n3 halted, as it must: disk flip'])
    invariants.hear(died('n3', 'crashed'))
    expect(rows(invariants, 100)?.[1]).toEqual([false, 'n3 crashed: why'])
  })

  test('what green rests on changes all the time, and is told every two seconds; a change of colour at once', () => {
    let [holds, seen] = [true, 0]
    const watch = { look: () => {}, hear: () => {}, rows: () => [{ name: 'r', holds, why: `up to ${seen}` }] }
    const invariants = new Invariants({ mode: { checks: [], watch: () => watch }, damage: () => undefined })
    const told = (nowMs: number) => rows(invariants, nowMs)?.[0]
    expect(told(0)).toEqual([true, 'up to 0'])
    seen = 7
    expect(told(1_000)).toBeUndefined()
    expect(told(2_000)).toEqual([true, 'up to 7'])
    holds = false
    expect(told(2_100)).toEqual([false, 'up to 7'])
  })
})
