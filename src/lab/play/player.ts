/** Plays a lab file on a running lab: does what the reducer asks for, and tells it what came of it. One thing at a time; never rejects. */
import { RunClock } from '../../history/clock.ts'
import { BlockDraft } from '../block.ts'
import type { Lab } from '../lab.ts'
import type { LabSource } from '../lab-files.ts'
import { formatAnswer } from '../language/answers.ts'
import type { LabBlock, LabRun, LabStep } from '../language/lab-types.ts'
import type { RunOptions } from '../run-options.ts'
import { pause } from '../scope.ts'
import type { LabEvent } from '../types.ts'
import type { Witness } from '../witness.ts'
import { lessonOf, progressOf } from './lesson.ts'
import type { LessonProgress } from './progress.ts'
import { Rebuilding } from './rebuilding.ts'
import { reducePlay, startPlay } from './reduce.ts'
import { openStage, type Stage } from './stage.ts'
import type { Changes } from './standing.ts'
import { StudentWatch } from './student-watch.ts'
import type { NextLesson, PlayEffect, PlayInput, PlayState, Rebuild } from './types.ts'
import { verdictOn } from './verdict.ts'

export interface PlayerOptions {
  readonly source: LabSource
  readonly labRun: LabRun
  /** What the lab was opened with, and is again for `r`. */
  readonly run: RunOptions
  /** The place of the heading at which the set-up ends, or null. */
  readonly until: number | null
  /** Between two commands, milliseconds. */
  readonly paceMs: number
  keep(progress: LessonProgress): void
  next(): NextLesson | null
}

/** A restarted node is back, and a missed one noticed, in less. */
const MEND_MS = 5_000

export class Player {
  readonly #options: PlayerOptions
  readonly #listeners = new Set<() => void>()
  readonly #clock = new RunClock()
  readonly #drafts = new Map<number, BlockDraft>()
  readonly #student = new StudentWatch()
  #state: PlayState
  #stage: Stage | null = null
  /** Effects follow one another. */
  #work: Promise<void> = Promise.resolve()

  constructor(options: PlayerOptions) {
    this.#options = options
    this.#state = startPlay(lessonOf(options.source, options.labRun), options.until)
  }

  get state(): PlayState {
    return this.#state
  }

  /** Answers how to stop listening. */
  listen(changed: () => void): () => void {
    this.#listeners.add(changed)
    return () => this.#listeners.delete(changed)
  }

