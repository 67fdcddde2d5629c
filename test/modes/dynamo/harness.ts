/**
 * A small deterministic cluster of Dynamo nodes: virtual time, directed cuts, disks that sync late, and a client that says exactly what
 * a test wants said. Every message crosses the codec, as it will on a wire.
 */
import { AssertionFailed } from '../../../src/machine/assert.ts'
import { decode, encode } from '../../../src/machine/codec.ts'
import type {
  EndpointId,
  Input,
  InspectQuery,
  Machine,
  MachineEvent,
  Message,
  Output,
  Send,
  Stream,
} from '../../../src/machine/contract.ts'
import { EventHeap } from '../../../src/machine/heap.ts'
import { nodeIds } from '../../../src/machine/ids.ts'
import { type Random, seeded } from '../../../src/machine/random.ts'
import type { ClientAnswer, Wanted } from '../../../src/modes/dynamo/client-protocol.ts'
import type { Peek } from '../../../src/modes/dynamo/inspect.ts'
import { DynamoNode } from '../../../src/modes/dynamo/node.ts'
import type { Parts } from '../../../src/modes/dynamo/parts.ts'
import { buildRing } from '../../../src/modes/dynamo/ring/build.ts'
import { readHistory } from '../../../src/modes/dynamo/ring/history.ts'
import type { Ring } from '../../../src/modes/dynamo/ring/ring.ts'
import { readOptions } from '../../../src/modes/dynamo/settings.ts'
import type { DynamoStatus } from '../../../src/modes/dynamo/status.ts'
import type { Causality } from '../../../src/modes/dynamo/versions.ts'

const MS = 1_000
const STREAMS: readonly Stream[] = ['log', 'bulk']

export interface Letter {
  readonly from: EndpointId
  readonly to: EndpointId
  readonly message: Readonly<Record<string, unknown>> & { readonly type: string }
}

export interface Setup {
  readonly nodes?: number
  readonly seed?: string
  readonly settings?: Readonly<Record<string, string>>
  readonly bug?: string
  /** One way. */
  readonly latencyMs?: number
  readonly syncMs?: number
  /** Of all datagrams between nodes. */
  readonly loss?: number
  readonly duplicate?: number
  readonly parts?: Parts
}

interface Disk {
  records: Uint8Array[]
  synced: number
  syncing: boolean
}

interface Seat {
  machine: Machine | null
  life: number
  /** It was wiped once; stays so. */
  lostDisk: boolean
  disks: Record<Stream, Disk>
  gated: { readonly send: Send; readonly stream: Stream; readonly upTo: number }[]
  deadlineUs: number
  asleep: boolean
  inbox: Input[]
}

export type PutOptions = Wanted & { readonly context?: Causality | null; readonly op?: string; readonly from?: EndpointId }

/** An answer with the microseconds it took; null: none came. */
export type Answered = (ClientAnswer & { readonly tookUs: number }) | null

export class DynamoCluster {
  readonly ids: EndpointId[]
  readonly events: (MachineEvent & { readonly node: EndpointId; readonly atUs: number })[] = []
  readonly halted = new Map<EndpointId, string>()
  /** What becomes of a letter that no cut takes. */
  fate: (letter: Letter) => 'deliver' | 'drop' = () => 'deliver'
  /** Every letter that was sent, if somebody looks. */
  onSend: (letter: Letter) => void = () => {}
  nowUs = 0
  /** Added to the wall clock of a node. */
  readonly skewMs = new Map<EndpointId, number>()
  readonly #setup: Setup
  readonly #random: Random
  readonly #seats = new Map<EndpointId, Seat>()
  readonly #cuts = new Set<string>()
  readonly #heap = new EventHeap()
  readonly #answers = new Map<string, { readonly atUs: number; readonly answer: ClientAnswer }>()
  #lossy = true
  #asked = 0
  #serial = 0

  constructor(setup: Setup = {}) {
    this.#setup = setup
    this.#random = seeded(`dynamo-net/${setup.seed ?? 1}`)
    this.ids = nodeIds(setup.nodes ?? 5)
    for (const id of this.ids) this.#seats.set(id, emptySeat())
    for (const id of this.ids) this.boot(id)
  }

  // -- faults

  cut(from: readonly EndpointId[], to: readonly EndpointId[]): void {
    for (const a of from) for (const b of to) this.#cuts.add(`${a}>${b}`)
  }

  /** Both ways. */
  partition(left: readonly EndpointId[], right: readonly EndpointId[]): void {
    this.cut(left, right)
    this.cut(right, left)
  }

  heal(): void {
    this.#cuts.clear()
  }

  /** The network loses and doubles nothing any more. */
  calm(): void {
    this.#lossy = false
  }

