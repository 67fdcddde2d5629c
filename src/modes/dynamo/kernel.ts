/**
 * The house that a node's parts live in: time, questions and answers, the disk, and what leaves in one step. It decides nothing about
 * the store.
 */
import { assert } from '../../machine/assert.ts'
import type { EndpointId, Message, Output, Stream } from '../../machine/contract.ts'
import { emptyOutput } from '../../machine/contract.ts'
import type { Random } from '../../machine/random.ts'
import type { NodeRoleOptions } from '../mode.ts'
import { type Bug, bugs } from './bugs.ts'
import { Calls } from './calls.ts'
import type { Admission, Answer, Body, Copies, Detector, Hints, House, Membership, StoredRecord, Transfers } from './house.ts'
import { Received } from './received.ts'
import { encodeRecord, RecentRecords, streamOf } from './records.ts'
import { type DynamoOptions, readOptions } from './settings.ts'
import { Timers } from './timers.ts'
import type { Versioning } from './versions.ts'

interface Residents {
  readonly membership: Membership
  readonly copies: Copies
  readonly hints: Hints
  readonly detector: Detector
  readonly transfers: Transfers
  readonly admission: Admission
}

type Server = (from: EndpointId, body: Body, answer: Answer) => void

/** Names of counters come from our own code: more than this is a leak. */
const MOST_COUNTERS = 512

export class Kernel implements House {
  readonly id: EndpointId
  readonly bug: Bug
  readonly random: Random
  readonly versioning: Versioning
  readonly counters = new Map<string, number>()
  readonly dropped = new Map<string, number>()
  readonly recent = new RecentRecords()
  options: DynamoOptions
  life = 0
  wallMs = 0
  readonly #timers = new Timers()
  readonly #received = new Received()
  readonly #servers = new Map<string, Server>()
  readonly #positions: Record<Stream, number> = { log: 0, bulk: 0 }
  readonly #durable: Record<Stream, number> = { log: 0, bulk: 0 }
  readonly #waiting: Readonly<Record<Stream, DurableQueue>> = { log: new DurableQueue(), bulk: new DurableQueue() }
  #calls: Calls | null = null
  #residents: Residents | null = null
  #output: Output = emptyOutput()

  /** Throws RangeError for settings that do not parse and for an unknown bug. */
  constructor({ id, settings, bug, random }: NodeRoleOptions, versioningOf: (options: DynamoOptions, bug: Bug) => Versioning) {
    this.id = id
    this.options = readOptions(settings)
    this.bug = knownBug(bug)
    this.random = random
    this.versioning = versioningOf(this.options, this.bug)
  }

  get nowUs(): number {
    return this.#timers.nowUs
  }

  get membership(): Membership {
    return this.#all.membership
  }
  get copies(): Copies {
    return this.#all.copies
  }
  get hints(): Hints {
    return this.#all.hints
  }
  get detector(): Detector {
    return this.#all.detector
  }
  get transfers(): Transfers {
    return this.#all.transfers
  }
  get admission(): Admission {
    return this.#all.admission
  }

  /** Before this no part may ask for another: they are made one after another. */
  settle(residents: Residents): void {
    this.#residents = residents
  }

  // -- what the machine does with it

