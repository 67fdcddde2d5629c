/**
 * A small deterministic world for Raft machines: virtual time, directed links, disks that sync late and lose what was not
 * synced. Every message crosses the codec, as it will on a wire. Invariants are judged after every step of a node.
 */
import { AssertionFailed } from '../../../src/machine/assert.ts'
import { decode, encode } from '../../../src/machine/codec.ts'
import type { EndpointId, Input, Machine, OperationResult, Output, Send } from '../../../src/machine/contract.ts'
import { nodeIds } from '../../../src/machine/ids.ts'
import { type Random, seeded } from '../../../src/machine/random.ts'
import type { RaftStatus } from '../../../src/modes/raft/inspect.ts'
import type { RaftMessage } from '../../../src/modes/raft/messages.ts'
import { raft } from '../../../src/modes/raft/raft.ts'
import { Invariants } from './invariants.ts'

const MS = 1_000

export interface Letter {
  readonly from: EndpointId
  readonly to: EndpointId
  readonly message: RaftMessage
}

export interface World {
  readonly nodes?: number
  readonly seed?: string
  readonly settings?: Readonly<Record<string, string>>
  /** One bug for all, or for some nodes only. */
  readonly bug?: string | Readonly<Record<EndpointId, string>>
  readonly loss?: number
  readonly duplicate?: number
  /** One way: at least `latencyMs`, up to `jitterMs` more. */
  readonly latencyMs?: number
  readonly jitterMs?: number
  readonly syncMs?: number
}

interface Seat {
  machine: Machine | null
  life: number
  /** Records written, and how many of them are synced. */
  records: Uint8Array[]
  synced: number
  syncing: boolean
  asleep: boolean
  gated: { readonly send: Send; readonly upTo: number }[]
  deadlineUs: number
  inbox: Input[]
}

type Happening = { readonly atUs: number; readonly order: number; readonly run: () => void }

export class VirtualWorld {
  readonly ids: readonly EndpointId[]
  readonly invariants = new Invariants()
  readonly events: { readonly node: EndpointId; readonly type: string; readonly [field: string]: unknown }[] = []
  readonly results: OperationResult[] = []
  /** When each operation ended, by id. */
  readonly endedAt = new Map<number, number>()
  /** Every letter given to the network, in order. */
  readonly sent: Letter[] = []
  readonly held: Letter[] = []
  /** What becomes of a letter; the default delivers all. */
  fate: (letter: Letter) => 'deliver' | 'drop' | 'hold' = () => 'deliver'
  nowUs = 0
  private world: World
  private readonly random: Random
  private readonly seats = new Map<EndpointId, Seat>()
  private readonly clients = new Map<EndpointId, Seat>()
  private readonly cuts = new Set<string>()
  private queue: Happening[] = []
  private orders = 0

  constructor(world: World = {}) {
    this.world = world
    this.ids = nodeIds(world.nodes ?? 3)
    this.random = seeded(`net/${world.seed ?? 1}`)
    for (const id of this.ids) this.seats.set(id, emptySeat())
    for (const id of this.ids) this.boot(id)
  }
  // -- faults

  cut(from: EndpointId, to: EndpointId): void {
    this.cuts.add(`${from}>${to}`)
  }

  isolate(id: EndpointId): void {
    for (const other of [...this.ids, ...this.clients.keys()]) {
      this.cut(id, other)
      this.cut(other, id)
    }
  }

  heal(): void {
    this.cuts.clear()
  }

  /** The page cache survives: everything written is there after a restart. */
  kill(id: EndpointId): void {
    const seat = this.seat(id)
    seat.machine = null
    seat.gated = []
    seat.inbox = []
    seat.synced = seat.records.length
    seat.syncing = false
  }

  wipe(id: EndpointId): void {
    this.kill(id)
    const seat = this.seat(id)
    seat.records = []
    seat.synced = 0
  }

  restart(id: EndpointId, lostDisk = false): void {
    this.boot(id, lostDisk)
  }