  /** `kill -9`: everything that was written is there after a restart; what was only in the process is gone. */
  kill(...ids: readonly EndpointId[]): void {
    for (const id of ids) {
      const seat = this.#seat(id)
      this.#stop(seat)
      for (const stream of STREAMS) seat.disks[stream].synced = seat.disks[stream].records.length
    }
  }

  /** What was not synced is gone too. */
  powercut(...ids: readonly EndpointId[]): void {
    for (const id of ids) {
      const seat = this.#seat(id)
      this.#stop(seat)
      for (const stream of STREAMS) seat.disks[stream].records.length = seat.disks[stream].synced
    }
  }

  /** `amnesiac`: it does not know that it had a disk before. */
  wipe(id: EndpointId, { amnesiac = false } = {}): void {
    const seat = this.#seat(id)
    this.#stop(seat)
    seat.disks = emptyDisks()
    seat.lostDisk = !amnesiac
  }

  /** Writes something into the log that nobody ever wrote. */
  damage(id: EndpointId): void {
    this.#seat(id).disks.log.records.push(encode({ kind: 'nonsense' }))
  }

  restart(...ids: readonly EndpointId[]): void {
    for (const id of ids) this.boot(id)
  }

  sleep(id: EndpointId): void {
    const seat = this.#seat(id)
    seat.asleep = seat.machine !== null
  }

  isAsleep(id: EndpointId): boolean {
    return this.#seat(id).asleep
  }

  /** All that arrived meanwhile is one step, as in a process that was stopped. */
  wake(id: EndpointId): void {
    const seat = this.#seat(id)
    seat.asleep = false
    const { inbox } = seat
    seat.inbox = []
    this.#feed(id, [...inbox, { kind: 'tick' }])
  }

  set(name: string, value: string): void {
    for (const id of this.live()) this.#feed(id, [{ kind: 'control', control: { type: 'set', name, value } }])
  }

  boot(id: EndpointId, members: readonly EndpointId[] = this.ids): void {
    const seat = this.#seats.get(id) ?? emptySeat()
    this.#seats.set(id, seat)
    this.halted.delete(id)
    seat.life++
    const { settings = {}, bug = 'none', seed = '1', parts } = this.#setup
    seat.machine = new DynamoNode({ id, members, settings, bug, random: seeded(`${seed}/${id}/${seat.life}`) }, parts)
    const { log, bulk } = seat.disks
    this.#feed(id, [{ kind: 'start', log: [...log.records], bulk: [...bulk.records], lostDisk: seat.lostDisk, incarnation: seat.life }])
  }

  // -- clients

