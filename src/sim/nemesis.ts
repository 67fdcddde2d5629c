/**
 * The one shared fault mix: draws a fault, does it, and undoes it later. It knows nothing of protocols or known-bad variants; the
 * leader it likes to hit is the one any onlooker sees.
 */
import type { EndpointId } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import { MS } from '../machine/time.ts'
import type { Arena } from './arena.ts'
import type { Endpoint } from './endpoint.ts'
import { LinkFaults } from './link-faults.ts'
import { FAULTS, type FaultName, MEMBER_FAULTS, oddValue, type Scenario } from './scenario.ts'

const ALL_FAULTS: readonly FaultName[] = [...FAULTS, ...MEMBER_FAULTS]

export class Nemesis {
  readonly #arena: Arena
  readonly #scenario: Scenario
  readonly #random: Random
  readonly #bag: readonly FaultName[]
  readonly #links: LinkFaults
  readonly #strikes: Readonly<Record<FaultName, () => void>> = {
    kill: () => this.#takeDown('kill', this.#victims(), false),
    'kill-leader': () => this.#takeDown('kill-leader', this.#leaderVictim(), this.#random.chance(0.5)),
    'power-cut': () => this.#takeDown('power-cut', this.#victims(), true),
    'power-cut-all': () => this.#blackout(),
    wipe: () => this.#wipe(),
    sleep: () => this.#putToSleep(),
    partition: () => this.#links.partition(),
    isolate: () => this.#links.isolate(),
    'one-way': () => this.#links.oneWay(),
    'cut-pair': () => this.#links.cutPair(),
    hold: () => this.#links.hold(),
    storm: () => this.#links.storm(),
    'slow-disk': () => this.#slowDisk(),
    clock: () => this.#bendClock(),
    settings: () => this.#changeSetting(),
    join: () => this.#join(),
    leave: () => this.#leave(),
  }
  /** Those that belong for certain. */
  readonly #members: Set<EndpointId>
  #over = false
  readonly counts: Record<FaultName, number> = Object.fromEntries(ALL_FAULTS.map((name) => [name, 0])) as Record<FaultName, number>

  constructor(arena: Arena, scenario: Scenario, random: Random) {
    this.#arena = arena
    this.#scenario = scenario
    this.#random = random
    this.#members = new Set(scenario.nodes)
    this.#links = new LinkFaults({
      arena,
      random,
      profile: scenario.network,
      count: (fault, text) => this.#count(fault, text),
      later: (undo) => this.#later(undo),
    })
    this.#bag = ALL_FAULTS.flatMap((name) => Array.from({ length: scenario.faults[name] ?? 0 }, () => name))
  }

  start(): void {
    this.#next()
  }

  /** Everything is undone, and nothing more happens. */
  stop(): void {
    this.#over = true
    const arena = this.#arena
    for (const node of this.#nodes) {
      node.clock.drift(arena.now(), 1)
      arena.slowDisk(node.id, 0)
      if (node.state === 'asleep') arena.wake(node)
      if (node.state === 'down') arena.restart(node)
    }
    for (const { name } of arena.liveSettings) this.#setBack(name, this.#nodes)
  }

  #next(): void {
    const wait = Math.ceil(-Math.log(1 - this.#random.next()) * this.#scenario.faultEveryUs)
    this.#arena.at(this.#arena.now() + Math.max(MS, wait), () => {
      if (this.#over) return
      this.#strikes[this.#random.pick(this.#bag)]()
      this.#next()
    })
  }

  /** Every awake node loses power at once. */
  #blackout(): void {
    const awake = this.#nodes.filter((node) => node.state === 'up')
    this.#takeDown('power-cut-all', awake, true)
  }

  /** Undoes after a drawn time, unless chaos is over by then. */
  #later(undo: () => void): void {
    const hold = this.#random.between(5 * MS, this.#scenario.faultHoldUs)
    this.#arena.at(this.#arena.now() + hold, () => {
      if (!this.#over) undo()
    })
  }

  #count(fault: FaultName, text: string): void {
    this.counts[fault]++
    this.#arena.say(text)
  }

  /** One awake node that may be taken away, or none. A node without its memory is as good as away, where memory cannot come back. */
  #victims(): Endpoint[] {
    const awake = this.#nodes.filter((node) => node.state === 'up')
    const counting = this.#scenario.wipes === 'majority-remembers' ? awake.filter((node) => !node.amnesiac) : awake
    const needed = this.#scenario.keepMajority && this.#nodes.length > 1 ? this.#majority : 0
    const free = counting.length > needed ? awake : awake.filter((node) => node.amnesiac)
    return free.length > 0 ? [this.#random.pick(free)] : []
  }

  /** Those that were ever started. */
  get #nodes(): readonly Endpoint[] {
    return this.#arena.nodes.filter((node) => node.incarnation > 0)
  }

  get #majority(): number {
    return Math.floor(this.#nodes.length / 2) + 1
  }

  /** Where a majority must remember, never more than that: the cluster would rightly stand still for ever. */
  #wipe(): void {
    const { wipes } = this.#scenario
    const remembering = this.#nodes.filter((node) => !node.amnesiac)
    const awake = (wipes === 'majority-remembers' ? remembering : this.#nodes).filter((node) => node.state === 'up')
    const enough = wipes === 'majority-remembers' ? remembering.length <= this.#majority : this.counts.wipe >= wipes
    if (enough || awake.length === 0) return
    const node = this.#random.pick(awake)
    this.#takeDown('wipe', [node], false)
    this.#arena.wipe(node)
  }

  #join(): void {
    const outside = this.#arena.nodes.filter((node) => !this.#members.has(node.id) && node.state !== 'asleep')
    if (outside.length === 0) return
    const node = this.#random.pick(outside)
    const joined = (certain: boolean): void => {
      if (certain) this.#members.add(node.id)
    }
    if (!this.#arena.change('join', node, joined)) return
    this.#count('join', `join ${node.id}`)
  }

  /** It goes on running, empties itself, and may join again. So many stay that the store can serve. */
  #leave(): void {
    const inside = this.#nodes.filter((node) => this.#members.has(node.id))
    if (inside.length <= this.#scenario.fewestMembers) return
    const node = this.#random.pick(inside)
    if (!this.#arena.change('leave', node, () => undefined)) return
    this.#members.delete(node.id)
    this.#count('leave', `leave ${node.id}`)
  }

  #leaderVictim(): Endpoint[] {
    const leader = this.#arena.leader()
    return leader !== null && leader.state === 'up' && this.#victims().length > 0 ? [leader] : []
  }

  /** Several at once come back at once. */
  #takeDown(fault: FaultName, victims: readonly Endpoint[], powerCut: boolean): void {
    if (victims.length === 0) return
    this.#count(fault, `${fault} ${victims.map((node) => node.id).join(' ')}`)
    for (const node of victims) this.#arena.crash(node, powerCut)
    this.#later(() => {
      for (const node of victims) this.#arena.restart(node)
    })
  }

  #putToSleep(): void {
    const leader = this.#random.chance(0.5) ? this.#leaderVictim() : []
    for (const node of leader.length > 0 ? leader : this.#victims()) {
      this.#count('sleep', `sleep ${node.id}`)
      this.#arena.sleep(node)
      const { incarnation } = node
      this.#later(() => {
        if (node.state === 'asleep' && node.incarnation === incarnation) this.#arena.wake(node)
      })
    }
  }

  #slowDisk(): void {
    const node = this.#random.pick(this.#nodes)
    const us = this.#random.pick([20, 200, 1000]) * MS
    this.#count('slow-disk', `slow disk ${node.id} ${us / MS}ms`)
    this.#arena.slowDisk(node.id, us)
    this.#later(() => this.#arena.slowDisk(node.id, 0))
  }

  /** A live setting takes an odd value on some nodes, so that nodes disagree on it; each is back after a while or a restart. */
  #changeSetting(): void {
    const { oddLive } = this.#scenario
    const liveSettings = this.#arena.liveSettings.filter(({ name }) => oddLive === null || Object.hasOwn(oddLive, name))
    if (liveSettings.length === 0) return
    const spec = this.#random.pick(liveSettings)
    const value = oddLive === null ? oddValue(spec, this.#random) : this.#random.pick(oddLive[spec.name] ?? [spec.fallback])
    const awake = this.#nodes.filter((node) => node.state === 'up' && this.#random.chance(0.7))
    if (awake.length === 0) return
    this.#count('settings', `set ${spec.name}=${value} on ${awake.map((node) => node.id).join(' ')}`)
    for (const node of awake) this.#arena.set(node, spec.name, value)
    this.#later(() => this.#setBack(spec.name, awake))
  }

  #setBack(name: string, nodes: readonly Endpoint[]): void {
    const value = this.#scenario.settings[name]
    for (const node of nodes) if (node.state === 'up' && value !== undefined) this.#arena.set(node, name, value)
  }

  #bendClock(): void {
    const node = this.#random.pick(this.#nodes)
    const rate = this.#random.pick([0.8, 0.95, 1.05, 1.25])
    node.clock.drift(this.#arena.now(), rate)
    if (this.#random.chance(0.5)) node.clock.jumpWall(this.#random.between(-3_600_000, 3_600_000))
    this.#count('clock', `clock ${node.id} x${rate}`)
    this.#later(() => node.clock.drift(this.#arena.now(), 1))
  }
}
