/** `strategies`: the three ways to cut a ring (§6.2), as the paper measured them and as they would be here. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { ClusterPort, ModeAnswer } from '../../mode.ts'
import { seenOf } from '../cluster-view.ts'
import { nextTime } from '../map-history.ts'
import { buildRing, type WholeRing } from '../ring/build.ts'
import { balanceOf } from '../ring/efficiency.ts'
import { efficiencies, FIGURE_8, FIGURE_NODES } from '../ring/figure8.ts'
import { membersOf } from '../ring/history.ts'
import type { Change } from '../ring/ring.ts'
import { readOptions } from '../settings.ts'
import { historyOf } from '../status.ts'
import { columns, grouped, percent, plural, wrapped } from '../text.ts'

const STRATEGIES = [1, 2, 3] as const
/** How far from the paper's figure is still the same: it was read off by eye. */
const NEAR = 0.03
/** Keys whose homes are compared before and after a join. */
const SAMPLE = 2_000

export async function showStrategies(port: ClusterPort): Promise<ModeAnswer> {
  const statuses = seenOf(await port.refresh()).map(({ status }) => status)
  if (statuses.length === 0) return { ok: false, code: null, why: 'no live node says what its ring is' }
  return { ok: true, lines: [...(await figure(port)), ...here(port, historyOf(statuses))] }
}

async function figure(port: ClusterPort): Promise<string[]> {
  const rows: string[][] = []
  let far = 0
  for (const [tokens, paper] of FIGURE_8) {
    const row = [grouped(tokens)]
    for (const strategy of STRATEGIES) {
      const found = measured(strategy, tokens)
      const said = paper[strategy - 1] ?? 0
      if (Math.abs(found - said) > NEAR) far++
      row.push(found.toFixed(2), said.toFixed(2))
      // Thousands of tokens take their time: between two points others get their turn.
      await port.refresh()
    }
    rows.push(row)
  }
  const points = FIGURE_8.length * STRATEGIES.length
  return [
    ...wrapped(`efficiency (mean load over the greatest) of ${FIGURE_NODES} nodes, N = 3, by the tokens that everybody has to know`),
    ...columns(['tokens', 'strategy 1', 'paper', 'strategy 2', 'paper', 'strategy 3', 'paper'], rows),
    far === 0
      ? `all ${points} within ${NEAR} of the paper's figure`
      : `${far} of ${points} are further than ${NEAR} from the paper's figure`,
  ]
}

/** The mean of some rings. */
function measured(strategy: 1 | 2 | 3, tokens: number): number {
  const found = efficiencies(strategy, tokens)
  return found.reduce((sum, efficiency) => sum + efficiency, 0) / found.length
}

/** The members there are, cut in each of the three ways, and what another one would change. */
function here(port: ClusterPort, history: readonly Change[]): string[] {
  const options = readOptions(port.settings)
  const members = membersOf(history)
  const newcomer = `n${1 + Math.max(0, ...history.map(({ node }) => Number(node.slice(1))))}`
  const joined: Change = { kind: 'join', node: newcomer, at: nextTime(history), by: newcomer }
  const rows = STRATEGIES.map((strategy) => {
    const [before, after] = [history, [...history, joined]].map((each) => buildRing(each, { ...options, strategy }, { distinct: true }))
    if (before === undefined || after === undefined) return []
    const { efficiency, metadata } = balanceOf(before)
    return [
      String(strategy),
      grouped(before.partitions),
      grouped(metadata),
      efficiency.toFixed(2),
      percent(movedCopies(before, after)),
      grouped(newParts(before, after)),
    ]
  })
  const now = `strategy ${options.strategy}, T = ${options.tokens}, Q = ${options.partitions}`
  return [
    ...wrapped(`here: ${plural(members.length, 'node')}, N = ${options.n} (${now}), and if ${newcomer} joined:`),
    ...columns(['strategy', 'parts', 'tokens', 'efficiency', 'copies moved', 'parts cut anew'], rows),
    `a newcomer's even share would be ${percent(1 / (members.length + 1))} of all copies`,
  ]
}

/** Which part of all copies comes to a node that did not keep it. */
export function movedCopies(before: WholeRing, after: WholeRing): number {
  let [moved, all] = [0, 0]
  for (let i = 1; i <= SAMPLE; i++) {
    const was = homesOf(before, `k${i}`)
    const is = homesOf(after, `k${i}`)
    moved += is.filter((home) => !was.includes(home)).length
    all += is.length
  }
  return moved / Math.max(1, all)
}

function homesOf(ring: WholeRing, key: string): readonly EndpointId[] {
  return ring.homes(ring.partitionOf(key))
}

/** Parts of the later ring that the earlier one had not: their keys have to be searched for, their trees built again. */
export function newParts(before: WholeRing, after: WholeRing): number {
  const known = new Set(Array.from({ length: before.partitions }, (_, i) => before.nameOf(i)))
  return Array.from({ length: after.partitions }, (_, i) => after.nameOf(i)).filter((name) => !known.has(name)).length
}