  /** Sends a request and runs until it is answered, or for so long. */
  request(node: EndpointId, body: Readonly<Record<string, unknown>>, { from = 'c0', forMs = 5_000 } = {}): Answered {
    const id = this.send(node, body, from)
    const began = this.nowUs
    this.until(() => this.#answers.has(id), forMs)
    const found = this.#answers.get(id)
    return found === undefined ? null : { ...found.answer, tookUs: found.atUs - began }
  }

  /** Sends a request and does not wait; `answerTo` tells what came. */
  send(node: EndpointId, body: Readonly<Record<string, unknown>>, from: EndpointId = 'c0'): string {
    const id = `${from}/${++this.#asked}`
    this.#post(from, node, { type: 'none', ...body, id } as Message)
    return id
  }

  answerTo(id: string): ClientAnswer | null {
    return this.#answers.get(id)?.answer ?? null
  }

  put(node: EndpointId, key: string, value: string | null, { context = null, op, from = 'c0', ...wanted }: PutOptions = {}): Answered {
    return this.request(node, { type: 'put', key, value, op: op ?? this.nextOp(from), context, map: null, ...wanted }, { from })
  }

  get(node: EndpointId, key: string, { from = 'c0', ...wanted }: Wanted & { readonly from?: EndpointId } = {}): Answered {
    return this.request(node, { type: 'get', key, map: null, ...wanted }, { from })
  }

  nextOp(client: EndpointId): string {
    return `${client}.${++this.#serial}`
  }

  // -- what there is to see

  live(): EndpointId[] {
    return this.ids.filter((id) => this.#seat(id).machine !== null && !this.#seat(id).asleep)
  }

  inspect(id: EndpointId, query: InspectQuery): unknown {
    const { machine } = this.#seat(id)
    if (machine === null) throw new Error(`${id} does not run`)
    return machine.inspect(query)
  }

  status(id: EndpointId): DynamoStatus {
    return this.inspect(id, { what: 'status' }) as DynamoStatus
  }

  peek(id: EndpointId, key: string): Peek {
    return this.inspect(id, { what: 'peek', key }) as Peek
  }

  counter(id: EndpointId, name: string): number {
    const counters = this.inspect(id, { what: 'mode', about: 'counters', args: {} }) as Readonly<Record<string, number>>
    return counters[name] ?? 0
  }

  /** The ring of a cluster whose members are these. */
  ring(members: readonly EndpointId[] = this.ids): Ring {
    const founders = members.map((node) => ({ kind: 'join', node, at: 0, by: node }) as const)
    return buildRing(founders, readOptions(this.#setup.settings ?? {}), { distinct: true })
  }

  /** A key whose homes are these, in this order if it matters. */
  keyFor(homes: readonly EndpointId[], inOrder = true): string {
    const ring = this.ring()
    for (let i = 0; i < 100_000; i++) {
      const found = ring.preference(ring.partitionOf(`k${i}`)).slice(0, homes.length)
      if (inOrder ? found.join() === homes.join() : [...found].sort().join() === [...homes].sort().join()) return `k${i}`
    }
    throw new Error(`no key has the homes ${homes.join(' ')}`)
  }

  /** Every node that runs keeps the same copies, and nobody keeps a hint. */
  converged(): boolean {
    const history = readHistory(this.status(this.live()[0] ?? 'n1').history)
    const ring = buildRing(history, readOptions(this.#setup.settings ?? {}), { distinct: true })
    const copies = new Map<string, Set<string>>()
    for (const id of this.live()) {
      const { hints, incoming, outgoing } = this.status(id)
      if (Object.keys(hints).length > 0 || incoming > 0 || outgoing > 0) return false
      for (const [key, digest] of this.digests(id)) {
        const known = copies.get(key) ?? new Set()
        copies.set(key, known.add(`${id} ${digest}`))
      }
    }
    return [...copies].every(([key, found]) => {
      const homes = ring.homes(ring.partitionOf(key))
      const digests = new Set([...found].map((one) => one.split(' ')[1]))
      return digests.size === 1 && found.size === homes.length && [...found].every((one) => homes.includes(one.split(' ')[0] ?? ''))
    })
  }

  digests(id: EndpointId): readonly (readonly [key: string, digest: string])[] {
    const all: [string, string][] = []
    let args: Record<string, string> = {}
    for (;;) {
      const page = this.inspect(id, { what: 'mode', about: 'digests', args }) as {
        readonly entries: readonly (readonly [number, string, string])[]
        readonly next: { readonly partition: number; readonly after: string } | null
      }
      all.push(...page.entries.map(([, key, digest]): [string, string] => [key, digest]))
      if (page.next === null) return all
      args = { partition: String(page.next.partition), after: page.next.after }
    }
  }

  // -- time

  run(ms: number): void {
    this.#advance(this.nowUs + ms * MS, () => false)
  }

  /** Runs until it holds; throws when it does not in so much virtual time. `forMs` without a throw: use `reaches`. */
  eventually(what: string, holds: () => boolean, withinMs = 20_000): void {
    if (!this.reaches(holds, withinMs)) throw new Error(`never: ${what} (${[...this.halted].join(' ') || 'nobody halted'})`)
  }

  /** Looks every ten milliseconds: what is asked of a whole cluster costs. */
  reaches(holds: () => boolean, withinMs = 20_000): boolean {
    const untilUs = this.nowUs + withinMs * MS
    while (!holds()) {
      if (this.nowUs >= untilUs) return false
      this.run(10)
    }
    return true
  }

  until(holds: () => boolean, forMs: number): void {
    this.#advance(this.nowUs + forMs * MS, holds)
  }

  /** Feeds a node a message as if it came from there. */
  inject(to: EndpointId, from: EndpointId, message: unknown): void {
    this.#feed(to, [{ kind: 'message', from, message }])
  }

  // -- machinery

  #advance(untilUs: number, holds: () => boolean): boolean {
    if (holds()) return true
    for (let turn = 0; turn < 3_000_000; turn++) {
      const due = this.#nextDeadline()
      const atUs = Math.min(this.#heap.nextAtUs, due?.atUs ?? Number.POSITIVE_INFINITY)
      if (atUs > untilUs) {
        this.nowUs = untilUs
        return holds()
      }
      this.nowUs = Math.max(this.nowUs, atUs)
      if (this.#heap.nextAtUs <= this.nowUs) this.#heap.pop()?.run()
      else if (due !== null) this.#feed(due.id, [{ kind: 'tick' }])
      if (holds()) return true
    }
    throw new Error('the cluster does not come to rest')
  }

  #nextDeadline(): { readonly id: EndpointId; readonly atUs: number } | null {
    let best: { id: EndpointId; atUs: number } | null = null
    for (const [id, seat] of this.#seats) {
      if (seat.machine === null || seat.asleep || seat.deadlineUs === Number.POSITIVE_INFINITY) continue
      if (best === null || seat.deadlineUs < best.atUs) best = { id, atUs: seat.deadlineUs }
    }
    return best
  }

  /** A node that breaks a rule of its own halts, and the others go on without it. */
  #feed(id: EndpointId, inputs: readonly Input[]): void {
    const seat = this.#seat(id)
    if (seat.machine === null) return
    if (seat.asleep) {
      seat.inbox.push(...inputs)
      return
    }
    try {
      const wallMs = 1_700_000_000_000 + this.nowUs / MS + (this.skewMs.get(id) ?? 0)
      this.#take(id, seat, seat.machine.step({ nowUs: this.nowUs, wallMs, inputs }))
    } catch (error) {
      if (!(error instanceof AssertionFailed)) throw error
      this.halted.set(id, error.message)
      this.#stop(seat)
    }
  }

  #take(id: EndpointId, seat: Seat, output: Output): void {
    seat.deadlineUs = output.deadlineUs
    for (const event of output.events) this.events.push({ ...event, node: id, atUs: this.nowUs })
    for (const { stream, bytes } of output.store) seat.disks[stream].records.push(bytes)
    for (const stream of STREAMS) this.#sync(id, seat, stream)
    for (const { to, message } of output.send) this.#post(id, to, message)
    for (const { to, message, stream, upTo } of output.sendAfter) seat.gated.push({ send: { to, message }, stream, upTo })
    this.#release(id, seat)
  }

  #sync(id: EndpointId, seat: Seat, stream: Stream): void {
    const disk = seat.disks[stream]
    if (disk.syncing || disk.synced === disk.records.length) return
    disk.syncing = true
    const upTo = disk.records.length
    const { life } = seat
    this.#after(this.#setup.syncMs ?? 1, () => {
      if (seat.life !== life || seat.machine === null) return
      disk.syncing = false
      disk.synced = upTo
      this.#feed(id, [{ kind: 'stored', stream, upTo }])
      this.#release(id, seat)
      this.#sync(id, seat, stream)
    })
  }

  #release(id: EndpointId, seat: Seat): void {
    const due = seat.gated.filter(({ stream, upTo }) => upTo <= seat.disks[stream].synced)
    seat.gated = seat.gated.filter(({ stream, upTo }) => upTo > seat.disks[stream].synced)
    for (const { send } of due) this.#post(id, send.to, send.message)
  }

