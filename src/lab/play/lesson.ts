/** From a parsed lab to what play walks through, and from what was reached to what is kept of it. */
import type { LabSource } from '../lab-files.ts'
import type { LabPart, LabRun } from '../language/lab-types.ts'
import { nearest } from '../language/nearest.ts'
import { UsageError } from '../usage-error.ts'
import { blockMs } from './estimate.ts'
import type { LessonProgress } from './progress.ts'
import type { Lesson, PlayState } from './types.ts'

/** `mode` null: the first that the file names. Throws UsageError for a mode that it does not. */
export function chooseRun({ file, lab }: LabSource, mode: string | null): LabRun {
  const found = mode === null ? lab.runs[0] : lab.runs.find((run) => run.mode === mode)
  if (found !== undefined) return found
  throw new UsageError(`${file} is not for ${mode}; it is for ${lab.runs.map((run) => run.mode).join(', ')}`)
}

export function lessonOf({ file, lab }: LabSource, { mode, parts }: LabRun): Lesson {
  return {
    file,
    title: lab.title,
    mode,
    otherModes: lab.runs.map((run) => run.mode).filter((name) => name !== mode),
    parts,
    blockMs: new Map(parts.flatMap((part, at) => (part.kind === 'lab' ? [[at, blockMs(part)]] : []))),
  }
}

/** The place of a heading: its whole text, or the only one that begins so. Case does not count. Throws UsageError, with the nearest. */
export function placeOfHeading({ file, parts }: Lesson, wanted: string): number {
  const headings = parts.flatMap((part, at) => (part.kind === 'heading' ? [{ at, text: part.text }] : []))
  const same = headings.find(({ text }) => text.toLowerCase() === wanted.toLowerCase())
  const begin = headings.filter(({ text }) => text.toLowerCase().startsWith(wanted.toLowerCase()))
  const found = same ?? (begin.length === 1 ? begin[0] : undefined)
  if (found !== undefined) return found.at
  const names = headings.map(({ text }) => text)
  const close = nearest(wanted, names)
  const hint = close === undefined ? `; it has ${names.map((name) => `"${name}"`).join(', ')}` : `. Did you mean "${close}"?`
  throw new UsageError(`${file} has no heading "${wanted}"${hint}`)
}

export function progressOf({ lesson, blocks, predictions, phase }: PlayState, now: string): LessonProgress {
  const questions = [...lesson.parts.entries()].flatMap(([at, part]) => (part.kind === 'predict' ? [{ at, part }] : []))
  const right = questions.filter(({ at, part }) => part.choices[predictions.get(at) ?? -1]?.right === true)
  return {
    mode: lesson.mode,
    steps: [...blocks.values()].filter(({ status }) => status === 'passed').length,
    of: lesson.parts.filter((part: LabPart) => part.kind === 'lab').length,
    right: right.length,
    asked: questions.length,
    at: now,
    finishedAt: phase.kind === 'done' ? now : null,
  }
}
