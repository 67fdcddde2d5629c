/** The teacher's file: the lab as it must be, with a solution in its todo blocks. */
import { type LabSource, readLabs } from '../lab-files.ts'
import type { LabBlock, Prediction } from '../language/lab-types.ts'
import { readMarkdown } from '../language/markdown.ts'
import { readPrediction } from '../language/predict.ts'
import { UsageError } from '../usage-error.ts'
import { type ExerciseFence, exerciseFences, exerciseOf } from './exercise-fences.ts'

export interface Key {
  readonly source: LabSource
  readonly todos: readonly ExerciseFence[]
  readonly checks: readonly ExerciseFence[]
  /** The names of the todos, in order, each with the most points there are for it. */
  readonly worth: ReadonlyMap<string, number>
  /** The questions that stand above each todo. */
  readonly predictions: ReadonlyMap<string, readonly Prediction[]>
}

/** Throws UsageError for what is no lab, asks nothing of a student, or judges nothing of what it asks. */
export function readKey(path: string): Key {
  const sources = readLabs({ paths: [path], stdin: null, tags: [] })
  const [source] = sources
  if (source === undefined || sources.length > 1) throw new UsageError(`--key takes one lab, and ${path} is ${sources.length}`)
  const fences = exerciseFences(source.text)
  const todos = fences.filter(({ kind }) => kind === 'todo')
  const [first] = todos
  if (first === undefined) throw new UsageError(`${source.file} has no block lab todo NAME, so there is nothing to mark`)
  const worth = new Map(todos.map(({ name }) => [name, 0]))
  for (const { name, points } of checkBlocks(source).values()) worth.set(name, (worth.get(name) ?? 0) + points)
  for (const { name, fence } of todos) {
    if (worth.get(name) === 0) throw new UsageError(`${source.file}:${fence.line}: no block lab check ${name} judges this todo`)
  }
  return { source, todos, checks: fences.filter(({ kind }) => kind === 'check'), worth, predictions: questionsOf(source, first.name) }
}

/** By line: a block of several modes stands there once. */
function checkBlocks({ lab }: LabSource): Map<number, Extract<LabBlock['role'], { kind: 'check' }>> {
  const parts = lab.runs.flatMap((run) => run.parts)
  return new Map(parts.flatMap((part) => (part.kind === 'lab' && part.role.kind === 'check' ? [[part.line, part.role]] : [])))
}

/** A question belongs to the next todo below it, or to the last one. */
function questionsOf({ file, text }: LabSource, first: string): Key['predictions'] {
  const byTodo = new Map<string, Prediction[]>()
  let waiting: Prediction[] = []
  let last = first
  const give = (): void => {
    byTodo.set(last, [...(byTodo.get(last) ?? []), ...waiting])
    waiting = []
  }
  for (const piece of readMarkdown(text)) {
    if (piece.kind !== 'fence') continue
    const block = exerciseOf(piece)
    if (block?.kind === 'todo') {
      last = block.name
      give()
    } else if (piece.info.split(/\s+/)[0] === 'predict') waiting.push(readPrediction(piece, '', refuse(file), false))
  }
  give()
  return byTodo
}

/** A handout may leave its questions open; the key may not. */
const refuse =
  (file: string) =>
  (line: number, message: string): never => {
    throw new UsageError(`${file}:${line}: ${message}`)
  }
