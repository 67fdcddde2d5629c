/** A lab that answers what the test tells it to, when the test tells it to. */
import type { Answer, LabEvent } from '../../src/lab/types.ts'
import { emptyScene, type NodeScene, type Scene } from '../../src/stream/scene.ts'
import type { Completion, LabDashboard, LabPort, Setup } from '../../src/ui/lab-port.ts'

/** Five nodes under n4, one second after they began. */
export const healthyScene: Scene = {
  ...emptyScene('raft', ['n1', 'n2', 'n3', 'n4', 'n5'], {
    claim: 'agree on one store',
    tries: ['put city Oslo', 'kill leader', 'get city'],
  }),
  nowNs: 1e9,
  seed: 7,
  tolerates: 2,
  nodes: ['n1', 'n2', 'n3', 'n4', 'n5'].map((id) => liveNode(id, { leads: id === 'n4' })),
  leader: 'n4',
  term: 1,
  observed: { state: 'healthy', why: 'all 5 nodes answer', sinceNs: 0 },
  predicted: { state: 'healthy', uncertain: false, spare: 2, why: 'all up' },
  ribbon: [{ state: 'healthy', fromNs: 0 }],
}

export function liveNode(
  id: string,
  { leads = false, last = 3, commit = last }: { leads?: boolean; last?: number; commit?: number } = {},
): NodeScene {
  const facts = Object.entries({ term: 1, last, commit, applied: commit, lag: 0 }).map(([name, value]) => ({ name, value: String(value) }))
  return {
    id,
    state: 'live',
    role: leads ? 'leader' : 'follower',
    weight: leads ? 'lead' : 'plain',
    facts,
    strip: { from: 1, runs: [[1, last]], last, commit },
    rssMb: 48,
    cpuPercent: 1,
    disk: null,
    clock: null,
    overwritten: null,
  }
}

export class BadLine extends Error {
  readonly code = 'usage'
}

export function ok(more: Partial<Answer> = {}): Answer {
  return { status: 'ok', ms: 4, ...more }
}

interface Waiting {
  readonly line: string
  readonly signal: AbortSignal | undefined
  resolve(answer: Answer): void
  reject(error: Error): void
}

const words = ['get', 'kill', 'partition', 'promote', 'put', 'sleep']

export class FakeLab implements LabPort {
  readonly asked: string[] = []
  readonly waiting: Waiting[] = []
  /** Lines answered at once, by the line itself; others wait for `answer`. */
  readonly known: Map<string, Answer>
  scene: Scene = healthyScene
  closed = 0
  folder: string | null = null
  setup: Setup | null = null
  dashboard: LabDashboard | null = null
  #listeners: ((event: LabEvent) => void)[] = []

  constructor(known: Readonly<Record<string, Answer>> = {}) {
    this.known = new Map(Object.entries(known))
  }

  do(line: string, options?: { readonly signal?: AbortSignal }): Promise<Answer> {
    this.asked.push(line)
    const known = this.known.get(line)
    if (known !== undefined) return Promise.resolve(known)
    if (line.startsWith('gte')) return Promise.reject(new BadLine(`unknown command "gte", did you mean get?`))
    return new Promise((resolve, reject) => this.waiting.push({ line, signal: options?.signal, resolve, reject }))
  }

  /** Answers the oldest waiting `line`. */
  answer(line: string, answer: Answer): void {
    const at = this.waiting.findIndex((one) => one.line === line)
    const [found] = this.waiting.splice(at, at < 0 ? 0 : 1)
    if (found === undefined) throw new Error(`nobody waits for ${line}`)
    found.resolve(answer)
  }

  say(event: LabEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  on(_: 'event', listener: (event: LabEvent) => void): void {
    this.#listeners.push(listener)
  }

  complete(line: string, cursor: number): Completion {
    const from = line.lastIndexOf(' ', cursor - 1) + 1
    const typed = line.slice(from, cursor)
    const pool = from === 0 ? words : this.scene.nodes.map((node) => node.id)
    return { from, candidates: pool.filter((word) => word.startsWith(typed)) }
  }

  close(): Promise<void> {
    this.closed++
    return Promise.resolve()
  }
}
