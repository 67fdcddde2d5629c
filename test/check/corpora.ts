import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url))

/** Histories that others published, if they stand beside the project or where SPLITBRAIN_CORPORA says; else null. */
export function publishedCorpora(): string | null {
  const beside = dirname(ROOT.replace(/\/$/, ''))
  const places = [process.env.SPLITBRAIN_CORPORA, join(beside, 'shared', 'corpora'), join(dirname(beside), 'shared', 'corpora')]
  return places.find((place) => place !== undefined && existsSync(place)) ?? null
}

export interface CorpusCase {
  readonly name: string
  readonly path: string
  readonly expected: 'valid' | 'invalid' | 'unknown'
}

/** The cases of a set, with the verdict its manifest (or another table of it) gives. */
export function casesOf(folder: string, verdicts: (name: string) => unknown = manifestOf(folder)): CorpusCase[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'))
  return files.sort().map((file) => {
    const name = basename(file, '.jsonl')
    const verdict = verdicts(name)
    if (typeof verdict !== 'boolean' && verdict !== 'unknown') throw new Error(`${folder}: no verdict for ${name}`)
    return { name, path: join(folder, file), expected: verdict === 'unknown' ? 'unknown' : verdict ? 'valid' : 'invalid' }
  })
}

function manifestOf(folder: string): (name: string) => unknown {
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  return (name) => manifest[name]
}
