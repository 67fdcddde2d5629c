/**
 * The lab: one command language over one running cluster. The prompt, a pipe, a lab file and a TypeScript test all call `do`.
 */
import { performance } from 'node:perf_hooks'
import { checkers } from '../check/registry.ts'
import type { Verdict } from '../check/types.ts'
import { modes } from '../modes/registry.ts'
import { AlwaysWatch } from './always.ts'
import { type Done, Refusal, unknown, value } from './answer.ts'
import { executeBody } from './execute/dispatch.ts'
import { formatAnswer } from './language/answers.ts'
import type { ParsedCommand } from './language/ast.ts'
import { complete } from './language/complete.ts'
import type { LanguageContext } from './language/context.ts'
import { describeProblem } from './language/errors.ts'
import { helpFor } from './language/help.ts'
import { parseLine } from './language/parse.ts'
import type { Session as SavedSession } from './language/save.ts'
import { Run, type RunOptions } from './run.ts'
import type { Scope } from './scope.ts'
import { Session } from './session.ts'
import { startingSnapshot } from './starting.ts'
import type { Answer, LabEvent, LabSnapshot } from './types.ts'
import { UsageError } from './usage-error.ts'
import { runCheck } from './verdicts.ts'

/** Who typed: a person or a lab file, or the lab itself (chaos, schedules), whose commands are told as events. */
type Author = 'person' | 'chaos'

/** Commands that hurt; once answered ok, they count as faults. */
const FAULTS = new Set(['kill', 'sleep', 'powercut', 'wipe', 'partition', 'isolate', 'cut', 'hold', 'link', 'clock', 'disk'])

export class Lab {
  readonly session: Session
  #run: Run
  readonly #stopping = new AbortController()
  readonly #listeners = new Set<(event: LabEvent) => void>()
  readonly #always: AlwaysWatch
  #unlisten: () => void
  #closing: Promise<void> | null = null
  /** Shown between two clusters. */
  #next: LabSnapshot | null = null
  readonly #onExit = (): void => this.#run.killAllNow()

  static async open(options: RunOptions, startedAt?: bigint): Promise<Lab> {
    return new Lab(await Run.open(options, startedAt))
  }

