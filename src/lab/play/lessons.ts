/** The lessons that come with the package, in the order in which one would take them, and how far somebody is with each. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nearest } from '../language/nearest.ts'
import { labsFolder, meantPath } from '../shipped-labs.ts'
import { lessonMs } from './estimate.ts'
import type { LessonProgress } from './progress.ts'
import type { NextLesson } from './types.ts'

export interface LessonInfo {
  /** `election/split-vote` */
  readonly name: string
  /** The folder; empty for one beside the folders. */
  readonly theme: string
  readonly title: string
  /** For somebody who reads all of it; one at least. */
  readonly minutes: number
  /** Null: never played. */
  readonly progress: LessonProgress | null
}

/** A lesson as the author's guide lists it: in the order in which one would take them, with what its run was measured to take. */
interface Listed {
  readonly name: string
  readonly title: string
  readonly seconds: number
}

const ROW = /^\| \w* \| \[(.+)\]\((\S+)\.md\) \| (\d+) \|$/gm

/** None where the guide is not there. */
function listedLessons(): readonly Listed[] {
  try {
    const guide = readFileSync(join(labsFolder(), 'README.md'), 'utf8')
    return [...guide.matchAll(ROW)].map(([, title = '', name = '', seconds = '0']) => ({ name, title, seconds: Number(seconds) }))
  } catch {
    return []
  }
}

/** `progress` by name. */
export function lessonList(progress: ReadonlyMap<string, LessonProgress>): readonly LessonInfo[] {
  return listedLessons().map(({ name, title, seconds }) => {
    const ms = lessonMs(textOf(name), seconds * 1000)
    return {
      name,
      theme: name.includes('/') ? name.slice(0, name.indexOf('/')) : '',
      title,
      minutes: Math.max(1, Math.round(ms / 60_000)),
      progress: progress.get(name) ?? null,
    }
  })
}

function textOf(name: string): string {
  try {
    return readFileSync(join(labsFolder(), `${name}.md`), 'utf8')
  } catch {
    return ''
  }
}

/** The first that is not finished after this one, else before it; null when all are. `after` null: from the begin, what was begun first. */
export function nextLesson(lessons: readonly LessonInfo[], after: string | null): NextLesson | null {
  const at = lessons.findIndex(({ name }) => name === after)
  const turned = [...lessons.slice(at + 1), ...lessons.slice(0, Math.max(0, at))]
  const open = turned.filter(({ progress }) => progress === null || !isFinished(progress))
  const begun = after === null ? open.find(({ progress }) => progress !== null) : undefined
  const next = begun ?? open[0]
  return next === undefined ? null : { name: next.name, title: next.title, command: `splitbrain play ${next.name}` }
}

/** The lesson that somebody meant who wrote its name wrong, or without its theme. */
export function meantLesson(name: string): string | undefined {
  const names = listedLessons().map((lesson) => lesson.name)
  return names.find((one) => one.endsWith(`/${name}`)) ?? nearest(name, names)
}

/** Null where there is one; else what to tell, with the one that was meant. */
export function whyNoLesson(file: string): string | null {
  if (existsSync(meantPath(file))) return null
  const meant = meantLesson(file)
  return meant === undefined ? `there is no lesson ${file}; splitbrain learn lists them` : `there is no ${file}. Did you mean ${meant}?`
}

const THEMES: Readonly<Record<string, string>> = {
  election: 'Elections',
  log: 'The log',
  clients: 'What clients are promised',
  network: 'The network',
  failures: 'Failures',
  storage: 'Disks',
  byzantine: 'Liars',
  dynamo: 'Dynamo: no leader',
  soak: 'Endurance',
  exercises: 'Exercises',
}

/** The list as people read it: by theme, with minutes and progress, and what to take next. */
export function lessonLines(lessons: readonly LessonInfo[]): readonly string[] {
  const lines: string[] = []
  let theme: string | null = null
  for (const lesson of lessons) {
    if (lesson.theme !== theme)
      lines.push(...(theme === null ? [] : ['']), lesson.theme === '' ? 'And' : (THEMES[lesson.theme] ?? lesson.theme))
    theme = lesson.theme
    const width = Math.max(...lessons.filter((one) => one.theme === lesson.theme).map(({ name }) => name.length))
    lines.push(`${mark(lesson)} ${`${lesson.minutes}`.padStart(2)} min  ${lesson.name.padEnd(width)}  ${lesson.title}${told(lesson)}`)
  }
  const finished = lessons.filter(({ progress }) => progress !== null && isFinished(progress)).length
  const next = nextLesson(lessons, null)
  const minutes = lessons.find(({ name }) => name === next?.name)?.minutes ?? 0
  return [
    ...lines,
    '',
    `${finished} of ${lessons.length} finished`,
    next === null
      ? 'You have been through all of them. splitbrain new FILE begins one of your own.'
      : `next: ${next.command}   (${next.title}, ${minutes} min)`,
  ]
}

/** Been to its end, and every step went as it should. */
function isFinished({ finishedAt, steps, of }: LessonProgress): boolean {
  return finishedAt !== null && steps === of
}

function mark({ progress }: LessonInfo): string {
  if (progress === null) return ' '
  return isFinished(progress) ? '✓' : '·'
}

function told({ progress }: LessonInfo): string {
  if (progress === null) return ''
  const { steps, of, right, asked } = progress
  const parts = [
    ...(isFinished(progress) ? [] : [`${steps} of ${of} steps`]),
    ...(asked === 0 ? [] : [`${right} of ${asked} predictions right`]),
  ]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}
