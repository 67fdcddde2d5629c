/** One operation of a client at work: its attempts, which of them were refused, and what its end means. */
import type { EndpointId, Operation, OperationResult } from '../../machine/contract.ts'
import type { NodeReply } from './messages.ts'

type Reply = Extract<NodeReply, { type: 'reply' }>
type Refusal = Extract<NodeReply, { type: 'refusal' }>

export class Job {
  readonly operation: Operation
  readonly deadlineUs: number
  /** `open`: the session it needs is being opened; nothing of the operation itself was sent. */
  phase: 'open' | 'run'
  /** Names what was asked in this phase; every attempt of the phase shares it. */
  request: string
  serial = 0
  /** Where the newest attempt went, and its number. */
  target: EndpointId | null = null
  attempt = 0
  /** The newest attempt has neither been answered nor refused. */
  waiting = false
  retryUs: number
  silences = 0
  refusals = 0
  private sent = 0
  private readonly refusedAttempts = new Set<number>()
  private lastCode: string | null = null

  constructor(operation: Operation, phase: Job['phase'], request: string, nowUs: number) {
    this.operation = operation
    this.phase = phase
    this.request = request
    this.deadlineUs = nowUs + operation.timeoutUs
    this.retryUs = nowUs
  }

  sentAttempt(attempt: number, target: EndpointId, retryUs: number): void {
    if (this.phase === 'run') this.sent++
    this.attempt = attempt
    this.target = target
    this.waiting = true
    this.retryUs = retryUs
  }

  /** True if the refusal is of the newest attempt. */
  refusedBy(refusal: Refusal): boolean {
    this.lastCode = refusal.code
    if (this.phase === 'run' && refusal.definite) this.refusedAttempts.add(refusal.attempt)
    if (refusal.attempt !== this.attempt || !this.waiting) return false
    this.waiting = false
    this.refusals++
    return true
  }

  enterRun(request: string, serial: number, nowUs: number): void {
    this.phase = 'run'
    this.request = request
    this.serial = serial
    this.waiting = false
    this.retryUs = nowUs
    this.silences = 0
    this.refusals = 0
  }

  /** Every attempt of the operation was definitely refused, or none was made. */
  get certainlyNotDone(): boolean {
    return this.refusedAttempts.size === this.sent
  }

  /** What it means to stop trying now. */
  giveUp(code: string | null, why: string): OperationResult {
    const { id } = this.operation
    if (!this.certainlyNotDone)
      return { id, outcome: 'info', code: code ?? 'timeout', why: `${why}; it may still happen`, attempts: this.sent }
    return { id, outcome: 'fail', code: code ?? this.failCode(), why, attempts: this.sent }
  }

  private failCode(): string {
    if (this.lastCode === null) return this.target === null ? 'no-leader' : 'timeout'
    if (this.lastCode === 'other-life') return 'timeout'
    return this.lastCode === 'stepped-down' ? 'no-leader' : this.lastCode
  }

  answered(reply: Reply, node: EndpointId): OperationResult {
    const base = { id: this.operation.id, node, attempts: this.sent }
    switch (reply.status) {
      case 'ok':
        return RETURNS_VALUE.includes(this.operation.f) ? { ...base, outcome: 'ok', value: reply.value } : { ...base, outcome: 'ok' }
      case 'conflict':
        return { ...base, outcome: 'fail', code: 'conflict', why: `the value was ${reply.value ?? 'none'}`, was: reply.value }
      case 'not-a-number':
        return { ...base, outcome: 'fail', code: 'not-a-number', why: 'the value there, or the operand, is not a decimal' }
      case 'too-large':
        return { ...base, outcome: 'fail', code: 'too-large', why: 'the result would be too large' }
      case 'expired':
        // Even after a single attempt: the network may have doubled it, and the first copy may have run before the session went.
        return { ...base, outcome: 'info', code: 'expired', why: 'the session is gone, and with it the memory of what was applied' }
    }
  }
}

const RETURNS_VALUE: readonly string[] = ['get', 'add', 'mul', 'append']