  private constructor(run: Run) {
    this.#run = run
    this.session = new Session(run.options.patience)
    this.#unlisten = run.events.listen((event) => this.#tell(event))
    this.#always = new AlwaysWatch(() => this.scope(this.#stopping.signal))
    process.on('exit', this.#onExit)
  }

  get run(): Run {
    return this.#run
  }

  get folder(): string {
    return this.#run.folder.path
  }

  get language(): LanguageContext {
    return {
      mode: this.#run.mode,
      modes: [...modes.values()],
      nodes: this.#run.cluster.ids,
      variables: [...this.session.variables.keys()],
      checkers: [...checkers.keys()],
    }
  }

  scope(signal: AbortSignal): Scope {
    return { run: this.#run, session: this.session, signal }
  }

  /** Any line of the language. Rejects with UsageError on bad grammar only. */
  async do(line: string, options: { readonly signal?: AbortSignal } = {}): Promise<Answer> {
    return this.execute(this.parse(line), options.signal)
  }

  parse(line: string): ParsedCommand {
    const parsed = parseLine(line, this.language)
    if (!parsed.ok) throw new UsageError(describeProblem(parsed.error))
    return parsed.command
  }

  async execute(command: ParsedCommand, signal?: AbortSignal, author: Author = 'person'): Promise<Answer> {
    const startedMs = performance.now()
    const line = { text: command.text, startNs: this.#run.clock.nowNs(), endNs: null as number | null, answer: null as Answer | null }
    if (author === 'person' && command.name !== 'nothing') {
      this.session.transcript.push(line)
      this.session.used.add(command.name)
    }
    if (command.name !== 'nothing') this.#run.events.emit('command', command.text, { author })
    const done = await this.#guarded(command, AbortSignal.any([this.#stopping.signal, ...(signal === undefined ? [] : [signal])]))
    const answer: Answer = { ...done, ms: performance.now() - startedMs }
    line.endNs = this.#run.clock.nowNs()
    line.answer = answer
    this.#record(command, answer, author)
    return answer
  }

  /** `lab.expect('degraded within 2s')`: the answer of `expect`, for callers who throw on failure. */
  expect(text: string): Promise<Answer> {
    return this.do(`expect ${text}`)
  }

  check(name: string): Promise<Verdict> {
    return runCheck(this.#run, name)
  }

  on(_name: 'event', listener: (event: LabEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  complete(line: string, cursor: number): { readonly from: number; readonly candidates: readonly string[] } {
    const keys = new Set<string>()
    for (const event of this.#run.recorder.events().slice(-KEYS_FROM)) if (event.key !== null) keys.add(event.key)
    return complete(line, cursor, this.language, {
      nodes: this.#run.cluster.ids,
      keys: [...keys].sort(),
      clients: this.#run.clientIds,
      variables: [...this.session.variables.keys()],
    })
  }

  snapshot(): LabSnapshot {
    if (this.#next !== null) return this.#next
    const run = this.#run
    const { leader, term } = run.summary()
    const role = run.mode.subjects.find((subject) => subject.name === 'role')
    const nodes = run.views().map((view) => {
      const read = view.state === 'live' ? (role?.read([view], view.id) ?? null) : null
      return { id: view.id, state: view.state, role: read === null ? null : String(read) }
    })
    const failed = nodes.filter((node) => node.state !== 'live').length
    const { observed, predicted } = run.health
    return { mode: run.mode.name, observed, predicted, leader, term, failed, faults: run.faults(), nodes }
  }

  /** What would open the same lab again, its seed included. */
  get setup(): Pick<SavedSession, 'mode' | 'nodes' | 'seed' | 'settings'> {
    const { mode, nodes, seed, given } = this.#run.options
    const settings = given.filter(({ name }) => !['mode', 'nodes', 'seed'].includes(name))
    return { mode: mode.name, nodes, seed: String(seed), settings }
  }

  /** The session so far, as `save` writes it. */
  saved(): SavedSession {
    return {
      title: `A session of ${new Date().toISOString().slice(0, 10)}`,
      ...this.setup,
      transcript: this.session.transcript.flatMap(({ text, startNs, endNs, answer }) => {
        if (endNs === null || answer === null) return []
        const word = text.split(/\s/)[0] ?? ''
        return [{ text, startMs: startNs / 1e6, endMs: endNs / 1e6, status: answer.status, answer: formatAnswer(answer, word) }]
      }),
    }
  }

  /** The armed rules that broke at any time, verdicts judged now. */
  finishAlways(): ReturnType<AlwaysWatch['finish']> {
    return this.#always.finish()
  }

  /** A fresh cluster and a fresh history under these options. */
  async reset(options: RunOptions): Promise<void> {
    this.session.stopSchedules()
    const old = this.#run
    this.#unlisten()
    this.#next = startingSnapshot(options.mode.name, options.nodes)
    try {
      await old.close()
      this.#run = await Run.open(options)
    } finally {
      this.#next = null
    }
    this.#unlisten = this.#run.events.listen((event) => this.#tell(event))
    this.session.reset(this.#run.clock.nowNs())
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#always.close()
    this.session.stopSchedules()
    this.#stopping.abort()
    await this.#run.close()
    process.off('exit', this.#onExit)
  }

  async #guarded(command: ParsedCommand, signal: AbortSignal): Promise<Done> {
    if (this.#run.failure !== null) return { status: 'refused', text: `the lab broke: ${this.#run.failure.message}` }
    const client = 'options' in command && 'as' in command.options && typeof command.options.as === 'string' ? command.options.as : null
    const work = this.#work(command, signal)
    if (command.name !== 'await') {
      this.session.pending.set(work, client)
      void work.catch(() => undefined).finally(() => this.session.pending.delete(work))
    }
    try {
      return await Promise.race([work, aborted(signal)])
    } catch (error) {
      if (error instanceof Refusal) return { status: 'refused', text: error.message }
      throw error
    }
  }

  #work(command: ParsedCommand, signal: AbortSignal): Promise<Done> {
    if (command.name === 'help') return Promise.resolve(this.#help(command.topic))
    return executeBody(this, this.scope(signal), command)
  }

  #help(topic: string | null): Done {
    const help = helpFor(topic, this.language)
    if (help.ok) return value(help.lines.join('\n'))
    return { status: 'refused', text: `${help.message}${help.nearest === undefined ? '' : `. Did you mean ${help.nearest}?`}` }
  }

  /** Types one line in the lab's own name and says what came of it. */
  async typeAs(author: Author, line: string): Promise<{ readonly ok: boolean; readonly text: string }> {
    const answer = await this.execute(this.parse(line), undefined, author)
    return { ok: answer.status === 'ok', text: answer.text ?? answer.status }
  }

  #record(command: ParsedCommand, answer: Answer, author: Author): void {
    if (command.name === 'nothing') return
    const { events } = this.#run
    events.emit('answer', undefined, {
      command: command.text,
      answer,
      author,
    })
    if (answer.status !== 'ok' || !FAULTS.has(command.name)) return
    events.emit(undoes(command) ? 'undone' : 'fault', author === 'person' ? undefined : `${author}: ${answer.text ?? command.text}`)
  }

  #tell(event: LabEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

/** Keys offered for completion come from this many last events. */
const KEYS_FROM = 500

/** `clock n1 ok`, `disk n1 ok`, `link clear` end a fault. */
function undoes(command: ParsedCommand): boolean {
  switch (command.name) {
    case 'clock':
    case 'disk':
      return command.change.kind === 'ok'
    case 'link':
      return command.change.kind === 'clear'
    default:
      return false
  }
}

function aborted(signal: AbortSignal): Promise<Done> {
  return new Promise((resolve) => {
    const stop = (): void => resolve(unknown('interrupted', 'nobody waits for it any more; it may still happen'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
