/** A cluster that is only what it says: nodes with maps, copies and hints, answering the lab's questions as real ones do. */
import type { EndpointId, InspectQuery } from '../../../src/machine/contract.ts'
import { nodeIds } from '../../../src/machine/ids.ts'
import { ringFrom } from '../../../src/modes/dynamo/cluster-view.ts'
import type { Peek } from '../../../src/modes/dynamo/inspect.ts'
import { inspectMode } from '../../../src/modes/dynamo/inspect-mode.ts'
import { HashTree } from '../../../src/modes/dynamo/merkle-tree.ts'
import type { WholeRing } from '../../../src/modes/dynamo/ring/build.ts'
import { readHistory } from '../../../src/modes/dynamo/ring/history.ts'
import { readOptions } from '../../../src/modes/dynamo/settings.ts'
import type { DynamoStatus, HealedAnswer, RootsAnswer } from '../../../src/modes/dynamo/status.ts'
import { createVersioning } from '../../../src/modes/dynamo/versions/versionings.ts'
import type { Copy } from '../../../src/modes/dynamo/versions.ts'
import type { ClusterPort, NodeView, Settings } from '../../../src/modes/mode.ts'

const versioning = createVersioning(readOptions({}), 'none')

/** A copy whose versions are these values, each written blind. */
export function copyOf(...values: readonly (string | null)[]): Copy {
  return values.reduce<Copy>(
    (copy, value, i) => versioning.write(copy, { context: null, value, op: `c1.${i}`, actor: 'n1', wallMs: i }).copy,
    versioning.empty,
  )
}

export class FakeNode {
  readonly id: EndpointId
  readonly #settings: Settings
  #made: { readonly history: string; readonly ring: WholeRing } | null = null
  readonly copies = new Map<string, Copy>()
  readonly hints: Record<EndpointId, number> = {}
  readonly hinted = new Map<string, string>()
  state: NodeView['state'] = 'live'
  down: EndpointId[] = []
  history: string
  incoming = 0
  outgoing = 0
  statusAgeMs = 10
  arriving: readonly number[] = []
  /** Its newest repairs, newest last. */
  healed: HealedAnswer['healed'] = []
  /** Says otherwise than the tree, if set. */
  rootOf: (() => string) | null = null
  /** How many questions it was asked, and the longest answer. */
  asked = 0
  longest = 0

  constructor(id: EndpointId, history: string, settings: Settings) {
    this.id = id
    this.history = history
    this.#settings = settings
  }

  get ring(): WholeRing {
    if (this.#made?.history !== this.history)
      this.#made = { history: this.history, ring: ringFrom(readHistory(this.history), this.#settings) }
    return this.#made.ring
  }

  get status(): DynamoStatus {
    const { members, digest } = this.ring
    return {
      id: this.id,
      life: 1,
      isMember: members.includes(this.id),
      members,
      history: this.history,
      mapDigest: digest,
      doubled: 0,
      keys: this.copies.size,
      partitions: this.#byPartition().size,
      hints: this.hints,
      down: this.down,
      incoming: this.incoming,
      outgoing: this.outgoing,
      repairs: {},
      unsynced: 0,
      siblings: Math.max(0, ...[...this.copies.values()].map(({ versions }) => versions.length)),
      dropped: {},
      counters: {},
    }
  }

  inspect(query: InspectQuery): unknown {
    const answer = this.#lie(this.#answer(query))
    this.asked++
    this.longest = Math.max(this.longest, JSON.stringify(answer)?.length ?? 0)
    return answer
  }

  #lie(answer: unknown): unknown {
    const { rootOf } = this
    if (rootOf === null || typeof answer !== 'object' || answer === null || !('roots' in answer)) return answer
    const { roots } = answer as RootsAnswer
    return { ...answer, roots: roots.map((root) => ({ ...root, root: rootOf() })) }
  }

  #answer(query: InspectQuery): unknown {
    if (query.what === 'peek') return this.#peek(query.key)
    if (query.what !== 'mode') return this.status
    if (query.about === 'healed') return { healed: this.healed.filter(({ key }) => key === (query.args.key ?? key)) }
    const parts = this.#byPartition()
    return inspectMode(
      {
        id: this.id,
        versioning,
        membership: { ring: this.ring },
        copies: {
          get: (key) => this.copies.get(key) ?? null,
          keysIn: (partition) => parts.get(partition) ?? [],
          partitions: () => [...parts.keys()],
          tree: (partition) => this.#tree(parts.get(partition) ?? []),
        },
        transfers: { arriving: (partition) => (this.arriving.includes(partition) ? ['n1'] : null) },
      },
      query.about,
      query.args,
    )
  }

  #peek(key: string): Peek {
    const copy = this.copies.get(key)
    const values = copy?.versions.flatMap(({ value }) => (value === null ? [] : [value])) ?? []
    return {
      key,
      value: values.length === 0 ? null : values.sort().join(' | '),
      siblings: copy?.versions.length ?? 0,
      digest: copy === undefined ? null : versioning.digest(copy),
      hinted: this.hinted.get(key) ?? null,
      versions: [
        ...(copy?.versions ?? []).map(({ value, op, dot }) => ({
          value,
          op,
          dot: `(${dot.actor},${dot.n})`,
          clock: '[(n1,9)]',
          from: 'own' as const,
        })),
        ...(this.hinted.has(key)
          ? [{ value: this.hinted.get(key) ?? null, op: 'c9.1', dot: '(n4,1)', clock: '[(n4,1)]', from: 'hint' as const }]
          : []),
      ],
    }
  }

  #byPartition(): ReadonlyMap<number, readonly string[]> {
    const { ring } = this
    const found = new Map<number, string[]>()
    for (const key of this.copies.keys()) {
      const partition = ring.partitionOf(key)
      const keys = found.get(partition)
      if (keys === undefined) found.set(partition, [key])
      else keys.push(key)
    }
    return found
  }

  #tree(keys: readonly string[]): HashTree {
    const tree = new HashTree()
    for (const key of keys) tree.set(key, versioning.digest(this.copies.get(key) ?? versioning.empty))
    return tree
  }
}

export class FakeCluster implements ClusterPort {
  readonly settings: Settings
  readonly all: readonly FakeNode[]

  constructor(count: number, settings: Settings = {}) {
    this.settings = settings
    this.all = nodeIds(count).map((id) => new FakeNode(id, nodeIds(count).join(' '), settings))
  }

  node(id: EndpointId): FakeNode {
    const found = this.all.find((node) => node.id === id)
    if (found === undefined) throw new Error(`no ${id}`)
    return found
  }

  /** On exactly its homes. */
  put(key: string, copy: Copy): readonly EndpointId[] {
    const { ring } = this.node('n1')
    const homes = ring.homes(ring.partitionOf(key))
    for (const home of homes) this.node(home).copies.set(key, copy)
    return homes
  }

  nodes(): readonly NodeView[] {
    return this.all.map(({ id, state, status, statusAgeMs }) => ({ id, state, status: state === 'live' ? status : null, statusAgeMs }))
  }

  async refresh(): Promise<readonly NodeView[]> {
    return this.nodes()
  }

  async inspect(id: EndpointId, query: InspectQuery): Promise<unknown> {
    const node = this.node(id)
    return node.state === 'live' ? node.inspect(query) : null
  }
}
