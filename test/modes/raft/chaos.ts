import { type Random, seeded } from '../../../src/machine/random.ts'
import type { Cluster } from './harness.ts'

/**
 * Clients append unique tokens to one key while nodes crash, lose power, sleep, and links fail. What a reader may see is then
 * plain: each token at most once, every acknowledged token from then on, and never less than an earlier reader saw.
 */
interface Call {
  readonly id: number
  readonly client: string
  readonly token: string | null
  readonly startedAt: number
}

export function disturb(world: Cluster, random: Random): void {
  const node = random.pick(world.ids)
  const alive = world.alive()
  const mayLose = alive.length > Math.ceil((world.ids.length + 1) / 2) - 1
  switch (random.between(0, 9)) {
    case 0:
      if (alive.includes(node) && mayLose) world.kill(node)
      return
    case 1:
      if (alive.includes(node) && mayLose) world.powerCut(node)
      return
    case 2:
      if (random.chance(0.5)) world.isolate(node)
      else world.separate(node)
      return
    case 3:
      world.cut(node, random.pick(world.ids))
      return
    case 4:
      if (alive.includes(node) && mayLose) world.sleep(node)
      return
    case 5:
    case 6:
      world.heal()
      return
    default:
      revive(world)
  }
}

function revive(world: Cluster): void {
  for (const id of world.ids) {
    if (world.isAsleep(id)) world.wake(id)
    else if (!world.alive().includes(id)) world.restart(id)
  }
}

/** Everything that is wrong with what the clients saw, as text; empty is good. */
export function judge(world: Cluster, calls: readonly Call[], final: string): string[] {
  const wrong: string[] = []
  const tokens = final.split('.').filter((token) => token !== '')
  if (new Set(tokens).size !== tokens.length) wrong.push('a token was applied twice')
  const ends = world.endedAt
  const outcome = (call: Call) => world.results.find((result) => result.id === call.id)
  for (const call of calls) {
    if (call.token === null) continue
    const present = tokens.includes(call.token)
    if (outcome(call)?.outcome === 'ok' && !present) wrong.push(`acknowledged ${call.token} is lost`)
    if (outcome(call)?.outcome === 'fail' && present) wrong.push(`refused ${call.token} was applied`)
  }
  const reads = calls.filter((call) => call.token === null && outcome(call)?.outcome === 'ok')
  for (const read of reads) {
    const value = outcome(read)?.value ?? ''
    if (!final.startsWith(value)) wrong.push(`read ${read.id} saw what never was`)
    for (const other of calls) {
      if (outcome(other)?.outcome !== 'ok' || (ends.get(other.id) ?? 0) >= read.startedAt) continue
      if (!value.startsWith(outcome(other)?.value ?? '')) wrong.push(`read ${read.id} is stale: it misses ${other.id}`)
    }
  }
  return wrong
}

export function chaos(seed: string, world: Cluster): { wrong: string[]; calls: number; acknowledged: number } {
  const random = seeded(`chaos/${seed}`)
  const calls: Call[] = []
  const busy = new Map<string, number>()
  for (let turn = 0; turn < 60; turn++) {
    for (const client of ['c1', 'c2', 'c3']) {
      const last = busy.get(client)
      if (last !== undefined && !world.results.some((result) => result.id === last)) continue
      const token = random.chance(0.5) ? `${client}t${turn}` : null
      const startedAt = world.nowUs
      const options = random.chance(0.2) ? { timeoutMs: 800, via: random.pick(world.ids) } : { timeoutMs: 800 }
      const id =
        token === null ? world.invoke(client, 'get', 'k', null, options) : world.invoke(client, 'append', 'k', `${token}.`, options)
      calls.push({ id, client, token, startedAt })
      busy.set(client, id)
    }
    if (random.chance(0.25)) disturb(world, random)
    world.run(random.between(20, 250))
  }
  world.heal()
  revive(world)
  world.calm()
  world.run(2_000)
  const final = world.call('c9', 'get', 'k', null, { timeoutMs: 10_000 })
  const acknowledged = calls.filter((call) => world.results.some((result) => result.id === call.id && result.outcome === 'ok')).length
  const wrong = judge(world, calls, final.value ?? '')
  if (final.outcome !== 'ok') wrong.push(`no service after the faults: ${final.code}`)
  if (!world.converge()) wrong.push('the logs do not converge after the faults')
  return { wrong: [...wrong, ...world.invariants.broken], calls: calls.length, acknowledged }
}
