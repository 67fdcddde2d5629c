/** Some nodes under virtual time: links that can be cut or lose messages, disks that need a while, lives that end. One seed decides all. */

import { decode, encode } from '../../../../src/machine/codec.ts'
import type { EndpointId, MachineEvent, Message, Output, Stream } from '../../../../src/machine/contract.ts'
import { EventHeap } from '../../../../src/machine/heap.ts'
import { type Random, seeded } from '../../../../src/machine/random.ts'
import type { Body, House } from '../../../../src/modes/dynamo/house.ts'
import type { Copy } from '../../../../src/modes/dynamo/versions.ts'
import { BackgroundNode } from './node.ts'

export interface ClusterOptions {
  readonly seed?: string
  readonly settings?: Readonly<Record<string, string>>
  readonly bug?: string
  readonly latencyUs?: number
  readonly loss?: number
}

type Life = { readonly machine: BackgroundNode; wakeUs: number }

interface Place {
  readonly id: EndpointId
  readonly disk: Record<Stream, Uint8Array[]>
  /** How much of it is durable. */
  readonly synced: Record<Stream, number>
  members: readonly EndpointId[]
  lives: number
  lost: boolean
  life: Life | null
}

/** Wall time when virtual time is 0. */
const EPOCH_MS = 1_700_000_000_000
const SYNC_US = 3_000

export class Cluster {
  readonly random: Random
  readonly #heap = new EventHeap()
  readonly events: (MachineEvent & { readonly node: EndpointId })[] = []
  readonly #options: ClusterOptions
  readonly #places = new Map<EndpointId, Place>()
  readonly #cuts = new Set<string>()
  readonly #answers = new Map<string, Body>()
  /** Every message that was sent, by type. */
  readonly sent = new Map<string, number>()
  #largest = 0
  #asked = 0
  nowUs = 0

  constructor(ids: readonly EndpointId[], options: ClusterOptions = {}) {
    this.#options = options
    this.random = seeded(`cluster/${options.seed ?? '1'}`)
    for (const id of ids) this.start(id, ids)
  }