  /** The cluster is there: the lesson may begin. */
  begin(lab: Lab): void {
    lab.on('event', (event) => this.#hear(lab, event))
    this.#do(async () => {
      await this.#set(lab)
      this.#take({ type: 'opened' })
    })
  }

  /** An empty Enter. */
  goOn(): void {
    this.#take({ type: 'go-on', changes: this.#changes() })
  }

  /** Every other key that means something. */
  say(input: Extract<PlayInput, { type: 'as-it-is' | 'retry' | 'explain' | 'choose' }>): void {
    this.#take(input)
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    for (let work = this.#work; ; work = this.#work) {
      await work
      if (work === this.#work) return
    }
  }

  #take(input: PlayInput): void {
    const { state, effects } = reducePlay(this.#state, input)
    this.#state = state
    for (const effect of effects) this.#perform(effect)
    for (const listener of this.#listeners) listener()
  }

  #perform(effect: PlayEffect): void {
    if (effect.type === 'keep') this.#options.keep(progressOf(this.#state, new Date().toISOString()))
    else this.#do(() => this.#act(effect))
  }

  #do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      // Whoever leaves in the middle need not hear what came of it; a fresh cluster that does not come up closes the lab by itself.
      if (this.#stage?.lab.stopped.aborted === true && !this.#quiet) return
      this.#take({ type: 'broke', why: error instanceof Error ? error.message : String(error) })
    })
  }

  async #act(effect: Exclude<PlayEffect, { type: 'keep' }>): Promise<void> {
    const stage = this.#stage
    if (stage === null || stage.lab.stopped.aborted) return
    switch (effect.type) {
      case 'run':
        return this.#run(stage, effect.at)
      case 'begin-todo':
        this.#student.begin(effect.at)
        return stage.runner.begin(this.#draft(effect.at))
      case 'end-todo':
        return this.#endTodo(stage, effect.at)
      case 'mend':
        return this.#mend(stage, effect.changes)
      case 'rebuild':
        return this.#rebuild(stage, effect)
      case 'judge':
        return this.#judge(stage)
    }
  }

  async #set(lab: Lab): Promise<Stage> {
    const stage = await openStage(lab, this.#options.labRun, this.#clock, {
      before: (on, block, step) => this.#before(on, block, step),
      judged: (block, { line, passed, actual }) => {
        const answer = actual === '' ? [] : actual.split('\n')
        if (!this.#quiet) this.#take({ type: 'step-ended', at: this.#placeOf(block), line, passed, answer })
      },
      over: (block, { stalls }) => this.#take({ type: 'block-over', at: this.#placeOf(block), result: block.result(stalls) }),
    })
    this.#stage = stage
    this.#student.rest(lab)
    return stage
  }

  /** Blocks on the way to where somebody wants to be are not watched. */
  get #quiet(): boolean {
    return this.#state.phase.kind === 'rebuilding'
  }

  async #before(lab: Lab, block: BlockDraft, step: LabStep): Promise<void> {
    if (this.#quiet) return
    if (step !== block.block.steps[0]) await pause(this.#options.paceMs, lab.stopped)
    this.#take({ type: 'step-begun', at: this.#placeOf(block), line: step.line })
  }

  #placeOf(block: BlockDraft): number {
    return this.#state.lesson.parts.indexOf(block.block)
  }

  #blockAt(at: number): LabBlock {
    const part = this.#state.lesson.parts[at]
    if (part?.kind !== 'lab') throw new Error(`part ${at} of ${this.#state.lesson.file} is no block`)
    return part
  }

  #draft(at: number): BlockDraft {
    const draft = new BlockDraft(this.#state.lesson.file, this.#blockAt(at), 'compare')
    this.#drafts.set(at, draft)
    return draft
  }

  async #run(stage: Stage, at: number): Promise<void> {
    const { lab, runner, witness } = stage
    this.#student.restoreNames(lab)
    const draft = this.#draft(at)
    await runner.run(draft, () => !lab.stopped.aborted)
    this.#ended(stage, at, draft, witness)
  }

  async #endTodo(stage: Stage, at: number): Promise<void> {
    const draft = this.#drafts.get(at) ?? this.#draft(at)
    stage.runner.end(draft)
    this.#ended(stage, at, draft, stage.witness)
  }

  #ended({ lab }: Stage, at: number, draft: BlockDraft, witness: Witness): void {
    if (lab.stopped.aborted) return
    this.#student.rest(lab)
    this.#take({ type: 'block-ended', at, result: draft.result(witness.stalls) })
  }

  #hear(lab: Lab, event: LabEvent): void {
    const { type, author, text } = event
    if (type !== 'command' || author !== 'person' || text === undefined) return
    const { phase } = this.#state
    if (phase.kind === 'running' || phase.kind === 'mending' || phase.kind === 'rebuilding') this.#student.labSaid(text)
    else this.#student.said(lab, text)
  }

  #changes(): Changes | null {
    return this.#stage === null ? null : this.#student.changes(this.#stage.lab)
  }

  async #mend({ lab }: Stage, { commands }: Changes): Promise<void> {
    const lines: string[] = []
    let whole = true
    for (const text of commands ?? []) {
      if (!whole) break
      const answer = await lab.do(text)
      whole = answer.status === 'ok'
      lines.push(`> ${text}`, ...(whole ? [] : formatAnswer(answer, text.split(' ')[0] ?? '')))
      await pause(this.#options.paceMs, lab.stopped)
    }
    if (whole) await this.#student.untilWell(lab, MEND_MS)
    this.#take({ type: 'mended', lines, whole })
  }

  async #rebuild(before: Stage, plan: Rebuild): Promise<void> {
    const { lab } = before
    const { lesson, blocks } = this.#state
    const skipped = new Set([...blocks].flatMap(([at, { status }]) => (status === 'passed' ? [] : [at])))
    const measured = new Map([...blocks].flatMap(([at, { result }]) => (result === null ? [] : [[at, result.ms]])))
    const bar = new Rebuilding(lesson, plan, measured, (step) => this.#take({ type: 'rebuild-step', ...step }))
    let failed: number | null = null
    try {
      const stage = plan.fresh ? await this.#startOver(before) : before
      for (const at of bar.places) {
        if (failed !== null || lab.stopped.aborted) break
        bar.begin(at)
        const draft = await this.#again(stage, at)
        this.#take({ type: 'block-ended', at, result: draft.result(stage.witness.stalls) })
        if (draft.wrong && !skipped.has(at)) failed = at
      }
    } finally {
      bar.close()
    }
    this.#student.rest(lab)
    if (!lab.stopped.aborted) this.#take({ type: 'rebuilt', failed })
  }

  /** What the old cluster's commands still answer is of no block any more. */
  async #startOver({ lab, leave }: Stage): Promise<Stage> {
    await leave()
    await lab.reset(this.#options.run, 'forgotten')
    return this.#set(lab)
  }

  /** As it went before: a todo is what the student typed then. */
  async #again({ lab, runner }: Stage, at: number): Promise<BlockDraft> {
    const draft = this.#draft(at)
    const { role } = draft.block
    if (role.kind !== 'todo') {
      await runner.run(draft, () => !lab.stopped.aborted)
      return draft
    }
    await runner.begin(draft)
    for (const text of this.#student.typedIn(at)) await lab.do(text)
    runner.end(draft)
    return draft
  }

  async #judge(stage: Stage): Promise<void> {
    const { source, labRun, run, next } = this.#options
    const places = [...this.#state.lesson.parts.keys()].filter((at) => this.#state.lesson.parts[at]?.kind === 'lab')
    const blocks = places.map((at) => this.#drafts.get(at) ?? new BlockDraft(source.file, this.#blockAt(at), 'compare'))
    const judged = { source, labRun, run, blocks, ms: () => this.#clock.nowNs() / 1e6 }
    const suite = await verdictOn(stage, judged, (what, done, of) => this.#take({ type: 'judge-step', what, done, of }))
    if (suite !== null) this.#take({ type: 'judged', outcome: { suite, next: next() } })
  }
}
