/**
 * The lab: one command language over one running cluster. The prompt, a pipe, a lab file and a TypeScript test all call `do`.
 */
import { performance } from 'node:perf_hooks'
import { checkers } from '../check/registry.ts'
import type { Verdict } from '../check/types.ts'
import { nodeIds } from '../machine/ids.ts'
import { modes } from '../modes/registry.ts'
import { emptyScene, type Scene } from '../stream/scene.ts'
import { AlwaysWatch, type Judgement } from './always.ts'
import { answerTo, type Done, refused, unknown } from './answer.ts'
import { type Dashboard, openDashboard } from './attach/dashboard.ts'
import { type Judged, judgedUntilNow } from './checked.ts'
import { Closers } from './closers.ts'
import { newestKeys } from './counts.ts'
import { executeBody } from './execute/dispatch.ts'
import { faultChange, faultWords } from './faults.ts'
import { endSession } from './kept-results.ts'
import type { ParsedCommand } from './language/ast.ts'
import { complete } from './language/complete.ts'
import type { LanguageContext } from './language/context.ts'
import { describeProblem } from './language/errors.ts'
import { parseLine } from './language/parse.ts'
import type { Session as SavedSession } from './language/save.ts'
import { Leash } from './leash.ts'
import { Run } from './run.ts'
import { FIRST_CLIENT, type RunOptions } from './run-options.ts'
import { keysIn } from './samples/keys.ts'
import type { Author, Scope } from './scope.ts'
import { Session } from './session.ts'
import type { Answer, LabEvent } from './types.ts'
import { UsageError } from './usage-error.ts'
import { runCheck } from './verdicts.ts'

/** More run folders are not kept anyway. */
const MOST_EARLIER = 20
/** Keys offered for completion come from this many last events. */
const KEYS_FROM = 500

export class Lab {
  readonly session: Session
  readonly always: AlwaysWatch
  /** Run folders of the clusters that a `reset` replaced, the newest last; those before are gone. */
  readonly earlier: string[] = []
  #run: Run
  readonly #stopping = new AbortController()
  readonly #listeners = new Set<(event: LabEvent) => void>()
  #unlisten: () => void = () => {}
  #closing: Promise<void> | null = null
  /** Shown between two clusters. */
  #next: Scene | null = null

  #dashboard: Dashboard | null = null

  static async open(options: RunOptions, startedAt?: bigint): Promise<Lab> {
    const lab = new Lab(await Run.open(options, startedAt))
    if (options.attach !== false) lab.#dashboard = await openDashboard(lab)
    return lab
  }