  get ids(): readonly EndpointId[] {
    return [...this.#places.keys()]
  }

  get alive(): readonly EndpointId[] {
    return [...this.#places.values()].filter(({ life }) => life !== null).map(({ id }) => id)
  }

  /** The largest message so far, in bytes. */
  get largest(): number {
    return this.#largest
  }

  // -- what can happen

  /** A node's first life; one that is not among the members waits for its join. */
  start(id: EndpointId, members: readonly EndpointId[]): void {
    this.#places.set(id, { id, disk: { log: [], bulk: [] }, synced: { log: 0, bulk: 0 }, members, lives: 0, lost: false, life: null })
    this.restart(id)
  }

  restart(id: EndpointId): void {
    const place = this.#place(id)
    if (place.life !== null) this.kill(id)
    place.lives++
    const machine = new BackgroundNode({
      id,
      members: place.members,
      settings: { n: '3', ...this.#options.settings },
      bug: this.#options.bug ?? 'none',
      random: seeded(`${this.#options.seed ?? '1'}/${id}/${place.lives}`),
    })
    const life: Life = { machine, wakeUs: Number.POSITIVE_INFINITY }
    place.life = life
    const { log, bulk } = place.disk
    this.#step(place, life, [{ kind: 'start', log, bulk, lostDisk: place.lost, incarnation: place.lives }])
    place.lost = false
  }

  /** What was not durable is gone. */
  kill(id: EndpointId): void {
    const place = this.#place(id)
    place.life = null
    for (const stream of ['log', 'bulk'] as const) place.disk[stream].length = place.synced[stream]
  }

  wipe(id: EndpointId): void {
    this.kill(id)
    const place = this.#place(id)
    place.lost = true
    for (const stream of ['log', 'bulk'] as const) {
      place.disk[stream].length = 0
      place.synced[stream] = 0
    }
  }

  /** Both directions, between every node of the one side and every one of the other. */
  cut(some: readonly EndpointId[], others: readonly EndpointId[]): void {
    for (const a of some) for (const b of others) this.#cuts.add(`${a} ${b}`).add(`${b} ${a}`)
  }

  heal(): void {
    this.#cuts.clear()
  }

  // -- asking and looking

  house(id: EndpointId): BackgroundNode['house'] {
    const { life } = this.#place(id)
    if (life === null) throw new Error(`${id} is dead`)
    return life.machine.house
  }

  /** Something done inside of a node, as if a message had asked for it. */
  inside<T>(id: EndpointId, act: (house: House) => T): T {
    const place = this.#place(id)
    const { life } = place
    if (life === null) throw new Error(`${id} is dead`)
    this.#step(place, life, [])
    const result = act(life.machine.house)
    this.#step(place, life, [])
    return result
  }

  /** A client's request; read the answer with `answerTo` once it is there. */
  request(to: EndpointId, body: Body, from: EndpointId = 'c0'): string {
    const id = `${from}.${++this.#asked}`
    this.#carry(from, to, { ...body, id } as Message)
    return id
  }

  answerTo(request: string): Body | null {
    return this.#answers.get(request) ?? null
  }

  count(id: EndpointId, counter: string): number {
    return this.house(id).counters.get(counter) ?? 0
  }

  total(counter: string): number {
    return this.alive.reduce((sum, id) => sum + this.count(id, counter), 0)
  }

  // -- time

  run(us: number): void {
    const end = this.nowUs + us
    while (this.#heap.nextAtUs <= end) this.#next()
    this.nowUs = end
  }

  /** How long it took until it was so; throws after the limit. */
  until(what: string, isSo: () => boolean, limitUs = 60_000_000): number {
    const start = this.nowUs
    while (!isSo()) {
      if (this.nowUs - start > limitUs) throw new Error(`after ${limitUs / 1e6} s still not: ${what}`)
      this.run(50_000)
    }
    return this.nowUs - start
  }

  // -- inside

  #next(): void {
    const event = this.#heap.pop()
    if (event === null) return
    this.nowUs = event.atUs
    event.run()
  }

  #step(place: Place, life: Life, inputs: Parameters<BackgroundNode['step']>[0]['inputs']): void {
    if (place.life !== life) return
    const output = life.machine.step({ nowUs: this.nowUs, wallMs: EPOCH_MS + Math.floor(this.nowUs / 1000), inputs })
    this.#perform(place, life, output)
  }

  #perform(place: Place, life: Life, output: Output): void {
    for (const event of output.events) this.events.push({ ...event, node: place.id })
    for (const { stream, bytes } of output.store) place.disk[stream].push(bytes)
    for (const stream of ['log', 'bulk'] as const) {
      if (!output.store.some((record) => record.stream === stream)) continue
      const upTo = place.disk[stream].length
      this.#heap.push(this.nowUs + SYNC_US, () => {
        if (place.life !== life) return
        place.synced[stream] = Math.max(place.synced[stream], upTo)
        this.#step(place, life, [{ kind: 'stored', stream, upTo }])
      })
    }
    for (const { to, message } of output.send) this.#carry(place.id, to, message)
    for (const { to, message, stream, upTo } of output.sendAfter) this.#gate(place, life, to, message, stream, upTo)
    this.#wake(place, life, output.deadlineUs)
  }

  #gate(place: Place, life: Life, to: EndpointId, message: Message, stream: Stream, upTo: number): void {
    if (place.life !== life) return
    if (place.synced[stream] >= upTo) this.#carry(place.id, to, message)
    else this.#heap.push(this.nowUs + 500, () => this.#gate(place, life, to, message, stream, upTo))
  }

  #wake(place: Place, life: Life, deadlineUs: number): void {
    if (!Number.isFinite(deadlineUs) || life.wakeUs <= deadlineUs) return
    const atUs = Math.max(this.nowUs, deadlineUs)
    life.wakeUs = atUs
    this.#heap.push(atUs, () => {
      if (life.wakeUs !== atUs) return
      life.wakeUs = Number.POSITIVE_INFINITY
      this.#step(place, life, [{ kind: 'tick' }])
    })
  }

  #carry(from: EndpointId, to: EndpointId, message: Message): void {
    const bytes = encode(message)
    this.sent.set(message.type, (this.sent.get(message.type) ?? 0) + 1)
    this.#largest = Math.max(this.#largest, bytes.length)
    const { latencyUs = 1_000, loss = 0 } = this.#options
    if (this.#cuts.has(`${from} ${to}`) || (loss > 0 && this.random.chance(loss))) return
    this.#heap.push(this.nowUs + Math.round(latencyUs * (0.5 + this.random.next())), () => {
      if (this.#cuts.has(`${from} ${to}`)) return
      const body = decode(bytes) as Body
      const place = this.#places.get(to)
      if (place === undefined && typeof body.re === 'string') this.#answers.set(body.re, body)
      if (place?.life) this.#step(place, place.life, [{ kind: 'message', from, message: body }])
    })
  }

  #place(id: EndpointId): Place {
    const place = this.#places.get(id)
    if (place === undefined) throw new Error(`there is no ${id}`)
    return place
  }
}

/** A copy of one version, made by the n-th event of this actor. */
export function copyOf(actor: string, n: number, value: string | null, wallMs = EPOCH_MS): Copy {
  return { seen: { clock: { [actor]: n }, dots: [] }, versions: [{ dot: { actor, n }, clock: {}, value, op: `c1.${n}`, wallMs }] }
}

export function keys(count: number, prefix = 'k'): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`)
}
