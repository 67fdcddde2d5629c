/** The labs that come with the package, known by their names wherever one stands. */
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Beside `dist/` when bundled, beside `src/` when not. */
export function labsFolder(): string {
  const here = new URL('.', import.meta.url)
  return fileURLToPath(new URL(here.pathname.endsWith('/dist/') ? '../labs/' : '../../labs/', here))
}

/** `election/split-vote` of a file below the labs folder; null of any other. */
export function shippedName(file: string): string | null {
  const name = relative(labsFolder(), file)
  return name.startsWith('..') ? null : name.replace(/\.md$/, '')
}

/** What a person means by `path`: what is there from here, else the lab or folder of labs of that name. */
export function meantPath(path: string): string {
  if (existsSync(path)) return path
  const shipped = join(labsFolder(), path.replace(/^labs(\/|$)/, ''))
  return [shipped, `${shipped}.md`].find((file) => existsSync(file)) ?? path
}