  sleep(id: EndpointId): void {
    this.seat(id).asleep = true
  }

  /** Everything that arrived meanwhile is one step, then one tick. */
  wake(id: EndpointId): void {
    const seat = this.seat(id)
    seat.asleep = false
    const { inbox } = seat
    seat.inbox = []
    if (inbox.length > 0) this.feed(id, inbox)
    this.feed(id, [{ kind: 'tick' }])
  }

  /** The network loses, copies and delays nothing any more. */
  calm(): void {
    this.world = { ...this.world, loss: 0, duplicate: 0, jitterMs: 0 }
  }

  set(name: string, value: string): void {
    for (const id of this.ids) this.feed(id, [{ kind: 'control', control: { type: 'set', name, value } }])
  }

  status(id: EndpointId): RaftStatus {
    return this.running(id).inspect({ what: 'status' }) as RaftStatus
  }
  alive(): EndpointId[] {
    return this.ids.filter((id) => this.seat(id).machine !== null && !this.seat(id).asleep)
  }
  deliver(letter: Letter): void {
    this.feed(letter.to, [{ kind: 'message', from: letter.from, message: letter.message }])
  }

  // -- machinery

  protected advance(untilUs: number, holds: () => boolean): boolean {
    for (let turn = 0; turn < 2_000_000; turn++) {
      const next = this.queue[0]
      const due = this.nextDeadline()
      const atUs = Math.min(next?.atUs ?? Number.POSITIVE_INFINITY, due?.atUs ?? Number.POSITIVE_INFINITY)
      if (atUs > untilUs) {
        this.nowUs = untilUs
        return holds()
      }
      this.nowUs = Math.max(this.nowUs, atUs)
      if (next !== undefined && next.atUs <= atUs) {
        this.queue.shift()
        next.run()
      } else if (due !== null) {
        this.feed(due.id, [{ kind: 'tick' }])
      }
      if (holds()) return true
    }
    throw new Error('the world does not come to rest')
  }

  private nextDeadline(): { readonly id: EndpointId; readonly atUs: number } | null {
    let best: { id: EndpointId; atUs: number } | null = null
    for (const [id, seat] of [...this.seats, ...this.clients]) {
      if (seat.machine === null || seat.asleep || seat.deadlineUs === Number.POSITIVE_INFINITY) continue
      if (best === null || seat.deadlineUs < best.atUs) best = { id, atUs: seat.deadlineUs }
    }
    return best
  }

  protected feed(id: EndpointId, inputs: readonly Input[]): void {
    const seat = this.seat(id)
    if (seat.machine === null) return
    if (seat.asleep) {
      seat.inbox.push(...inputs)
      return
    }
    const before = seat.deadlineUs
    const output = this.stepOrHalt(id, seat.machine, inputs)
    if (output === null) return
    seat.deadlineUs = output.deadlineUs
    // A machine that asks for the same past deadline after a tick would spin for ever.
    const spins = inputs.some((input) => input.kind === 'tick') && before <= this.nowUs && output.deadlineUs <= this.nowUs
    if (spins) throw new Error(`${id} asks for a tick at ${output.deadlineUs} again and again`)
    this.takeOutput(id, seat, output)
  }

  /** A node that breaks a rule of its own halts, and the world goes on without it. */
  private stepOrHalt(id: EndpointId, machine: Machine, inputs: readonly Input[]): Output | null {
    try {
      return machine.step({ nowUs: this.nowUs, wallMs: 0, inputs })
    } catch (error) {
      if (!(error instanceof AssertionFailed)) throw error
      this.invariants.note(`${id} halted: ${error.message}`)
      this.kill(id)
      return null
    }
  }

  private takeOutput(id: EndpointId, seat: Seat, output: Output): void {
    for (const result of output.results) {
      this.results.push(result)
      this.endedAt.set(result.id, this.nowUs)
    }
    for (const event of output.events) this.events.push({ ...event, node: id })
    for (const record of output.store) seat.records.push(Uint8Array.from(record.bytes))
    for (const send of output.send) this.post(id, seat, send)
    for (const { to, message, upTo } of output.sendAfter) seat.gated.push({ send: { to, message }, upTo })
    this.startSync(id)
    this.releaseGated(id)
    if (this.seats.has(id)) this.invariants.judge(this.alive().map((node) => ({ id: node, status: this.status(node) })))
  }