  private constructor(run: Run) {
    this.#run = run
    this.session = new Session(run.options.patience)
    this.always = new AlwaysWatch(() => this.#scope(this.#stopping.signal, 'lab'))
    this.#listenTo(run)
  }

  get run(): Run {
    return this.#run
  }

  /** How others can watch it; null where nobody is to. */
  get dashboard(): Dashboard | null {
    return this.#dashboard
  }

  /** What the checks said last, and how much they have not seen. */
  get judged(): readonly Judged[] {
    return judgedUntilNow(this.#run.checked, this.#run.history.events())
  }

  /** On the clock of the scene. */
  nowNs(): number {
    return this.#next === null ? this.#run.clock.nowNs() : 0
  }

  /** Aborted when the lab closes. */
  get stopped(): AbortSignal {
    return this.#stopping.signal
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

  /** Any line of the language. Rejects with UsageError on bad grammar, or when the lab itself broke. */
  async do(line: string, options: { readonly signal?: AbortSignal } = {}): Promise<Answer> {
    return this.execute(this.parse(line), options.signal)
  }

  parse(line: string): ParsedCommand {
    const parsed = parseLine(line, this.language)
    if (!parsed.ok) throw new UsageError(describeProblem(parsed.error))
    return parsed.command
  }

  /** A whole command: told in the events, kept in the transcript, given up when `signal` aborts or the lab closes. */
  async execute(command: ParsedCommand, signal?: AbortSignal, author: Author = 'person'): Promise<Answer> {
    if (command.name === 'nothing') return { status: 'ok', ms: 0 }
    if (this.#closing !== null) return { ...refused('the lab is closed'), ms: 0 }
    const { run } = this
    const startedMs = performance.now()
    const line = { text: command.text, startNs: run.clock.nowNs(), endNs: null as number | null, answer: null as Answer | null }
    if (author === 'person') this.session.transcript.push(line)
    run.events.emit('command', command.text, { author, time: line.startNs })
    run.picture.mention(keysIn(command))
    const leash = new Leash(this.#stopping.signal, signal)
    try {
      const work = this.#pending(command, this.perform(command, leash.signal, author), author)
      const done = await Promise.race([work, leash.pulled.then(() => INTERRUPTED)])
      const answer: Answer = { ...done, ms: performance.now() - startedMs }
      line.endNs = run.clock.nowNs()
      line.answer = answer
      run.events.emit('answer', undefined, { command: command.text, answer, author, sinceNs: line.startNs })
      return answer
    } finally {
      leash.release()
    }
  }

  /** What a command does, whether it stands alone or inside `at` or `every`. */
  async perform(command: ParsedCommand, signal: AbortSignal, author: Author): Promise<Done> {
    const { run } = this
    if (run.failure !== null) return refused(`the lab broke: ${run.failure.message}`)
    if (author === 'person') this.session.noteUsed(command.name)
    const faults = run.history.recorder.faults().length
    const done = await executeBody(this, this.#scope(signal, author), command).catch(answerTo)
    const change = done.status === 'ok' ? faultChange(command) : null
    const told = run.history.recorder.faults().slice(faults)
    if (change !== null) {
      const text = author === 'person' ? undefined : `${author}: ${done.text ?? command.text}`
      run.events.emit(change, text, { command: faultWords(command, told) })
    }
    return done
  }

  /** Types one line in the lab's own name and says what came of it. Never rejects. */
  async typeAs(author: Author, line: string): Promise<{ readonly ok: boolean; readonly text: string }> {
    try {
      const answer = await this.execute(this.parse(line), undefined, author)
      return { ok: answer.status === 'ok', text: answer.text ?? answer.status }
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      this.#run.events.emit('note', `${author}: ${line}: ${text}`)
      return { ok: false, text }
    }
  }

  /** `lab.expect('degraded within 2s')`: the answer of `expect`, for callers who throw on failure. */
  expect(text: string): Promise<Answer> {
    return this.do(`expect ${text}`)
  }

  /** Rejects with UsageError for a checker that does not exist. */
  check(name: string): Promise<Verdict> {
    return runCheck(this.#run, name)
  }

  /** Answers how to stop listening. */
  on(_name: 'event', listener: (event: LabEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  complete(line: string, cursor: number): { readonly from: number; readonly candidates: readonly string[] } {
    return complete(line, cursor, this.language, {
      nodes: this.#run.cluster.ids,
      helpers: this.#run.cluster.helperIds,
      keys: newestKeys(this.#run.history.events(), KEYS_FROM).sort(),
      clients: this.#run.clientIds,
      variables: [...this.session.variables.keys()],
    })
  }

  /** The picture now, as whoever reads the events has it. */
  get scene(): Scene {
    return this.#next ?? this.#run.picture.scene
  }

  /** What would open the same lab again, its seed included. */
  get setup(): Pick<SavedSession, 'mode' | 'nodes' | 'seed' | 'settings'> {
    const { mode, nodes, seed, given } = this.#run.options
    const settings = given.filter(({ name }) => !['mode', 'nodes', 'seed'].includes(name))
    return { mode: mode.name, nodes, seed: String(seed), settings }
  }

  /**
   * A fresh cluster and a fresh history under these options. If it cannot be opened, the lab closes. `names`: whether what was measured and armed
   * before stays.
   */
  async reset(options: RunOptions, names: 'kept' | 'forgotten' = 'kept'): Promise<void> {
    if (names === 'forgotten') this.always.disarm()
    await this.always.over(async () => {
      this.#unlisten()
      const { mode, nodes } = options
      this.#next = emptyScene(mode.name, nodeIds(nodes), mode.banner)
      try {
        this.earlier.push(this.folder)
        if (this.earlier.length > MOST_EARLIER) this.earlier.shift()
        await endSession(this.#run, this.always.brokenIn(this.#run))
        this.#run = await Run.open(options)
      } catch (error) {
        // What is thrown says why; whoever closes the lab hears whether that failed too.
        this.close().catch(() => {})
        throw error
      } finally {
        this.#next = null
      }
      if (names === 'kept') this.session.forgetRun()
      else this.session.forgetAll()
      this.#listenTo(this.#run)
    })
  }

  /** Judges the armed rules that wait for the end, then stops everything. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    // A lab that broke while it was reset has kept its result as far as it could.
    const ended = this.#run.ending.aborted
    let judged: readonly Judgement[] = []
    const closers = new Closers()
    closers.push(
      () => this.#dashboard?.close(),
      () => (ended ? this.#run.close() : endSession(this.#run, judged)),
      () => this.#stopping.abort(),
      () => this.session.stopRepeating(),
      async () => {
        const run = this.#run
        if (ended) this.always.close()
        else judged = (await this.always.finish({ patient: false })).filter(({ brokenIn }) => brokenIn === null || brokenIn === run)
      },
    )
    await closers.close()
  }

  #scope(signal: AbortSignal, author: Author): Scope {
    return { run: this.#run, session: this.session, signal, author }
  }

  /** What `await` waits for. An `await`, also one inside `at`, must not wait for itself. */
  #pending(command: ParsedCommand, work: Promise<Done>, author: Author): Promise<Done> {
    const inner = innermost(command)
    if (author !== 'person' || inner.name === 'await') return work
    const pending = { client: clientOf(inner), work }
    this.session.pending.add(pending)
    const ended = (): boolean => this.session.pending.delete(pending)
    work.then(ended, ended)
    return work
  }

  /** What a run said before anybody listened counts too: its first election is over early. */
  #listenTo(run: Run): void {
    for (const event of run.events.recent()) this.session.hear(event)
    this.#unlisten = run.events.listen((event) => {
      this.session.hear(event)
      for (const listener of this.#listeners) listener(event)
    })
  }
}

const INTERRUPTED = unknown('interrupted', 'nobody waits for it any more; it may still happen')

/** `at 3s put x 1` is a `put` that begins later. */
export function innermost(command: ParsedCommand): ParsedCommand {
  return command.name === 'at' ? innermost(command.command) : command
}

/** Data commands have a client; null for all others. */
function clientOf(command: ParsedCommand): string | null {
  if (!('options' in command) || command.name === 'mode-command') return null
  return command.options.as ?? FIRST_CLIENT
}
