/** How processor, memory and lag went since the dashboard looks: a snapshot says only how they are. */
import type { Picture } from '../lab/attach/protocol.ts'
import type { Series } from './series.ts'

/** Of what a mode says of a node, what is to come down to nothing: entries to catch up with, hints to hand over. */
const BEHIND = ['lag', 'hints']
const MOST_SECONDS = 300
const SECOND_NS = 1_000_000_000

interface Reading {
  readonly highest: number
  readonly mean: number
  readonly node: string
}

interface Moment {
  readonly second: number
  readonly cpu: Reading | null
  readonly memory: Reading | null
  readonly behind: Reading | null
}

export type Gauge = 'cpu' | 'memory' | 'behind'

export interface GaugeCurves {
  readonly highest: Series
  readonly mean: Series
  /** The newest of them, and whose the highest is; null while nobody said anything. */
  readonly now: Reading | null
}

export class MachineHistory {
  #moments: readonly Moment[] = []
  #folder = ''
  /** What the mode calls it. */
  behindName = 'lag'

  /** `folder` names the run: another one begins with nothing. */
  add(folder: string, { nowNs, nodes }: Pick<Picture, 'nowNs' | 'nodes'>): void {
    const second = Math.floor(nowNs / SECOND_NS)
    if (folder !== this.#folder) this.#moments = []
    this.#folder = folder
    const name = BEHIND.find((one) => nodes.some(({ facts }) => facts.some((fact) => fact.name === one)))
    if (name !== undefined) this.behindName = name
    const moment: Moment = {
      second,
      cpu: reading(nodes, ({ cpuPercent }) => cpuPercent),
      memory: reading(nodes, ({ rssMb }) => rssMb),
      behind: reading(nodes, ({ facts }) => numberOf(facts.find((fact) => fact.name === name)?.value)),
    }
    this.#moments = [...this.#moments.filter((one) => one.second < second), moment].slice(-MOST_SECONDS)
  }

  /** A value for each of the `seconds` up to `nowNs`, which may lie back: a picture that is held stays as it was. */
  curves(gauge: Gauge, nowNs: number, seconds: number): GaugeCurves {
    const last = Math.floor(nowNs / SECOND_NS)
    const first = last - seconds + 1
    const highest = Array.from({ length: seconds }, (): number | null => null)
    const mean = [...highest]
    for (const { second, [gauge]: reading } of this.#moments) {
      if (second < first || second - first >= seconds) continue
      highest[second - first] = reading?.highest ?? null
      mean[second - first] = reading?.mean ?? null
    }
    return { highest, mean, now: this.#moments.findLast(({ second }) => second <= last)?.[gauge] ?? null }
  }
}

type Node = Picture['nodes'][number]

function reading(nodes: readonly Node[], read: (node: Node) => number | null): Reading | null {
  const values = nodes.flatMap((node) => {
    const value = node.state === 'live' ? read(node) : null
    return value === null ? [] : [{ node: node.id, value }]
  })
  const first = values[0]
  if (first === undefined) return null
  const most = values.reduce((known, one) => (one.value > known.value ? one : known), first)
  return { highest: most.value, node: most.node, mean: values.reduce((sum, { value }) => sum + value, 0) / values.length }
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null
}
