/**
 * The network as it should be: which links are cut, held and bent, and why. Pure; `takeUpdates` says what the shim must be told.
 *
 * `heal` mends what keeps endpoints apart (partition, isolate, cut). It leaves `hold` to `release`, so that stale messages can
 * come after a heal, and `link` rules to `link clear`, as each has its own command. The probe is never touched by anything.
 */
import type { EndpointId } from '../machine/contract.ts'
import { isClient, isNode, PROBE } from '../machine/ids.ts'
import { type BendRules, Bends, checkBend } from './bends.ts'
import { PlanError } from './plan-error.ts'
import { describeShut, linksBetween, type Shut, type Sides, shutWithout, withShut } from './shuts.ts'
import { type TopologyName, topology } from './topologies.ts'
import { type LinkRules, type LinkUpdate, OPEN_LINK } from './types.ts'

/** Whoever types at the prompt or writes a lab. */
const PERSON = 'person'

export class NetworkPlan {
  readonly #endpoints: EndpointId[] = []
  #partition: Shut | null = null
  #isolated: { readonly id: EndpointId; readonly by: string }[] = []
  #cuts: Shut[] = []
  #holds: Shut[] = []
  readonly #bends = new Bends()
  /** What the shim was last told, by `from>to`; a link not here is open. */
  readonly #told = new Map<string, LinkRules>()

  /** A node or client that comes while a partition is in force was not named in it and reaches every side. Known ones are ignored. */
  addEndpoint(id: EndpointId): void {
    if (!this.#endpoints.includes(id)) this.#endpoints.push(id)
  }

  /** Nodes, helpers and clients, in the order they came. */
  get endpoints(): readonly EndpointId[] {
    return this.#endpoints
  }

  /** The nodes on this network now, in the order they came. */
  get nodes(): readonly EndpointId[] {
    return this.#endpoints.filter(isNode)
  }

  /** The clients on it, those of the load among them. */
  get clients(): readonly EndpointId[] {
    return this.#endpoints.filter(isClient)
  }

  /** It left: nothing in force names it any more. Unknown ones are ignored. */
  removeEndpoint(id: EndpointId): void {
    const at = this.#endpoints.indexOf(id)
    if (at < 0) return
    this.#endpoints.splice(at, 1)
    this.#partition = this.#partition === null ? null : shutWithout(this.#partition, id)
    this.#isolated = this.#isolated.filter((one) => one.id !== id)
    this.#cuts = this.#cuts.flatMap((shut) => shutWithout(shut, id) ?? [])
    this.#holds = this.#holds.flatMap((shut) => shutWithout(shut, id) ?? [])
    this.#bends.remove(id)
  }

  /** Groups that do not see each other; replaces the last partition. Every node is in one group; a client left out reaches every side. */
  partition(groups: readonly (readonly EndpointId[])[]): void {
    if (groups.length < 2) throw new PlanError('empty-side', 'a partition needs two sides: partition n1 n2 | rest')
    this.#checkSides('partition', groups)
    const named = groups.flat()
    const twice = named.find((id, at) => named.indexOf(id) !== at)
    if (twice !== undefined) throw new PlanError('named-twice', `partition names ${twice} twice`)
    const missing = this.#endpoints.filter((id) => isNode(id) && !named.includes(id))
    if (missing.length > 0) throw new PlanError('left-out', `partition leaves out ${missing.join(' ')}; add | rest`)
    const links = new Set<string>()
    groups.forEach((group, at) => {
      const others = groups.filter((_, other) => other !== at).flat()
      for (const link of linksBetween(group, others, true)) links.add(link)
    })
    this.#partition = { by: PERSON, head: 'partition', sides: { groups, sign: '|' }, note: '', links }
  }

  /** A named partition of these nodes, in this order; replaces the last partition. Clients reach every side. */
  partitionAs(name: TopologyName, nodes: readonly EndpointId[]): void {
    this.#checkSides('partition', [nodes])
    const twice = nodes.find((id, at) => nodes.indexOf(id) !== at)
    if (twice !== undefined) throw new PlanError('named-twice', `partition names ${twice} twice`)
    const { cuts, sides, note } = topology(name, nodes)
    const links = new Set(cuts.flatMap(([a, b]) => [`${a}>${b}`, `${b}>${a}`]))
    const head = name === 'halves' ? 'partition' : `partition ${name}:`
    this.#partition = { by: PERSON, head, sides: { groups: sides, sign: '|' }, note, links }
  }

  /** Cuts each of them from everyone, also from each other and from those who come later; adds to those isolated before. */
  isolate(ids: readonly EndpointId[], by = PERSON): void {
    this.#checkSides('isolate', [ids])
    const fresh = ids.filter((id, at) => ids.indexOf(id) === at && !this.#isIsolated(id))
    this.#isolated = [...this.#isolated, ...fresh.map((id) => ({ id, by }))]
  }

  /** Adds a cut between each a and each b, one way (from a to b) or both. */
  cut(as: readonly EndpointId[], bs: readonly EndpointId[], oneWay: boolean, by = PERSON): void {
    this.#checkSides('cut', [as, bs])
    const both = as.find((id) => bs.includes(id))
    if (both !== undefined) throw new PlanError('both-sides', `cut names ${both} on both sides`)
    this.#cuts = withShut(this.#cuts, {
      head: 'cut',
      sides: between(as, bs, oneWay),
      note: '',
      by,
      links: linksBetween(as, bs, oneWay),
    })
  }

  /** Removes partition, isolations and cuts, whoever made them; holds and link rules stay. */
  heal(): void {
    this.#partition = null
    this.#isolated = []
    this.#cuts = []
  }

