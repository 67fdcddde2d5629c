/**
 * The smallest protocol that needs every part of a host: it stores what it is told and answers when that is durable, counts
 * the times its deadline passed unheard, and breaks a rule when asked to.
 */
import { assert } from '../../../src/machine/assert.ts'
import { emptyOutput, type Machine, type Message, type Output, type StepInput } from '../../../src/machine/contract.ts'
import type { Mode } from '../../../src/modes/mode.ts'

export const PATIENCE_US = 1_000_000

export interface ToyStatus {
  readonly records: readonly string[]
  readonly incarnation: number
  readonly lostDisk: boolean
  /** Deadlines that passed without a beat. */
  readonly elections: number
  readonly beats: number
  readonly nowUs: number
  readonly wallMs: number
  readonly set: readonly string[]
}

class ToyNode implements Machine {
  readonly #records: string[] = []
  readonly #set: string[] = []
  #incarnation = 0
  #lostDisk = false
  #elections = 0
  #beats = 0
  #deadlineUs = Number.POSITIVE_INFINITY
  #nowUs = 0
  #wallMs = 0

  step({ nowUs, wallMs, inputs }: StepInput): Output {
    const output = emptyOutput()
    this.#nowUs = nowUs
    this.#wallMs = wallMs
    for (const input of inputs) {
      switch (input.kind) {
        case 'start':
          for (const record of input.log) this.#records.push(new TextDecoder().decode(record))
          this.#incarnation = input.incarnation
          this.#lostDisk = input.lostDisk
          output.events.push({ type: 'started', records: this.#records.length })
          break
        case 'message':
          this.#hear(input.from, input.message as { type: string; text: string }, nowUs, output)
          break
        case 'control':
          if (input.control.type === 'set') this.#set.push(input.control.value)
          break
        case 'tick':
          if (nowUs < this.#deadlineUs) break
          this.#elections++
          this.#deadlineUs = nowUs + PATIENCE_US
          break
        case 'stored':
          break
      }
    }
    output.deadlineUs = this.#deadlineUs
    return output
  }

  inspect(): ToyStatus {
    return {
      records: this.#records,
      incarnation: this.#incarnation,
      lostDisk: this.#lostDisk,
      elections: this.#elections,
      beats: this.#beats,
      nowUs: this.#nowUs,
      wallMs: this.#wallMs,
      set: this.#set,
    }
  }

  #hear(from: string, message: { type: string; text: string }, nowUs: number, output: Output): void {
    assert(message.type !== 'break', 'somebody asked for it')
    if (message.type === 'beat') {
      this.#beats++
      this.#deadlineUs = nowUs + PATIENCE_US
      return
    }
    this.#records.push(message.text)
    output.store.push({ stream: 'log', bytes: new TextEncoder().encode(message.text) })
    const reply = { type: 'done', text: message.text }
    output.sendAfter.push({ to: from, message: reply, stream: 'log', upTo: this.#records.length })
  }
}

/** Passes everything on, and stores when asked to: what a process without a disk must never do. */
class ToyHelper implements Machine {
  #records: readonly string[] = []

  step({ inputs }: StepInput): Output {
    const output = emptyOutput()
    for (const input of inputs) {
      if (input.kind !== 'message') continue
      const { type, text = '' } = input.message as { type: string; text?: string }
      if (type === 'put') output.send.push({ to: input.from, message: { type: 'done', text } as Message })
      else output.store.push({ stream: 'log', bytes: new Uint8Array(1) })
      this.#records = [...this.#records, text]
    }
    return output
  }

  inspect(): Partial<ToyStatus> {
    return { records: this.#records }
  }
}

export const toyMode: Mode = {
  name: 'toy',
  settings: [],
  presets: {},
  bugs: [],
  operations: ['put'],
  createNode: () => new ToyNode(),
  createClient: () => new ToyNode(),
  helpers: () => ['b0'],
  createHelper: () => new ToyHelper(),
  predict: () => ({ state: 'healthy', uncertain: false, spare: 0, why: 'a toy' }),
  subjects: [],
  summarize: () => ({ leader: null, term: null, concern: { kind: 'unclear', why: 'nobody leads now' } }),
  describe: () => null,
  checks: [],
}
