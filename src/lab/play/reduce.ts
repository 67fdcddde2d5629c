/** Playing a lab as a function: what happened, and the state before it, give the next state and what is to be done. Knows no cluster. */
import { unreachable } from '../../machine/assert.ts'
import type { CaseResult } from '../../report/result.ts'
import type { LabPart } from '../language/lab-types.ts'
import type { Changes } from './standing.ts'
import type { BlockProgress, Lesson, Notice, Phase, PlayEffect, PlayInput, PlayState, Rebuild, StepProgress } from './types.ts'

export interface Move {
  readonly state: PlayState
  readonly effects: readonly PlayEffect[]
}

/** `until`: the place of the heading at which the set-up ends. */
export function startPlay(lesson: Lesson, until: number | null = null): PlayState {
  return {
    lesson,
    phase: { kind: 'opening' },
    blocks: new Map(),
    predictions: new Map(),
    revealed: new Set(),
    notice: null,
    until,
  }
}

export function reducePlay(state: PlayState, input: PlayInput): Move {
  const { phase } = state
  switch (input.type) {
    case 'opened':
      return opened(state)
    case 'go-on':
      return goOn(state, input.changes)
    case 'as-it-is':
      return phase.kind === 'changed' ? run(state, phase.at) : still(state)
    case 'retry':
      return retry(state)
    case 'explain':
      return phase.kind === 'failed' ? within(state, { ...phase, explained: !phase.explained }) : still(state)
    case 'choose':
      return choose(state, input.choice)
    case 'step-begun':
      return still(withStep(state, input.at, input.line, { status: 'running' }))
    case 'step-ended':
      return still(withStep(state, input.at, input.line, { status: input.passed ? 'passed' : 'failed', answer: input.answer }))
    case 'block-ended':
      return ended(withResult(state, input.at, input.result), input.at, input.result)
    case 'block-over':
      return over(state, input.at, input.result)
    case 'mended':
      return mended(state, input.lines, input.whole)
    case 'rebuild-step':
      return phase.kind === 'rebuilding' ? within(state, { ...phase, ...counted(input) }) : still(state)
    case 'rebuilt':
      return rebuilt(state, input.failed)
    case 'judge-step':
      return phase.kind === 'judging' ? within(state, { kind: 'judging', ...counted(input) }) : still(state)
    case 'judged':
      return { state: { ...state, phase: { kind: 'done', outcome: input.outcome }, notice: null }, effects: [{ type: 'keep' }] }
    case 'broke':
      return within(state, { kind: 'broken', why: input.why })
    default:
      return unreachable(input)
  }
}

/** The next block or prediction from there on; the number of parts where none follows. */
export function nextStop({ parts }: Lesson, from: number): number {
  const at = parts.findIndex((part, i) => i >= from && (part.kind === 'predict' || part.kind === 'lab'))
  return at < 0 ? parts.length : at
}

/** Where `r` begins again: the first stop under the block's heading, or the todo that the block judges. */
export function retryFrom({ parts }: Lesson, at: number): number {
  const part = parts[at]
  const heading = parts.findLastIndex((one, i) => i <= at && one.kind === 'heading')
  const first = parts.findIndex((one, i) => i > heading && one.kind === 'lab')
  if (part?.kind !== 'lab' || part.role.kind !== 'check') return first
  const { name } = part.role
  const todo = parts.findIndex((one) => one.kind === 'lab' && one.role.kind === 'todo' && one.role.name === name)
  return todo < 0 ? first : Math.min(first, todo)
}

const still = (state: PlayState): Move => ({ state, effects: [] })

function within(state: PlayState, phase: Phase, ...effects: readonly PlayEffect[]): Move {
  return { state: { ...state, phase }, effects }
}

function noted(state: PlayState, lines: readonly string[], tone: Notice['tone'] = 'dim'): PlayState {
  return { ...state, notice: lines.length === 0 ? null : { lines, tone } }
}

function counted({ type: _, ...rest }: Extract<PlayInput, { done: number }>): Omit<typeof rest, 'type'> {
  return rest
}

function opened(state: PlayState): Move {
  if (state.phase.kind !== 'opening') return still(state)
  const { until } = state
  if (until === null || nextBlock(state.lesson, 0) >= until) return arrive(state, until ?? 0)
  return rebuild(state, { to: until, follow: 'show', fresh: false })
}

function nextBlock({ parts }: Lesson, from: number): number {
  const at = parts.findIndex((part, i) => i >= from && part.kind === 'lab')
  return at < 0 ? parts.length : at
}

/** Stands before the next stop; a prediction that was answered before is passed by. */
function arrive(state: PlayState, from: number): Move {
  const at = nextStop(state.lesson, from)
  const part = state.lesson.parts[at]
  if (part?.kind === 'predict') return state.predictions.has(at) ? arrive(state, at + 1) : within(state, { kind: 'asking', at })
  if (part?.kind === 'lab' && part.role.kind === 'todo') return within(state, { kind: 'doing', at }, { type: 'begin-todo', at })
  return within(state, { kind: 'ready', at })
}