  /** Removes the isolations and cuts that this one made, and nobody else's. */
  healOf(by: string): void {
    this.#isolated = this.#isolated.filter((one) => one.by !== by)
    this.#cuts = this.#cuts.filter((one) => one.by !== by)
  }

  /** Datagrams from each a to each b wait until `release`; those from b to a too, unless it is one way. */
  hold(as: readonly EndpointId[], bs: readonly EndpointId[], oneWay: boolean): void {
    this.#checkSides('hold', [as, bs])
    const links = linksBetween(as, bs, oneWay)
    if (links.size === 0) throw new PlanError('both-sides', 'hold needs two different endpoints')
    this.#holds = withShut(this.#holds, { head: 'hold', sides: between(as, bs, oneWay), note: '', by: PERSON, links })
  }

  /** The shim has delivered what was held. */
  released(): void {
    this.#holds = []
  }

  /** Sets the given rules on the links between each a and each b, leaving other rules of those links as they are. Zero takes one back. */
  link(as: readonly EndpointId[], bs: readonly EndpointId[], oneWay: boolean, rules: Partial<BendRules>): void {
    this.#checkSides('link', [as, bs])
    checkBend(rules)
    const links = linksBetween(as, bs, oneWay)
    if (links.size === 0) throw new PlanError('both-sides', 'link needs two different endpoints')
    this.#bends.add({ sides: between(as, bs, oneWay), links, rules })
  }

  clearLinks(): void {
    this.#bends.clear()
  }

  /** The rules of the directed link as they should be now. */
  rules(from: EndpointId, to: EndpointId): LinkRules {
    if (untouchable(from, to)) return OPEN_LINK
    const { cut, hold } = this.#shut(from, to)
    return { ...OPEN_LINK, ...this.#bends.rules(from, to), cut, hold }
  }

  /** What changed since the last call, in the order the endpoints came. */
  takeUpdates(): LinkUpdate[] {
    const updates: LinkUpdate[] = []
    for (const from of this.#endpoints) {
      for (const to of this.#endpoints) {
        const rules = this.rules(from, to)
        const name = `${from}>${to}`
        if (sameRules(rules, this.#told.get(name) ?? OPEN_LINK)) continue
        this.#told.set(name, rules)
        updates.push({ from, to, rules })
      }
    }
    return [...updates, ...this.#straightened()]
  }

  /** Links of endpoints that left: should one of them come back, it finds them open. */
  #straightened(): LinkUpdate[] {
    const updates: LinkUpdate[] = []
    for (const [name, rules] of this.#told) {
      const [from = '', to = ''] = name.split('>')
      if (this.#endpoints.includes(from) && this.#endpoints.includes(to)) continue
      this.#told.delete(name)
      if (!sameRules(rules, OPEN_LINK)) updates.push({ from, to, rules: OPEN_LINK })
    }
    return updates
  }

  #isIsolated(endpoint: EndpointId): boolean {
    return this.#isolated.some(({ id }) => id === endpoint)
  }

  /** Neither cut nor held in this direction. */
  open(from: EndpointId, to: EndpointId): boolean {
    if (untouchable(from, to)) return true
    const { cut, hold } = this.#shut(from, to)
    return !cut && !hold
  }

  /** Open in both directions. */
  linked(a: EndpointId, b: EndpointId): boolean {
    return this.open(a, b) && this.open(b, a)
  }

  /** A delay, jitter, loss, duplicate, reorder, corrupt or rate rule is in force somewhere. */
  get bent(): boolean {
    return this.#bends.any
  }

  /** The nodes a client can talk with both ways; null when it is all of them. */
  reachFrom(client: EndpointId, nodes: readonly EndpointId[]): EndpointId[] | null {
    const reached = nodes.filter((node) => this.linked(client, node))
    return reached.length === nodes.length ? null : reached
  }

  /** One line for each fault in force, in words a person could have typed. */
  describe(): string[] {
    const isolated = this.#isolated.length > 0 ? [`isolate ${this.#isolated.map(({ id }) => id).join(' ')}`] : []
    const shut = [...(this.#partition === null ? [] : [this.#partition]), ...this.#cuts, ...this.#holds]
    return [...isolated, ...shut.map(describeShut), ...this.#bends.describe()]
  }

  #shut(from: EndpointId, to: EndpointId): { cut: boolean; hold: boolean } {
    const link = `${from}>${to}`
    const apart = this.#isIsolated(from) || this.#isIsolated(to) || this.#partition?.links.has(link) === true
    return { cut: apart || this.#cuts.some(({ links }) => links.has(link)), hold: this.#holds.some(({ links }) => links.has(link)) }
  }

  #checkSides(command: string, sides: readonly (readonly EndpointId[])[]): void {
    for (const side of sides) {
      if (side.length === 0) throw new PlanError('empty-side', `${command} needs a node or client on each side`)
      for (const id of side) {
        if (id === PROBE) throw new PlanError('probe', `${PROBE} is the health probe, which no fault touches`)
        if (!this.#endpoints.includes(id)) throw new PlanError('unknown-endpoint', `${command} names ${id}, which is not in this network`)
      }
    }
  }
}

/** Nothing stands between an endpoint and itself, nor between the probe and anyone. */
function untouchable(from: EndpointId, to: EndpointId): boolean {
  return from === to || from === PROBE || to === PROBE
}

function between(as: readonly EndpointId[], bs: readonly EndpointId[], oneWay: boolean): Sides {
  return { groups: [as, bs], sign: oneWay ? '->' : '|' }
}

function sameRules(a: LinkRules, b: LinkRules): boolean {
  return (Object.keys(OPEN_LINK) as (keyof LinkRules)[]).every((name) => a[name] === b[name])
}
