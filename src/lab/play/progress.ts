/**
 * How far somebody is with each lesson, kept between runs: one small file a lesson, so that two played at once never write into each other's, and
 * a broken one costs that lesson alone. Whole files, renamed into place: one that is killed while it writes leaves the old one.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface LessonProgress {
  readonly mode: string
  /** Blocks that passed, the last time it was played. */
  readonly steps: number
  /** Blocks there were. */
  readonly of: number
  /** Predictions that were right, and how many are asked. */
  readonly right: number
  readonly asked: number
  /** When it was last played and when first finished; ISO 8601, UTC. */
  readonly at: string
  readonly finishedAt: string | null
}

/** No file of ours comes near it. */
const LARGEST = 10_000
const VERSION = 1

export function progressFolder(state: string): string {
  return join(state, 'progress')
}

/** Lessons by name. What cannot be read, or is of no version known here, is as if it had never been. */
export function readProgress(folder: string): ReadonlyMap<string, LessonProgress> {
  let files: readonly string[]
  try {
    files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  } catch {
    return new Map()
  }
  const found = files.flatMap((file): [string, LessonProgress][] => {
    const progress = readOne(join(folder, file))
    return progress === null ? [] : [[nameOf(file), progress]]
  })
  return new Map(found)
}

/**
 * What was reached before is never taken back: a lesson once finished stays so, with the most predictions right. Answers why it could not be
 * kept, or null.
 */
export function keepProgress(folder: string, name: string, progress: LessonProgress): string | null {
  const file = join(folder, fileOf(name))
  const before = readOne(file)
  const kept = before === null ? progress : together(before, progress)
  const beside = `${file}.${process.pid}`
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(beside, `${JSON.stringify({ version: VERSION, ...kept })}\n`, { mode: 0o600 })
    renameSync(beside, file)
    return null
  } catch (error) {
    remove(beside)
    return `progress cannot be kept in ${folder}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`
  }
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // Where nothing can be written, nothing was.
  }
}

function together(before: LessonProgress, now: LessonProgress): LessonProgress {
  const best = before.asked === now.asked && before.right > now.right ? before.right : now.right
  const steps = before.of === now.of ? Math.max(before.steps, now.steps) : now.steps
  return { ...now, steps, right: best, finishedAt: before.finishedAt ?? now.finishedAt }
}

/** `election/split-vote` is `election--split-vote.json`. */
function fileOf(name: string): string {
  return `${name.replaceAll('/', '--')}.json`
}

function nameOf(file: string): string {
  return file.slice(0, -'.json'.length).replaceAll('--', '/')
}

function readOne(file: string): LessonProgress | null {
  try {
    const text = readFileSync(file, 'utf8')
    return text.length > LARGEST ? null : understood(JSON.parse(text))
  } catch {
    return null
  }
}

function understood(content: unknown): LessonProgress | null {
  if (typeof content !== 'object' || content === null || !('version' in content) || content.version !== VERSION) return null
  const { mode, steps, of, right, asked, at, finishedAt } = content as Readonly<Record<string, unknown>>
  if (typeof mode !== 'string' || !isDate(at) || (finishedAt !== null && !isDate(finishedAt))) return null
  if (!isCount(steps) || !isCount(of) || !isCount(right) || !isCount(asked)) return null
  if (steps > of || right > asked) return null
  return { mode, steps, of, right, asked, at, finishedAt }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && value.length < 40 && !Number.isNaN(Date.parse(value))
}
