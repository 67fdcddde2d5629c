/**
 * The client role: one operation at a time, each write numbered within a session, so that it may be retried until an answer
 * comes and still counts once (dissertation §6.3). Reads need no session.
 */
import { assert, unreachable } from '../../machine/assert.ts'
import {
  type Control,
  type EndpointId,
  emptyOutput,
  type Input,
  type InspectQuery,
  type Machine,
  type Operation,
  type OperationResult,
  type Output,
  type StepInput,
} from '../../machine/contract.ts'
import type { Random } from '../../machine/random.ts'
import { tooLarge } from '../limits.ts'
import type { ClientRoleOptions } from '../mode.ts'
import { Job } from './client-job.ts'
import { isOperand, WRITES } from './entry.ts'
import { type ClientMessage, type NodeReply, parseMessage } from './messages.ts'
import { Route } from './route.ts'
import { type RaftOptions, readOptions } from './settings.ts'

const MOST_QUEUED = 1_024
/** The pause after a refusal, before it grows. */
const FIRST_PAUSE_US = 20_000
/** Nothing is tried again within this of the deadline once all that was tried was refused. */
const LAST_ATTEMPT_US = 100_000

export class RaftClient implements Machine {
  private readonly options: RaftOptions
  private readonly random: Random
  private readonly route: Route
  private readonly queue: Operation[] = []
  private job: Job | null = null
  /** The newest life heard of each node: a write names the one it is meant for. */
  private readonly lives = new Map<EndpointId, number>()
  private session: { readonly id: number; serial: number } | null = null
  private attempts = 0
  private requests = 0
  /** Part of every request's name: answers to a former life of this client must not be taken for ours. */
  private token = ''
  private nowUs = 0
  private output: Output = emptyOutput()

  constructor({ nodes, settings, random }: ClientRoleOptions) {
    assert(nodes.length > 0, 'a client needs a node')
    this.options = readOptions(settings)
    this.random = random
    this.route = new Route(nodes, random)
  }

  step({ nowUs, inputs }: StepInput): Output {
    this.nowUs = nowUs
    for (const input of inputs) this.take(input)
    this.work()
    const done = this.output
    this.output = emptyOutput()
    done.deadlineUs = this.job === null ? Number.POSITIVE_INFINITY : Math.min(this.job.retryUs, this.job.deadlineUs)
    return done
  }

  inspect(query: InspectQuery): unknown {
    if (query.what !== 'status') return null
    return { queued: this.queue.length, busy: this.job !== null, session: this.session?.id ?? null, serial: this.session?.serial ?? null }
  }

  private take(input: Input): void {
    switch (input.kind) {
      case 'start':
        this.token = `${input.incarnation}.${this.random.between(0, 0xffffff).toString(36)}`
        return
      case 'message':
        this.receive(input.from, input.message)
        return
      case 'control':
        this.control(input.control)
        return
      case 'stored':
      case 'tick':
        return
      default:
        unreachable(input)
        return
    }
  }

  private control(control: Control): void {
    if (control.type === 'reach') {
      this.route.limit(control.nodes)
      // What was asked on the other side may stay unanswered: ask on this side now.
      const { job } = this
      if (job !== null && job.operation.via === undefined && job.target !== null && !this.route.mayAsk(job.target)) job.retryUs = this.nowUs
    }
    if (control.type === 'invoke') this.invoke(control.operation)
  }

  private invoke(operation: Operation): void {
    const { id } = operation
    const refuse = (code: string, why: string): void => this.result({ id, outcome: 'fail', code, why, attempts: 0 })
    if (tooLarge(operation.key, operation.value)) {
      refuse('too-large', 'keys take 256 bytes and values 64 kB')
      return
    }
    const write = WRITES.find((name) => name === operation.f)
    if (write === undefined && operation.f !== 'get') {
      refuse('unsupported', `raft has no operation ${operation.f}`)
      return
    }
    if (write !== undefined && !isOperand(write, operation.value)) {
      refuse('malformed', `not a value for ${operation.f}`)
      return
    }
    if (this.queue.length >= MOST_QUEUED) {
      refuse('overloaded', 'too many operations wait for this client')
      return
    }
    this.queue.push(operation)
  }

  /** Begins, retries and ends operations until there is something to wait for. Each turn sends, or ends an operation. */
  private work(): void {
    for (;;) {
      if (this.job === null) {
        const next = this.queue.shift()
        if (next === undefined) return
        this.job = this.begin(next)
      }
      const { job } = this
      if (this.nowUs >= job.deadlineUs) this.end(job.giveUp(null, 'no answer in time'))
      else if (this.nowUs >= job.retryUs) {
        this.attempt(job)
        return
      } else return
    }
  }