function goOn(before: PlayState, changes: Changes | null): Move {
  const state = noted(before, [])
  const { phase } = state
  switch (phase.kind) {
    case 'asking':
      return still(noted(state, ['A guess is enough.'], 'warn'))
    case 'ready':
      if (phase.at >= state.lesson.parts.length)
        return within(state, { kind: 'judging', what: 'the last checks', done: 0, of: 1 }, { type: 'judge' })
      return changes === null ? run(state, phase.at) : within(state, { kind: 'changed', at: phase.at, changes })
    case 'changed':
      if (phase.changes.commands === null) return rebuild(state, { to: phase.at, follow: 'run', fresh: true })
      return within(state, { kind: 'mending', at: phase.at }, { type: 'mend', changes: phase.changes })
    case 'doing':
      return within(state, { kind: 'running', at: phase.at }, { type: 'end-todo', at: phase.at })
    case 'failed':
      return leave(state, phase.at)
    case 'opening':
    case 'mending':
    case 'running':
    case 'rebuilding':
    case 'judging':
    case 'done':
    case 'broken':
      return still(before)
    default:
      return unreachable(phase)
  }
}

function run(state: PlayState, at: number): Move {
  const blocks = new Map(state.blocks).set(at, { status: 'running', steps: stepsOf(state.lesson.parts[at]), result: null })
  return within({ ...noted(state, []), blocks }, { kind: 'running', at }, { type: 'run', at })
}

function stepsOf(part: LabPart | undefined): readonly StepProgress[] {
  if (part?.kind !== 'lab') return []
  return part.steps.map(({ line, command }) => ({ line, command: command.text, status: 'waiting', answer: [] }))
}

function retry(state: PlayState): Move {
  if (state.phase.kind !== 'failed') return still(state)
  return rebuild(state, { to: retryFrom(state.lesson, state.phase.at), follow: 'run', fresh: true })
}

function rebuild(state: PlayState, plan: Rebuild): Move {
  const blocks = new Map([...state.blocks].filter(([at]) => at < plan.to))
  const phase: Phase = { kind: 'rebuilding', plan, what: plan.fresh ? 'a fresh cluster' : 'the set-up', done: 0, of: 1, leftMs: 0 }
  return within({ ...noted(state, []), blocks }, phase, { type: 'rebuild', ...plan })
}

function rebuilt(state: PlayState, failed: number | null): Move {
  if (state.phase.kind !== 'rebuilding') return still(state)
  const { to, follow } = state.phase.plan
  if (failed !== null)
    return within(noted(state, ['This block ran before the one you asked for, and failed.'], 'warn'), {
      kind: 'failed',
      at: failed,
      explained: false,
    })
  const part = state.lesson.parts[to]
  if (follow === 'run' && part?.kind === 'lab' && part.role.kind !== 'todo') return run(state, to)
  return arrive(state, to)
}

function choose(state: PlayState, choice: number): Move {
  const { phase, lesson } = state
  const part = phase.kind === 'asking' ? lesson.parts[phase.at] : undefined
  if (phase.kind !== 'asking' || part?.kind !== 'predict' || part.choices[choice] === undefined) return still(state)
  const predictions = new Map(state.predictions).set(phase.at, choice)
  const move = arrive(noted({ ...state, predictions }, []), phase.at + 1)
  return { ...move, effects: [...move.effects, { type: 'keep' }] }
}

function withStep(state: PlayState, at: number, line: number, change: Partial<StepProgress>): PlayState {
  const block = state.blocks.get(at)
  if (block === undefined) return state
  const steps = block.steps.map((step) => (step.line === line ? { ...step, ...change } : step))
  return { ...state, blocks: new Map(state.blocks).set(at, { ...block, steps }) }
}

function withResult(state: PlayState, at: number, result: CaseResult): PlayState {
  const block: BlockProgress = { steps: stepsOf(state.lesson.parts[at]), ...state.blocks.get(at), status: result.status, result }
  return { ...state, blocks: new Map(state.blocks).set(at, block) }
}

function ended(state: PlayState, at: number, result: CaseResult): Move {
  if (state.phase.kind !== 'running' || state.phase.at !== at) return still(state)
  if (result.status !== 'passed') return within(state, { kind: 'failed', at, explained: false })
  return leave(state, at)
}

/** Past the block: its predictions may be seen now. A todo is followed by its judgement at once. */
function leave(state: PlayState, at: number): Move {
  const due = [...state.predictions.keys()].filter((place) => place < at)
  const shown = { ...state, revealed: new Set([...state.revealed, ...due]) }
  const { parts } = state.lesson
  const [part, next] = [parts[at], parts[nextStop(state.lesson, at + 1)]]
  const judged = part?.kind === 'lab' && part.role.kind === 'todo' && next?.kind === 'lab' && next.role.kind === 'check'
  const move = judged ? run(shown, nextStop(state.lesson, at + 1)) : arrive(shown, at + 1)
  return { ...move, effects: [...move.effects, { type: 'keep' }] }
}

/** What a block left in the background ended after it, and well or not, the block is judged by that too. */
function over(before: PlayState, at: number, result: CaseResult): Move {
  const known = before.blocks.get(at)
  if (known === undefined || known.result === null) return still(before)
  const state = withResult(before, at, result)
  if (result.status === 'passed' || known.status !== 'passed') return still(state)
  return still(noted(state, [`${result.heading}: ${result.why ?? result.status}`], 'warn'))
}

function mended(state: PlayState, lines: readonly string[], whole: boolean): Move {
  const { phase } = state
  if (phase.kind !== 'mending') return still(state)
  if (whole) {
    const move = run(state, phase.at)
    return { ...move, state: noted(move.state, ['Put back:', ...lines]) }
  }
  const changes: Changes = { words: ['left something that could not be put back'], commands: null }
  return within(noted(state, lines, 'warn'), { kind: 'changed', at: phase.at, changes })
}
