/** Random faults, joins and leaves under writes, on whole nodes; then quiet. What was acknowledged must be there in the end. */
import type { EndpointId } from '../../../../src/machine/contract.ts'
import { byNumber } from '../../../../src/machine/ids.ts'
import { type Random, seeded } from '../../../../src/machine/random.ts'
import { buildRing } from '../../../../src/modes/dynamo/ring/build.ts'
import { readHistory } from '../../../../src/modes/dynamo/ring/history.ts'
import { readOptions } from '../../../../src/modes/dynamo/settings.ts'
import { DynamoCluster, type Setup, values } from '../harness.ts'

export interface SoakOptions extends Setup {
  readonly steps?: number
  /** Nodes come and go. */
  readonly members?: boolean
}

export interface SoakResult {
  readonly acked: number
  readonly lost: readonly string[]
  /** Milliseconds from the end of the faults; null: it did not converge. */
  readonly convergedMs: number | null
  readonly halted: string
  readonly why: string
}

const LIMIT_MS = 60_000

export function soak(seed: string, { steps = 60, members = true, ...setup }: SoakOptions = {}): SoakResult {
  const cluster = new DynamoCluster({ ...setup, seed })
  const random = seeded(`soak/${seed}`)
  const fresh: EndpointId[] = ['n7', 'n8', 'n9']
  if (members) for (const id of fresh) join(cluster, id)
  const open = new Map<string, string>()
  let serial = 0
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < 4; i++) {
      const key = `k${++serial}`
      const node = random.pick(cluster.live())
      open.set(cluster.send(node, { type: 'put', key, value: `v${key}`, op: `c0.${serial}`, context: null, map: null }), key)
    }
    fault(cluster, random, members)
    cluster.run(random.between(50, 900))
  }
  cluster.heal()
  for (const id of dead(cluster)) cluster.restart(id)
  const began = cluster.nowUs
  const acked = [...open].filter(([id]) => cluster.answerTo(id)?.type === 'done').map(([, key]) => key)
  const converged = cluster.reaches(
    nowAndThen(cluster, () => isWhole(cluster, setup.settings ?? {})),
    LIMIT_MS,
  )
  const convergedMs = converged ? (cluster.nowUs - began) / 1_000 : null
  const reader = cluster.live().find((id) => cluster.status(id).isMember) ?? 'n1'
  // On a network that loses messages a read may fail: another one tells.
  const lost = acked.filter((key) => ![1, 2, 3].some(() => isThere(cluster, reader, key)))
  return { acked: acked.length, lost, convergedMs, halted: [...cluster.halted].join(' '), why: converged ? '' : explain(cluster) }
}

function isThere(cluster: DynamoCluster, reader: EndpointId, key: string): boolean {
  const answer = cluster.get(reader, key, { r: Math.min(3, cluster.status(reader).members.length) })
  return answer?.type === 'done' && values(answer).includes(`v${key}`)
}

/** Looking at a whole cluster costs: ten times a second will do. */
export function nowAndThen(cluster: DynamoCluster, look: () => boolean): () => boolean {
  let last = -1
  return () => {
    const turn = Math.floor(cluster.nowUs / 100_000)
    if (turn === last) return false
    last = turn
    return look()
  }
}

/** One map, every key the same at its homes and nowhere else, nothing waiting. */
function isWhole(cluster: DynamoCluster, settings: Readonly<Record<string, string>>): boolean {
  const known = cluster.live().map((id) => cluster.status(id))
  const [first, ...others] = known.filter(({ history }) => history !== '')
  if (first === undefined || others.some(({ mapDigest }) => mapDigest !== first.mapDigest)) return false
  if (known.some(({ hints, incoming, outgoing }) => Object.keys(hints).length + incoming + outgoing > 0)) return false
  const ring = buildRing(readHistory(first.history), readOptions(settings), { distinct: true })
  const kept = new Map<string, string[]>()
  for (const id of cluster.live())
    for (const [key, digest] of cluster.digests(id)) kept.set(`${key} ${digest}`, [...(kept.get(`${key} ${digest}`) ?? []), id])
  return [...kept].every(([entry, holders]) => {
    const homes = ring.homes(ring.partitionOf(entry.split(' ')[0] ?? ''))
    return homes.length === holders.length && holders.every((id) => homes.includes(id))
  })
}

function join(cluster: DynamoCluster, id: EndpointId): void {
  if (!cluster.ids.includes(id)) cluster.ids.push(id)
  cluster.boot(id, ['n1', 'n2', 'n3', 'n4', 'n5'])
}

function dead(cluster: DynamoCluster): readonly EndpointId[] {
  return cluster.ids.filter((id) => !cluster.live().includes(id))
}

function fault(cluster: DynamoCluster, random: Random, members: boolean): void {
  const live = cluster.live()
  const down = dead(cluster)
  switch (random.between(0, members ? 9 : 6)) {
    case 0:
      if (down.length < 2) cluster.powercut(random.pick(live))
      return
    case 1:
    case 2:
      if (down.length > 0) cluster.restart(random.pick(down))
      return
    case 3: {
      const side = random.shuffle(cluster.ids).slice(0, random.between(1, 3))
      cluster.partition(
        side,
        cluster.ids.filter((id) => !side.includes(id)),
      )
      return
    }
    case 4:
    case 5:
      cluster.heal()
      return
    case 6:
      cluster.cut([random.pick(cluster.ids)], [random.pick(cluster.ids)])
      return
    default:
      comeOrGo(cluster, random)
  }
}

/** Views differ while the network is cut: nobody says of a node of the other side that it is dead, or both sides would be emptied. */
function comeOrGo(cluster: DynamoCluster, random: Random): void {
  const live = cluster.live()
  const inside = live.filter((id) => cluster.status(id).isMember)
  const outside = live.filter((id) => !cluster.status(id).isMember && cluster.status(id).outgoing === 0)
  const [one] = random.shuffle(inside)
  if (one === undefined) return
  const { members } = cluster.status(one)
  if (outside.length > 0 && random.chance(0.6)) cluster.send(random.pick(outside), { type: 'join', seed: one })
  else if (members.length > 4) cluster.send(one, { type: 'leave', node: random.pick([one, ...dead(cluster)]) })
}

function explain(cluster: DynamoCluster): string {
  return cluster
    .live()
    .sort(byNumber)
    .map((id) => {
      const { mapDigest, members, hints, incoming, outgoing, keys, down } = cluster.status(id)
      return `${id}: map ${mapDigest.slice(0, 4)} of ${members.length}, ${keys} keys, in ${incoming} out ${outgoing}, hints ${JSON.stringify(hints)}, down ${down.join()}`
    })
    .join('\n')
}