  #post(from: EndpointId, to: EndpointId, message: Message): void {
    const letter: Letter = { from, to, message: decode(encode(message)) as Letter['message'] }
    this.onSend(letter)
    if (this.#cuts.has(`${from}>${to}`) || this.fate(letter) === 'drop') return
    const { loss = 0, duplicate = 0, latencyMs = 1 } = this.#setup
    const between = this.#lossy && this.#seats.has(from) && this.#seats.has(to)
    if (between && this.#random.chance(loss)) return
    for (let copies = between && this.#random.chance(duplicate) ? 2 : 1; copies > 0; copies--) {
      this.#after(latencyMs * (0.8 + 0.4 * this.#random.next()), () => this.#deliver(letter))
    }
  }

  #deliver({ from, to, message }: Letter): void {
    if (this.#cuts.has(`${from}>${to}`)) return
    if (this.#seats.has(to)) this.#feed(to, [{ kind: 'message', from, message }])
    else if (typeof message.re === 'string' && !this.#answers.has(message.re)) {
      const { re, ...answer } = message
      this.#answers.set(re, { atUs: this.nowUs, answer: answer as unknown as ClientAnswer })
    }
  }

  #after(ms: number, run: () => void): void {
    this.#heap.push(this.nowUs + Math.round(ms * MS), run)
  }

  #stop(seat: Seat): void {
    seat.machine = null
    seat.gated = []
    seat.inbox = []
    seat.asleep = false
    for (const stream of STREAMS) seat.disks[stream].syncing = false
  }

  #seat(id: EndpointId): Seat {
    const seat = this.#seats.get(id)
    if (seat === undefined) throw new Error(`there is no ${id}`)
    return seat
  }
}

function emptyDisks(): Record<Stream, Disk> {
  return { log: { records: [], synced: 0, syncing: false }, bulk: { records: [], synced: 0, syncing: false } }
}

function emptySeat(): Seat {
  return {
    machine: null,
    life: 0,
    lostDisk: false,
    disks: emptyDisks(),
    gated: [],
    deadlineUs: Number.POSITIVE_INFINITY,
    asleep: false,
    inbox: [],
  }
}

/** The values of an answer, sorted; deletes left out. */
export function values(answer: Answered): readonly string[] {
  if (answer?.type !== 'done') throw new Error(`no answer to read: ${JSON.stringify(answer)}`)
  return (answer.versions ?? []).flatMap(({ value }) => (value === null ? [] : [value])).sort()
}

/** What the client holds after it. */
export function contextOf(answer: Answered): Causality {
  if (answer?.type !== 'done') throw new Error(`no context: ${JSON.stringify(answer)}`)
  return answer.context
}