  private begin(operation: Operation): Job {
    if (operation.f === 'get' || this.session === null) {
      return new Job(operation, operation.f === 'get' ? 'run' : 'open', this.nextRequest(), this.nowUs)
    }
    const job = new Job(operation, 'run', this.nextRequest(), this.nowUs)
    this.session.serial++
    job.serial = this.session.serial
    return job
  }

  private attempt(job: Job): void {
    if (job.waiting && job.target !== null) {
      job.silences++
      this.route.silent(job.target)
    }
    // So far it certainly did not happen; an attempt whose answer may come too late would only make that unknown.
    if (job.refusals > 0 && job.certainlyNotDone && job.deadlineUs - this.nowUs < LAST_ATTEMPT_US) {
      job.retryUs = job.deadlineUs
      return
    }
    const target = job.operation.via ?? this.route.choose()
    if (target === null) {
      job.waiting = false
      job.retryUs = this.nowUs + this.pauseUs(job)
      return
    }
    this.attempts++
    job.sentAttempt(this.attempts, target, this.nowUs + this.patienceUs(job))
    this.output.send.push({ to: target, message: this.messageOf(job) })
  }

  private messageOf(job: Job): ClientMessage {
    const { request, attempt, serial } = job
    const { f, key, value } = job.operation
    if (job.phase === 'open') return { type: 'open', request, attempt }
    if (f === 'get') return { type: 'read', request, attempt, key }
    assert(this.session !== null, 'a write needs a session')
    const life = this.lives.get(job.target ?? '') ?? 0
    return { type: 'write', request, attempt, life, session: this.session.id, serial, f, key, value }
  }

  /** How long to wait for an answer: about half an election timeout, longer when the network proves slow. */
  private patienceUs(job: Job): number {
    const half = this.options.electionMinUs / (this.route.doubtful ? 4 : 2)
    return this.jitter(Math.min(half * 1.5 ** Math.min(job.silences, 8), this.options.electionMaxUs))
  }

  private pauseUs(job: Job): number {
    return this.jitter(Math.min(FIRST_PAUSE_US * 1.5 ** Math.min(job.refusals, 8), this.options.electionMinUs / 4))
  }

  private jitter(us: number): number {
    return Math.round(us * (0.75 + this.random.next() / 2))
  }

  private receive(from: EndpointId, raw: unknown): void {
    const message = parseMessage(raw)
    const { job } = this
    if (message === null) return
    if (message.type === 'reply' || message.type === 'refusal') this.lives.set(from, Math.max(message.life, this.lives.get(from) ?? 0))
    if (job === null) return
    if (message.type === 'reply' && message.request === job.request) {
      this.answered(job, from, message)
      return
    }
    if (message.type === 'refusal' && message.request === job.request) this.refused(job, from, message)
  }

  private answered(job: Job, from: EndpointId, reply: Extract<NodeReply, { type: 'reply' }>): void {
    if (reply.leader === from) this.route.answered(from, reply.term)
    if (job.phase === 'open') {
      this.session = { id: reply.session, serial: 1 }
      job.enterRun(this.nextRequest(), 1, this.nowUs)
      return
    }
    this.end(job.answered(reply, from))
  }

  private refused(job: Job, from: EndpointId, refusal: Extract<NodeReply, { type: 'refusal' }>): void {
    const newest = job.refusedBy(refusal)
    const { via, f } = job.operation
    if (refusal.code === 'too-large') {
      this.end(job.giveUp('too-large', 'keys take 256 bytes and values 64 kB'))
      return
    }
    const elsewhere = refusal.leader !== null && refusal.leader !== from
    if (via !== undefined && f !== 'get' && refusal.code === 'no-leader' && elsewhere) {
      this.end(job.giveUp('no-leader', `${via} does not lead; ${refusal.leader} does`))
      return
    }
    if (refusal.code === 'other-life') {
      // It leads, and would have run the attempt had it been meant for this life of it: now that is known.
      if (refusal.leader === from) this.route.answered(from, refusal.term)
      if (newest) job.retryUs = this.nowUs
      return
    }
    const better = refusal.code !== 'overloaded' && this.route.hinted(from, refusal.leader, refusal.term)
    if (newest) job.retryUs = this.nowUs + (better && via === undefined ? 0 : this.pauseUs(job))
  }

  private end(result: OperationResult): void {
    // An outcome that is unknown may still come true. A later serial of the same session would then let nobody see which came
    // first, so the session is left behind.
    if (result.outcome === 'info' && this.job?.operation.f !== 'get') this.session = null
    this.job = null
    this.result(result)
  }

  private result(result: OperationResult): void {
    this.output.results.push(result)
  }

  private nextRequest(): string {
    this.requests++
    return `${this.token}.${this.requests}`
  }
}
