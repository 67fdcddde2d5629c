/** The lessons that come with the package, in the order in which one would take them, and how far somebody is with each. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readLabs } from '../lab-files.ts'
import { nearest } from '../language/nearest.ts'
import { labsFolder, shippedName } from '../shipped-labs.ts'
import { lessonMs } from './estimate.ts'
import type { LessonProgress } from './progress.ts'
import type { NextLesson } from './types.ts'

export interface LessonInfo {
  /** `election/split-vote` */
  readonly name: string
  /** The folder; empty for one beside the folders. */
  readonly theme: string
  readonly title: string
  readonly modes: readonly string[]
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

/** `progress` by name. Lessons that the guide does not know come last. */
export function lessonList(progress: ReadonlyMap<string, LessonProgress>): readonly LessonInfo[] {
  const listed = listedLessons()
  const rank = (name: string): number => {
    const at = listed.findIndex((one) => one.name === name)
    return at < 0 ? listed.length : at
  }
  const lessons = readLabs({ paths: [labsFolder()], stdin: null, tags: [] }).map(({ file, lab }): LessonInfo => {
    const name = shippedName(resolve(file)) ?? file
    const seconds = listed.find((one) => one.name === name)?.seconds
    const runMs = seconds === undefined ? null : (seconds * 1000) / lab.runs.length
    return {
      name,
      theme: name.includes('/') ? name.slice(0, name.indexOf('/')) : '',
      title: lab.title,
      modes: lab.runs.map(({ mode }) => mode),
      minutes: Math.max(1, Math.round(lessonMs(lab.runs[0]?.parts ?? [], runMs) / 60_000)),
      progress: progress.get(name) ?? null,
    }
  })
  return lessons.sort((a, b) => rank(a.name) - rank(b.name))
}

/** The first that is not finished after this one, else before it; null when all are. `after` null: from the begin, what was begun first. */
export function nextLesson(lessons: readonly Pick<LessonInfo, 'name' | 'title' | 'progress'>[], after: string | null): NextLesson | null {
  const at = lessons.findIndex(({ name }) => name === after)
  const turned = [...lessons.slice(at + 1), ...lessons.slice(0, Math.max(0, at))]
  const open = turned.filter(({ progress }) => progress === null || progress.finishedAt === null)
  const begun = after === null ? open.find(({ progress }) => progress !== null) : undefined
  const next = begun ?? open[0]
  return next === undefined ? null : { name: next.name, title: next.title, command: `splitbrain play ${next.name}` }
}

/** As `nextLesson`, from the guide's list alone: reading all lessons would hold up a lab that runs. */
export function nextListed(progress: ReadonlyMap<string, LessonProgress>, after: string | null): NextLesson | null {
  const lessons = listedLessons().map(({ name, title }) => ({ name, title, progress: progress.get(name) ?? null }))
  return nextLesson(lessons, after)
}

/** The lesson that somebody meant who wrote its name wrong, or without its theme. */
export function meantLesson(name: string): string | undefined {
  const names = listedLessons().map((lesson) => lesson.name)
  return names.find((one) => one.endsWith(`/${name}`)) ?? nearest(name, names)
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
}

/** The list as people read it: by theme, with minutes and progress, and what to take next. */
export function lessonLines(lessons: readonly LessonInfo[]): readonly string[] {
  const width = Math.max(0, ...lessons.map(({ name }) => name.length))
  const titles = Math.max(0, ...lessons.map(({ title }) => title.length))
  const lines: string[] = []
  let theme: string | null = null
  for (const lesson of lessons) {
    if (lesson.theme !== theme)
      lines.push(...(theme === null ? [] : ['']), lesson.theme === '' ? 'And' : (THEMES[lesson.theme] ?? lesson.theme))
    theme = lesson.theme
    lines.push(
      `${mark(lesson)} ${lesson.name.padEnd(width)}  ${lesson.title.padEnd(titles)}  ${`${lesson.minutes}`.padStart(3)} min${told(lesson)}`,
    )
  }
  const finished = lessons.filter(({ progress }) => progress?.finishedAt != null).length
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

function mark({ progress }: LessonInfo): string {
  if (progress === null) return ' '
  return progress.finishedAt === null ? '·' : '✓'
}

function told({ progress }: LessonInfo): string {
  if (progress === null) return ''
  const { steps, of, right, asked, finishedAt } = progress
  const parts = [
    ...(finishedAt !== null && steps === of ? [] : [`${steps} of ${of} steps`]),
    ...(asked === 0 ? [] : [`${right} of ${asked} predictions right`]),
  ]
  return parts.length === 0 ? '' : `  ${parts.join(', ')}`
}
