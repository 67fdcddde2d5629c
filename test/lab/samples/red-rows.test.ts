/** Known-bad variants of Raft turn the lab's own rows red, and only broken rules are red: on nodes under virtual time, judged as the lab judges. */
import { describe, expect, test } from 'vitest'
import type { HistoryEvent } from '../../../src/history/types.ts'
import { LiveVerdict } from '../../../src/lab/samples/live-verdict.ts'
import type { EndpointId, OperationResult } from '../../../src/machine/contract.ts'
import { dynamo } from '../../../src/modes/dynamo/dynamo.ts'
import type { InvariantRow } from '../../../src/modes/face.ts'
import { raft } from '../../../src/modes/raft/raft.ts'
import { Recorder } from '../../../src/sim/recorder.ts'
import { drawTrial } from '../../../src/sim/trials.ts'
import { Cluster } from '../../modes/raft/harness.ts'
import { PAPER } from '../../modes/raft/watched.ts'
import { judgeOf, liveRows } from './simulated-rows.ts'

/** More than half of them suffice. */
const MOST_SEEDS = 10

/** Three nodes, and clients who ask one after the other. */
class Asked {
  readonly cluster: Cluster
  readonly #recorder = new Recorder()

  constructor(bug: string) {
    this.cluster = new Cluster({ nodes: 3, bug, settings: PAPER, latencyMs: 1 })
  }

  ask(client: EndpointId, f: string, value: string | null, via?: EndpointId): OperationResult {
    const { cluster } = this
    const ask = { f, key: 'x', value }
    this.#recorder.invoked(client, ask, cluster.nowUs)
    const result = cluster.call(client, f, 'x', value, { timeoutMs: 2_000, ...(via === undefined ? {} : { via }) })
    this.#recorder.ended(client, ask, result, cluster.nowUs)
    return result
  }

  /** What the row says of all that was asked and answered. */
  linearizableSoFar(): Promise<InvariantRow> {
    return verdictOf(this.#recorder.history)
  }
}

async function verdictOf(history: readonly HistoryEvent[]): Promise<InvariantRow> {
  let nowMs = 0
  const live = new LiveVerdict(
    'linearizable',
    judgeOf(() => history),
    () => nowMs,
  )
  nowMs = 60_000
  await live.look({ path: 'history.jsonl', bytes: 1, events: history.length })
  return live.row
}

/** A leader that is cut off is asked for what the next one has changed. */
function askTheOldLeader(bug: string): Promise<InvariantRow> {
  const asked = new Asked(bug)
  const { cluster } = asked
  const old = cluster.elect()
  asked.ask('c1', 'put', 'before', old)
  cluster.fate = ({ from, to }) => (cluster.ids.includes(from) && cluster.ids.includes(to) && [from, to].includes(old) ? 'drop' : 'deliver')
  const next = (): EndpointId | undefined => cluster.leaders().find((id) => id !== old)
  cluster.runUntil(() => next() !== undefined)
  expect(asked.ask('c2', 'put', 'after', next()).outcome).toBe('ok')
  asked.ask('c3', 'get', null, old)
  return asked.linearizableSoFar()
}

/** The answer to an add is lost, so the client asks again. */
function loseOneAnswer(bug: string): Promise<InvariantRow> {
  const asked = new Asked(bug)
  const { cluster } = asked
  cluster.elect()
  asked.ask('c1', 'put', '1')
  let lost = 0
  cluster.fate = ({ to, message }) => (to === 'c1' && message.type === 'reply' && lost++ === 0 ? 'drop' : 'deliver')
  expect(asked.ask('c1', 'add', '1').outcome).toBe('ok')
  expect(lost).toBeGreaterThan(1)
  asked.ask('c2', 'get', null)
  return asked.linearizableSoFar()
}

describe('linearizable so far', () => {
  const name = 'linearizable so far'

  test('a stale answer of a leader that was cut off is red', async () => {
    expect(await askTheOldLeader('local-reads')).toEqual({
      name,
      holds: false,
      why: expect.stringMatching(/^x: c3's get .* answered before, but before came before after/),
    })
    expect(await askTheOldLeader('none')).toMatchObject({ name, holds: true })
  })

  test('an add that was applied twice is red', async () => {
    expect(await loseOneAnswer('no-sessions')).toEqual({ name, holds: false, why: expect.stringMatching(/^x: /) })
    expect(await loseOneAnswer('none')).toMatchObject({ name, holds: true })
  })
})

describe('under the shared faults of the simulator', () => {
  test('a node that refuses to cut what is committed ends, and that is red', async () => {
    const ended: InvariantRow[] = []
    for (let seed = 0; seed < MOST_SEEDS && ended.length === 0; seed++) {
      const rows = await liveRows({ mode: raft, seed, bug: 'truncate-always' })
      ended.push(...rows.filter(({ name, holds }) => name === 'no node ends by itself' && holds === false))
    }
    expect(ended).toMatchObject([{ why: expect.stringMatching(/^cut at \d+ would remove committed entries/) }])
  })

  test('sound nodes keep every rule, and every rule had something to judge', async () => {
    const several = Array.from({ length: MOST_SEEDS }, (_, seed) => seed).filter((seed) => drawTrial(raft, seed).scenario.nodes.length > 2)
    for (const [mode, seed, count] of [...several.slice(0, 4).map((seed) => [raft, seed, 8] as const), [dynamo, 1, 7] as const]) {
      const rows = await liveRows({ mode, seed, bug: 'none' })
      expect(rows.filter(({ holds }) => holds !== true)).toEqual([])
      expect(rows).toHaveLength(count)
    }
  })
})
