/** One operation of a client at work: a read, a write, or a read and then a write; and what its end means. */
import { assert } from '../../machine/assert.ts'
import type { Lineage, Operation, OperationResult } from '../../machine/contract.ts'
import { some } from '../../machine/ids.ts'
import { isTooLong, type Plan, TOO_LARGE, unionOf } from './client-plan.ts'
import type { ClientAnswer, ClientRequest, Found, Tally } from './client-protocol.ts'
import type { PursuitEnd } from './client-pursuit.ts'
import type { ClientSession } from './client-session.ts'
import { encodeContext, type Held } from './context.ts'

type Done = Extract<ClientAnswer, { type: 'done' }>

/** What a job may ask of its client. */
export interface Desk {
  readonly session: ClientSession
  /** The name of the next write of this client. */
  nextOp(): string
  /** The map the client goes by. */
  mapDigest(): string | null
  pursue(request: ClientRequest, end: (end: PursuitEnd) => void): void
  finish(result: OperationResult): void
}

export class Job {
  readonly #operation: Operation
  readonly #plan: Plan
  readonly #desk: Desk
  #attempts = 0

  constructor(operation: Operation, plan: Plan, desk: Desk) {
    this.#operation = operation
    this.#plan = plan
    this.#desk = desk
  }

  begin(): void {
    const [plan, { key }] = [this.#plan, this.#operation]
    switch (plan.kind) {
      case 'get':
      case 'append':
      case 'resolve':
        this.#read()
        return
      case 'put':
        this.#beginPut(plan)
        return
      case 'join':
        this.#change({ type: 'join', seed: plan.seed })
        return
      case 'leave':
        this.#change({ type: 'leave', node: key })
        return
    }
  }

  #beginPut({ value, context }: Extract<Plan, { kind: 'put' }>): void {
    const held = this.#desk.session.get(this.#operation.key)
    switch (context.from) {
      case 'text':
        this.#write(value, context.held, [])
        return
      case 'nothing':
        this.#write(value, null, [])
        return
      case 'session':
        this.#write(value, held, [])
        return
      case 'fresh':
        if (held === null) this.#read()
        else this.#write(value, held, [])
        return
    }
  }