  private startSync(id: EndpointId): void {
    const seat = this.seat(id)
    if (seat.syncing || seat.synced === seat.records.length) return
    seat.syncing = true
    const upTo = seat.records.length
    const { life } = seat
    this.after((this.world.syncMs ?? 1) * MS, () => {
      if (seat.life !== life || seat.machine === null) return
      seat.syncing = false
      seat.synced = upTo
      this.releaseGated(id)
      this.feed(id, [{ kind: 'stored', stream: 'log', upTo }])
      this.startSync(id)
    })
  }

  private releaseGated(id: EndpointId): void {
    const seat = this.seat(id)
    const ready = seat.gated.filter((item) => item.upTo <= seat.synced)
    seat.gated = seat.gated.filter((item) => item.upTo > seat.synced)
    for (const { send } of ready) this.post(id, seat, send)
  }

  private post(from: EndpointId, seat: Seat, { to, message }: Send): void {
    const letter: Letter = { from, to, message: decode(encode(message)) as RaftMessage }
    this.sent.push(letter)
    this.invariants.judgeSend(letter, seat.records.slice(0, seat.synced))
    const fate = this.fate(letter)
    if (fate === 'hold') this.held.push(letter)
    if (fate !== 'deliver' || this.random.chance(this.world.loss ?? 0)) return
    const copies = this.random.chance(this.world.duplicate ?? 0) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const delayUs = (this.world.latencyMs ?? 1) * MS + this.random.between(0, (this.world.jitterMs ?? 0) * MS)
      this.after(delayUs, () => {
        if (!this.cuts.has(`${from}>${to}`)) this.deliver(letter)
      })
    }
  }

  private after(us: number, run: () => void): void {
    const item: Happening = { atUs: this.nowUs + us, order: this.orders++, run }
    let at = this.queue.length
    while (at > 0 && (this.queue[at - 1]?.atUs ?? 0) > item.atUs) at--
    this.queue.splice(at, 0, item)
  }

  private boot(id: EndpointId, lostDisk = false): void {
    const seat = this.seat(id)
    seat.life++
    const bug = typeof this.world.bug === 'string' ? this.world.bug : (this.world.bug?.[id] ?? 'none')
    const random = seeded(`${this.world.seed ?? 1}/${id}/${seat.life}`)
    seat.machine = raft.createNode({ id, members: this.ids, settings: this.world.settings ?? {}, bug, random })
    seat.asleep = false
    seat.syncing = false
    this.feed(id, [{ kind: 'start', log: [...seat.records], bulk: [], lostDisk, incarnation: seat.life }])
  }

  protected ensureClient(id: EndpointId): void {
    if (this.clients.has(id)) return
    const seat = emptySeat()
    const random = seeded(`${this.world.seed ?? 1}/${id}`)
    seat.machine = raft.createClient({ id, nodes: this.ids, settings: this.world.settings ?? {}, random })
    this.clients.set(id, seat)
    this.feed(id, [{ kind: 'start', log: [], bulk: [], lostDisk: false, incarnation: 1 }])
  }

  private seat(id: EndpointId): Seat {
    const seat = this.seats.get(id) ?? this.clients.get(id)
    if (seat === undefined) throw new Error(`nobody is called ${id}`)
    return seat
  }

  protected running(id: EndpointId): Machine {
    const { machine } = this.seat(id)
    if (machine === null) throw new Error(`${id} is not running`)
    return machine
  }
}

function emptySeat(): Seat {
  return {
    machine: null,
    life: 0,
    records: [],
    synced: 0,
    syncing: false,
    asleep: false,
    gated: [],
    deadlineUs: Number.POSITIVE_INFINITY,
    inbox: [],
  }
}
