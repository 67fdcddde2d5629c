/** From paths to students: which files are solutions, and whose. */
import { type Dirent, readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { messageOf } from '../../host/failure.ts'
import { UsageError } from '../usage-error.ts'
import { oneLine } from './types.ts'

export interface Solution {
  /** The file's name without `.md`, and as many folders above it as tell it from others of that name. */
  readonly student: string
  /** As people write it. */
  readonly file: string
  readonly path: string
  readonly content: { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string }
}

/** A lab is a page or two; the largest shipped one has 8 kB. */
const LONGEST = 262_144

/** In the order given; a folder's in the order of names. `key` is nobody's solution. Throws UsageError for a path that leads nowhere. */
export function findSolutions(paths: readonly string[], key: string): readonly Solution[] {
  const files = [...new Set(paths.flatMap((path) => filesAt(path)))].filter((file) => file !== resolve(key))
  if (files.length === 0) throw new UsageError(`no solution in ${paths.join(' ')}: a solution is a .md file`)
  const names = tellApart(files)
  return files.map((path, i) => ({ student: names[i] ?? path, file: shown(path), path, content: contentOf(path) }))
}

/** A folder stands for its .md files, in subfolders too (course systems hand out one a student), but for hidden ones. */
function filesAt(path: string): string[] {
  const stats = statOf(path)
  if (stats === null) throw new UsageError(`there is no ${path}`)
  if (typeof stats === 'string' || !stats.isDirectory()) return [resolve(path)]
  const found = filesBelow(resolve(path), new Set())
  // A folder without a solution is a student without one.
  return found.length === 0 ? [resolve(path)] : found
}

/** By name. `seen`: folders that were read, by their real paths, since a link may lead back to where one comes from. */
function filesBelow(folder: string, seen: Set<string>): string[] {
  const entries = entriesOf(folder, seen)
  // What cannot be read is a student with a reason, and no reason for the others.
  if (entries === null) return [folder]
  return entries
    .filter(({ name }) => !name.startsWith('.') && name !== '__MACOSX')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      const named = /\.md$/i.test(entry.name) ? [path] : []
      const below = isFolder(entry, path) ? filesBelow(path, seen) : []
      return below.length > 0 ? below : named
    })
}

function entriesOf(folder: string, seen: Set<string>): Dirent[] | null {
  try {
    const real = realpathSync(folder)
    if (seen.has(real)) return []
    seen.add(real)
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return null
  }
}

function isFolder(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory()
  const stats = statOf(path)
  return stats !== null && typeof stats !== 'string' && stats.isDirectory()
}

function contentOf(path: string): Solution['content'] {
  const stats = statOf(path)
  if (stats === null) return { ok: false, why: 'it leads nowhere' }
  if (typeof stats === 'string') return { ok: false, why: `it cannot be read: ${stats}` }
  if (stats.isDirectory()) return { ok: false, why: 'it is a folder without a .md file' }
  // A pipe or a device would keep whoever reads it waiting.
  if (!stats.isFile()) return { ok: false, why: 'it is no file' }
  if (stats.size > LONGEST) return { ok: false, why: `it has ${stats.size} bytes; ${LONGEST} are the most` }
  try {
    return { ok: true, text: readFileSync(path, 'utf8') }
  } catch (error) {
    return { ok: false, why: `it cannot be read: ${codeOf(error)}` }
  }
}

/** Null where there is nothing; the code where it cannot be told: links in a circle (ELOOP), a folder that is closed to us (EACCES). */
function statOf(path: string): Stats | string | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null
  } catch (error) {
    return codeOf(error)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : messageOf(error)
}

/** The shortest endings of the paths that differ. Throws UsageError where two never do. */
function tellApart(files: readonly string[]): string[] {
  const parts = files.map((file) => file.replace(/\.md$/i, '').split(sep).map(oneLine))
  return parts.map((mine, i) => {
    for (let count = 1; count <= mine.length; count++) {
      const name = mine.slice(-count).join('/')
      const twin = parts.findIndex((other, j) => j !== i && other.slice(-count).join('/') === name)
      if (twin < 0) return name
    }
    throw new UsageError(`two solutions have the same name: ${files.filter((_, j) => parts[j]?.join() === mine.join()).join(' and ')}`)
  })
}

function shown(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') ? path : short
}
