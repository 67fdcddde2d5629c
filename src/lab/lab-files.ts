/** From paths to labs: reads, parses, and says everything that is wrong before anything starts. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { checkers } from '../check/registry.ts'
import { modes } from '../modes/registry.ts'
import { isLabText, type LabContext, parseLab } from './language/lab-file.ts'
import { describeLabProblem, type Lab as LabText } from './language/lab-types.ts'
import { nearest } from './language/nearest.ts'
import { meantPath } from './shipped-labs.ts'
import { UsageError } from './usage-error.ts'

export interface LabSource {
  /** As people write it: relative to the working directory, or `-`. */
  readonly file: string
  readonly text: string
  readonly lab: LabText
}

export interface LabSelection {
  /** Files, folders, and names of labs that come with the package; `-` is the text in `stdin`. */
  readonly paths: readonly string[]
  readonly stdin: string | null
  /** Only labs with one of these tags; none: all. */
  readonly tags: readonly string[]
}

export const labContext: LabContext = { modes: [...modes.values()], checkers: [...checkers.keys()] }

/** Throws UsageError with a line for each problem, file and line first. */
export function readLabs(selection: LabSelection): readonly LabSource[] {
  const problems: string[] = []
  const sources: LabSource[] = []
  for (const { file, text } of selection.paths.flatMap((path) => textsAt(path, selection.stdin))) {
    const parsed = parseLab(text, file, labContext)
    if (parsed.ok) sources.push({ file, text, lab: parsed.lab })
    else problems.push(...parsed.problems.map(describeLabProblem))
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'))
  const chosen = sources.filter(({ lab }) => selection.tags.length === 0 || lab.tags.some((tag) => selection.tags.includes(tag)))
  if (chosen.length === 0) throw new UsageError(noneChosen(selection, sources))
  return chosen
}

function noneChosen({ paths, tags }: LabSelection, sources: readonly LabSource[]): string {
  if (sources.length === 0) return `no labs in ${paths.join(' ')}: a lab is a .md file whose front matter has mode`
  const known = [...new Set(sources.flatMap(({ lab }) => lab.tags))].sort()
  const close = nearest(tags[0] ?? '', known)
  return `no lab has the tag ${tags.join(' or ')}${close === undefined ? `; there are ${known.join(', ') || 'none'}` : `. Did you mean ${close}?`}`
}

interface LabFile {
  readonly file: string
  readonly text: string
}

function textsAt(named: string, stdin: string | null): readonly LabFile[] {
  if (named === '-') return [{ file: '-', text: stdin ?? '' }]
  const path = meantPath(named)
  try {
    if (!statSync(path).isDirectory()) return [{ file: shown(path), text: readFileSync(path, 'utf8') }]
    return markdownBelow(path)
      .map((file) => ({ file: shown(file), text: readFileSync(file, 'utf8') }))
      .filter(({ text }) => isLabText(text))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(code === 'ENOENT' ? `there is no ${path}` : `cannot read ${path}: ${code ?? String(error)}`)
  }
}

function markdownBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function shown(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') ? path : short
}
