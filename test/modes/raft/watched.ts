/** A small cluster under faults in virtual time, and the live watch over it as the lab has it: a look at every node's status, a few times a second. */
import { seeded } from '../../../src/machine/random.ts'
import type { NodeView } from '../../../src/modes/mode.ts'
import { RaftWatch } from '../../../src/modes/raft/watch.ts'
import { Cluster } from './harness.ts'

export const PAPER = { 'pre-vote': 'off', 'check-quorum': 'off', 'lease-refusal': 'off' }
const LOOK_MS = 100
const TURNS = 60

export interface Weather {
  readonly bug: string
  readonly seed: number
  readonly nodes?: number
}

/** Twelve seconds of cuts, deaths and writes. Answers the names of the rows that turned red, with their evidence. */
export function watchedFor({ bug, seed, nodes = 5 }: Weather): ReadonlyMap<string, string> {
  const cluster = new Cluster({ nodes, bug, seed: String(seed), settings: PAPER, loss: 0.05, jitterMs: 20, latencyMs: 1 })
  const onlooker = new Onlooker(cluster)
  const random = seeded(`weather/${seed}`)
  for (let turn = 0; turn < TURNS; turn++) {
    disturb(cluster, random.between(0, 6), random.pick(cluster.ids))
    const via = random.pick(cluster.alive())
    cluster.invoke(`c${turn % 3}`, 'put', 'k', `v${turn}`, { timeoutMs: 150, via })
    for (let look = 0; look < 2; look++) {
      cluster.run(LOOK_MS)
      onlooker.look()
    }
  }
  return onlooker.red()
}

/** Sees of a cluster what the lab sees: what nodes said since the last look, and how they stand. */
export class Onlooker {
  readonly #cluster: Cluster
  readonly #watch = new RaftWatch()
  #heard = 0

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  look(): void {
    const { events } = this.#cluster
    for (const event of events.slice(this.#heard)) this.#watch.hear(event.node, event)
    this.#heard = events.length
    this.#watch.look(viewsOf(this.#cluster))
  }

  /** The names of the rows that turned red, with their evidence. */
  red(): ReadonlyMap<string, string> {
    return new Map(this.#watch.rows().flatMap(({ name, holds, why }) => (holds === false ? [[name, why]] : [])))
  }
}

function viewsOf(cluster: Cluster): readonly NodeView[] {
  return cluster.ids.map((id): NodeView => {
    const live = cluster.alive().includes(id)
    return { id, state: live ? 'live' : 'dead', status: live ? cluster.status(id) : null, statusAgeMs: live ? 0 : Number.POSITIVE_INFINITY }
  })
}

function disturb(cluster: Cluster, dice: number, id: string): void {
  const down = cluster.ids.filter((one) => !cluster.alive().includes(one))
  const [back] = down
  if (dice === 0) cluster.isolate(id)
  else if (dice === 1) cluster.heal()
  else if (dice === 2 && down.length === 0 && cluster.alive().includes(id)) cluster.kill(id)
  else if (back !== undefined) cluster.restart(back)
}