  /** Which life this is: names the node's questions, so that answers to a former life are not taken for ours. */
  start(life: number): void {
    this.life = life
    this.#calls = new Calls({
      token: `${this.id}.${life}`,
      timers: this.#timers,
      send: (to, body) => {
        this.detector.asked(to)
        this.tell(to, body)
      },
      heard: (peer) => this.detector.heard(peer),
    })
  }

  /** Records that were on the disk when this life began. */
  recovered(stream: Stream, count: number): void {
    this.#positions[stream] = count
    this.#durable[stream] = count
  }

  now(nowUs: number, wallMs: number): void {
    assert(nowUs >= this.#timers.nowUs, 'time never goes back')
    this.#timers.nowUs = nowUs
    this.wallMs = wallMs
  }

  /** When this node wanted its next turn: late by much means that it slept itself. */
  get deadlineUs(): number {
    return this.#timers.deadlineUs
  }

  runDue(): void {
    this.#timers.runDue()
  }

  stored(stream: Stream, upTo: number): void {
    assert(upTo <= this.#positions[stream], `${stream} ${upTo} was never written (${this.#positions[stream]})`)
    // Completions may come out of order; a later one covers the earlier.
    this.#durable[stream] = Math.max(this.#durable[stream], upTo)
    this.#waiting[stream].release(this.#durable[stream])
  }

  /** An answer to a question of ours, or a request that a part serves. */
  receive(from: EndpointId, body: Body): void {
    if (this.#calls?.receive(from, body) === true) return
    if (typeof body.id === 'string' && this.#received.repeats(from, body.id)) {
      this.drop('repeated')
      return
    }
    const serve = this.#servers.get(body.type)
    if (serve === undefined) {
      this.drop('unknown-type')
      return
    }
    serve(from, body, this.#answerTo(from, body.id))
  }

  finish(): Output {
    const output = this.#output
    this.#output = emptyOutput()
    output.deadlineUs = this.#timers.deadlineUs
    return output
  }

  written(stream: Stream): { readonly last: number; readonly durable: number } {
    return { last: this.#positions[stream], durable: this.#durable[stream] }
  }

  // -- House

  ask(to: EndpointId, body: Body, patienceUs: number, done: (answer: Body | null) => void): void {
    assert(to !== this.id, 'a node asks others')
    assert(this.#calls !== null, 'a node starts before it asks')
    this.#calls.ask(to, body, patienceUs, done)
  }

  serve(type: string, serve: Server): void {
    assert(!this.#servers.has(type), `one server for ${type}`)
    this.#servers.set(type, serve)
  }

  tell(to: EndpointId, body: Message): void {
    assert(to !== this.id, 'a node does not write to itself')
    this.#output.send.push({ to, message: body })
  }

  after(delayUs: number, run: () => void): () => void {
    return this.#timers.after(delayUs, run)
  }

  store(record: StoredRecord): number {
    const stream = streamOf(record)
    this.#output.store.push({ stream, bytes: encodeRecord(record) })
    const position = ++this.#positions[stream]
    this.recent.add(position, record)
    return position
  }

  whenDurable(position: number, run: () => void, stream: Stream = 'log'): void {
    assert(position <= this.#positions[stream], 'only what was written becomes durable')
    if (position <= this.#durable[stream]) run()
    else this.#waiting[stream].add(position, run)
  }

  emit(type: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#output.events.push({ ...fields, type })
  }

  count(name: string, by = 1): void {
    assert(this.counters.size < MOST_COUNTERS || this.counters.has(name), 'counters have few names')
    this.counters.set(name, (this.counters.get(name) ?? 0) + by)
  }

  drop(reason: string): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1)
  }

  // -- inside

  get #all(): Residents {
    assert(this.#residents !== null, 'parts are asked once all of them exist')
    return this.#residents
  }

  /** Without an id it wanted no answer, and gets none. */
  #answerTo(from: EndpointId, id: unknown): Answer {
    let answered = false
    return (body, after = null, stream = 'log') => {
      assert(!answered, 'a request is answered once')
      answered = true
      if (typeof id !== 'string') return
      const message = { ...body, re: id }
      if (after === null || after <= this.#durable[stream]) this.#output.send.push({ to: from, message })
      else this.#output.sendAfter.push({ to: from, message, stream, upTo: after })
    }
  }
}

/** What waits for the disk, in the order in which it was asked for. */
class DurableQueue {
  #waiting: { readonly position: number; readonly run: () => void }[] = []

  add(position: number, run: () => void): void {
    this.#waiting.push({ position, run })
  }

  release(durable: number): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    const due: (() => void)[] = []
    for (const one of waiting) {
      if (one.position <= durable) due.push(one.run)
      else this.#waiting.push(one)
    }
    for (const run of due) run()
  }
}

function knownBug(name: string): Bug {
  if (name === 'none') return 'none'
  const found = bugs.find((bug) => bug.name === name)
  if (found === undefined) throw new RangeError(`dynamo has no bug ${name}`)
  return found.name
}
