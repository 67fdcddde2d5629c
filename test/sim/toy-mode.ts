/** The smallest store the simulator can judge: n1 keeps everything, the others stand by. Each bug breaks one promise. */
import { decode, encode } from '../../src/machine/codec.ts'
import { emptyOutput, type Input, type Machine, type Operation, type Output, type StepInput } from '../../src/machine/contract.ts'
import { MS } from '../../src/machine/time.ts'
import type { ClientRoleOptions, Mode, NodeRoleOptions } from '../../src/modes/mode.ts'

type Value = Operation['value']
interface Ask {
  readonly type: 'ask'
  readonly serial: number
  readonly f: string
  readonly key: string
  readonly value: Value
}
interface Answer {
  readonly type: 'answer'
  readonly serial: number
  readonly outcome: 'ok' | 'fail'
  readonly value: string | null
  readonly was?: string | null
}
const PRIMARY = 'n1'
const RETRY_US = 60 * MS

class ToyNode implements Machine {
  readonly #options: NodeRoleOptions
  readonly #values = new Map<string, string>()
  readonly #answers = new Map<string, Answer>()
  #stored = 0

  constructor(options: NodeRoleOptions) {
    this.#options = options
  }

  step({ inputs }: StepInput): Output {
    const output = emptyOutput()
    for (const input of inputs) this.#take(input, output)
    return output
  }

  inspect(query: { readonly what: string; readonly key?: string }): unknown {
    if (query.what === 'peek') return this.#values.get(query.key ?? '') ?? null
    return { stored: this.#stored }
  }

  #take(input: Input, output: Output): void {
    if (input.kind === 'start') {
      for (const record of input.log) {
        const { from, ask } = decode(record) as { from: string; ask: Ask }
        this.#apply(from, ask)
      }
      return
    }
    if (input.kind !== 'message' || this.#options.id !== PRIMARY) return
    const ask = input.message as Ask
    const { bug } = this.#options
    if (bug === 'asks-clock') Date.now()
    if (bug === 'broken-rule') throw new RangeError('a bug in the machine')
    let answer = bug === 'no-dedupe' ? undefined : this.#answers.get(`${input.from}/${ask.serial}`)
    if (answer === undefined) {
      answer = this.#apply(input.from, ask)
      if (bug !== 'never-stores') output.store.push({ stream: 'log', bytes: encode({ from: input.from, ask }) })
    }
    if (bug === 'deaf-after-a-while' && this.#stored > 40) return
    if (bug === 'early-reply' || bug === 'never-stores') output.send.push({ to: input.from, message: answer })
    else output.sendAfter.push({ to: input.from, message: answer, stream: 'log', upTo: this.#stored })
  }

  #apply(from: string, ask: Ask): Answer {
    this.#stored++
    const was = this.#values.get(ask.key) ?? null
    const [refused, next] = result(ask, was)
    const answer: Answer = refused
      ? { type: 'answer', serial: ask.serial, outcome: 'fail', value: null, was }
      : { type: 'answer', serial: ask.serial, outcome: 'ok', value: next }
    if (!refused && next === null) this.#values.delete(ask.key)
    if (!refused && next !== null) this.#values.set(ask.key, next)
    this.#answers.set(`${from}/${ask.serial}`, answer)
    return answer
  }
}

function result(ask: Ask, was: string | null): [refused: boolean, next: string | null] {
  switch (ask.f) {
    case 'get':
      return [false, was]
    case 'del':
      return [false, null]
    case 'append':
      return [false, `${was ?? ''}${ask.value as string}`]
    case 'add':
      return [false, String(Number(was ?? '0') + 1)]
    case 'cas': {
      const [old, next] = ask.value as readonly [string | null, string | null]
      return old === was ? [false, next] : [true, null]
    }
    default:
      return [false, ask.value as string]
  }
}

class ToyClient implements Machine {
  #pending: { readonly operation: Operation; readonly giveUpUs: number; nextUs: number; attempts: number } | null = null

  step({ nowUs, inputs }: StepInput): Output {
    const output = emptyOutput()
    for (const input of inputs) {
      if (input.kind === 'control' && input.control.type === 'invoke') {
        const { operation } = input.control
        this.#pending = { operation, giveUpUs: nowUs + operation.timeoutUs, nextUs: nowUs, attempts: 0 }
      }
      if (input.kind === 'message') this.#hear(input.message as Answer, output)
    }
    const pending = this.#pending
    if (pending !== null && nowUs >= pending.giveUpUs) {
      output.results.push({ id: pending.operation.id, outcome: 'info', code: 'timeout', attempts: pending.attempts })
      this.#pending = null
    } else if (pending !== null && nowUs >= pending.nextUs) {
      const { id, f, key, value } = pending.operation
      const ask: Ask = { type: 'ask', serial: id, f, key, value }
      pending.attempts++
      pending.nextUs = nowUs + RETRY_US
      output.send.push({ to: PRIMARY, message: ask })
    }
    if (this.#pending !== null) output.deadlineUs = Math.min(this.#pending.nextUs, this.#pending.giveUpUs)
    return output
  }

  inspect(): unknown {
    return null
  }

  #hear(answer: Answer, output: Output): void {
    if (this.#pending?.operation.id !== answer.serial) return
    const { attempts } = this.#pending
    const { outcome, value, was } = answer
    output.results.push({ id: answer.serial, outcome, value, attempts, ...(outcome === 'fail' && { code: 'conflict', was: was ?? null }) })
    this.#pending = null
  }
}

export const toyMode: Mode = {
  name: 'toy',
  settings: [],
  presets: {},
  bugs: ['early-reply', 'never-stores', 'no-dedupe', 'asks-clock', 'broken-rule', 'deaf-after-a-while'].map((name) => ({
    name,
    breaks: 'a promise',
    caughtBy: 'simulator',
  })),
  operations: ['get', 'put', 'del', 'cas', 'add', 'append'],
  createNode: (options: NodeRoleOptions) => new ToyNode(options),
  createClient: (_options: ClientRoleOptions) => new ToyClient(),
  predict: () => ({ state: 'healthy', uncertain: false, spare: 0, why: 'a toy' }),
  subjects: [],
  summarize: () => ({ leader: PRIMARY, term: 1, concern: { kind: 'none' } }),
  describe: () => null,
  checks: [],
}
