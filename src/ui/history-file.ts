/** The prompt's history, one line each, under the user's state folder. A prompt without a writable home still works. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { MAX_HISTORY, remember } from './line-editor.ts'

export function readHistory(file: string): readonly string[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return []
  }
  return text.split('\n').reduce(remember, [] as readonly string[])
}

/**
 * Adds `lines` to what the file holds now, so that two labs side by side keep each other's lines. Whole file, renamed into place: a lab killed
 * while it writes leaves the old one. Answers whether it could.
 */
export function appendHistory(file: string, lines: readonly string[]): boolean {
  if (lines.length === 0) return true
  const all = lines.reduce(remember, readHistory(file)).slice(-MAX_HISTORY)
  const beside = `${file}.${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(beside, `${all.join('\n')}\n`, { mode: 0o600 })
    renameSync(beside, file)
    return true
  } catch {
    return false
  }
}