  #read(): void {
    const { key } = this.#operation
    const { r, quorum } = this.#wanted
    const map = this.#desk.mapDigest()
    this.#desk.pursue({ type: 'get', key, map, ...(r === undefined ? {} : { r }), ...(quorum === undefined ? {} : { quorum }) }, (end) => {
      this.#attempts += end.attempts
      if (end.answer?.type === 'done' && end.answer.versions !== null) this.#found(end.answer, end.answer.versions)
      else this.#failed(end, this.#plan.kind === 'get' ? 'read' : 'read-before-write')
    })
  }

  #found(answer: Done, versions: readonly Found[]): void {
    const [{ key }, plan] = [this.#operation, this.#plan]
    const seen = versions.map(({ op }) => op)
    const held = this.#desk.session.read(key, { causality: answer.context, ops: seen })
    const values = valuesOf(versions)
    switch (plan.kind) {
      case 'put':
        this.#write(plan.value, held, seen)
        return
      case 'append':
        this.#write(unionOf(values) + plan.text, held, seen)
        return
      case 'resolve':
        if (plan.text === null && versions.length < 2) this.#answerFound(answer, versions, held)
        else this.#write(plan.text ?? (values.length === 0 ? null : unionOf(values)), held, seen)
        return
      case 'get':
        this.#answerFound(answer, versions, held)
        return
      case 'join':
      case 'leave':
        assert(false, 'membership reads nothing')
    }
  }

  #answerFound(answer: Done, versions: readonly Found[], held: Held): void {
    const values = valuesOf(versions)
    this.#finish({
      outcome: 'ok',
      value: values.length === 0 ? null : values.join(' | '),
      ...(values.length < 2 ? {} : { siblings: values }),
      ...this.#answered(answer, held, versions.length > 1 && versions.some(({ value }) => value === null) ? 'and a delete' : null),
      lineage: { seen: versions.map(({ op }) => op) },
    })
  }

  #write(value: string | null, held: Held | null, seen: readonly string[]): void {
    if (value !== null && isTooLong(value)) {
      this.#finish({ outcome: 'fail', code: TOO_LARGE.code, why: TOO_LARGE.why })
      return
    }
    const { key } = this.#operation
    const { w, quorum } = this.#wanted
    const op = this.#desk.nextOp()
    const { causality: context, ops: over } = held ?? { causality: null, ops: [] }
    const lineage: Lineage = { made: op, over, ...(seen.length === 0 ? {} : { seen }) }
    const wanted = { ...(w === undefined ? {} : { w }), ...(quorum === undefined ? {} : { quorum }) }
    this.#desk.pursue({ type: 'put', key, value, op, context, map: this.#desk.mapDigest(), ...wanted }, (end) => {
      this.#attempts += end.attempts
      if (end.answer?.type !== 'done') this.#failed(end, 'write', lineage)
      else this.#written(end.answer, { op, value, held, lineage })
    })
  }

  #written(answer: Done, { op, value, held, lineage }: { op: string; value: string | null; held: Held | null; lineage: Lineage }): void {
    const now = this.#desk.session.wrote(this.#operation.key, held, { causality: answer.context, ops: [op] })
    const tells = this.#plan.kind === 'append' || this.#plan.kind === 'resolve'
    this.#finish({ outcome: 'ok', ...(tells ? { value } : {}), ...this.#answered(answer, now, null), lineage })
  }

  #change(request: Extract<ClientRequest, { type: 'join' | 'leave' }>): void {
    this.#desk.pursue(request, (end) => {
      this.#attempts += end.attempts
      if (end.answer?.type === 'changed') this.#finish({ outcome: 'ok', node: end.answer.node })
      else this.#failed(end, 'write')
    })
  }

  #answered(answer: Done, held: Held, more: string | null): Pick<OperationResult, 'context' | 'note' | 'node'> {
    const note = [tallyText(answer), ...(more === null ? [] : [more])].join(', ')
    return { context: encodeContext(this.#operation.key, held), note, node: answer.node }
  }

  /** `read`: it changes nothing, but may not have been seen. `read-before-write`: of the write itself nothing was sent. */
  #failed(end: PursuitEnd, part: 'read' | 'read-before-write' | 'write', lineage?: Lineage): void {
    const [code, why] = reasonOf(end)
    const never = end.nothingStored || part === 'read-before-write' || (part === 'read' && end.answer !== null)
    if (never) this.#finish({ outcome: 'fail', code, why })
    else
      this.#finish({ outcome: 'info', code, why: part === 'write' ? `${why}; it may still happen` : why, ...(lineage ? { lineage } : {}) })
  }

  get #wanted(): Extract<Plan, { wanted: unknown }>['wanted'] {
    return 'wanted' in this.#plan ? this.#plan.wanted : {}
  }

  #finish(result: Omit<OperationResult, 'id' | 'attempts'>): void {
    this.#desk.finish({ ...result, id: this.#operation.id, attempts: this.#attempts })
  }
}

function reasonOf({ answer, refusal, attempts }: PursuitEnd): readonly [code: string, why: string] {
  if (answer?.type === 'unmet') {
    const missing = answer.missing.length === 0 ? '' : `, missing ${some(answer.missing)}`
    return ['no-quorum', `${answer.got} of ${answer.needed} answered${missing}`]
  }
  if (answer !== null && answer.type !== 'refused') return ['malformed', `an answer of type ${answer.type} makes no sense here`]
  if (refusal !== null) return [refusal.code, refusal.why]
  return ['timeout', attempts === 0 ? 'no node in reach' : 'no answer in time']
}

/** Each value once, sorted; deletes are none. */
function valuesOf(versions: readonly Found[]): readonly string[] {
  return [...new Set(versions.flatMap(({ value }) => (value === null ? [] : [value])))].sort()
}

function tallyText({ got, of, standIns }: Tally): string {
  return [`${got} of ${of}`, ...standIns.map(([standIn, home]) => `${standIn} for ${home}`)].join(', ')
}
