/** A typed session as a lab file. It parses what it wrote, so a saved lab always reads. */
import type { ParsedCommand, SettingChange } from './ast.ts'
import { type LabContext, parseLab } from './lab-file.ts'
import { describeLabProblem } from './lab-types.ts'
import { asPattern } from './match.ts'
import { parseLine } from './parse.ts'
import { formatDuration } from './units.ts'

export interface TranscriptEntry {
  /** As typed. */
  readonly text: string
  /** When it was entered and when its answer came; milliseconds on one clock. */
  readonly startMs: number
  readonly endMs: number
  readonly status: 'ok' | 'fail' | 'unknown' | 'refused'
  /** The answer as printed. */
  readonly answer: readonly string[]
}

export interface Session {
  readonly title: string
  readonly mode: string
  readonly nodes: number
  /** The seed in use, even if it was drawn. */
  readonly seed: string
  /** What differs from the defaults. */
  readonly settings: readonly SettingChange[]
  readonly transcript: readonly TranscriptEntry[]
}

export type Saved = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string }

/** Shorter pauses are typing. */
const PAUSE_MS = 500
/** About this session, not part of the experiment. */
const NOT_SAVED = ['nothing', 'help', 'save', 'run', 'quit']
/** Their value is the point of the command; other answers tell of this one run. */
const WITH_VALUE = ['get', 'add', 'mul', 'append']

export function saveLab(session: Session, context: LabContext): Saved {
  const mode = context.modes.find(({ name }) => name === session.mode)
  if (mode === undefined) return { ok: false, why: `there is no mode ${session.mode}` }
  const lines: string[] = []
  let before: TranscriptEntry | null = null
  let overlapped = false
  const kept = session.transcript.flatMap((entry) => {
    const parsed = parseLine(entry.text, { mode, modes: context.modes })
    return parsed.ok && !NOT_SAVED.includes(parsed.command.name) ? [{ entry, command: parsed.command }] : []
  })
  if (kept.length === 0) return { ok: false, why: 'there is nothing to save yet' }
  for (const [i, { entry, command }] of kept.entries()) {
    if (before !== null) {
      const pauseMs = entry.startMs - (overlapped ? before.startMs : before.endMs)
      if (pauseMs > PAUSE_MS) lines.push(`> wait ${formatDuration(Math.round(pauseMs / 100) * 100)}`)
    }
    const next = kept[i + 1]?.entry
    overlapped = command.background || (next !== undefined && next.startMs < entry.endMs && mayOverlap(command))
    lines.push(...stepLines(entry, command, overlapped))
    before = entry
  }
  const text = `${frontMatter(session)}\n# ${heading(session.title)}\n\n\`\`\`lab\n${lines.join('\n')}\n\`\`\`\n`
  const parsed = parseLab(text, 'saved', context)
  if (parsed.ok) return { ok: true, text }
  const [problem] = parsed.problems
  return { ok: false, why: `what it would write does not read: ${problem === undefined ? 'unknown' : describeLabProblem(problem)}` }
}

/** Time commands and questions to the lab take the next line only when they are done. */
function mayOverlap(command: ParsedCommand): boolean {
  return !['wait', 'await', 'let', 'mark', 'set', 'reset', 'always'].includes(command.name)
}

function stepLines(entry: TranscriptEntry, command: ParsedCommand, overlapped: boolean): string[] {
  const line = `> ${command.text}${overlapped ? ' &' : ''}`
  if (entry.status !== 'ok') return [line, '*']
  return WITH_VALUE.includes(command.name) && entry.answer.length > 0 ? [line, ...entry.answer.map(asPattern)] : [line]
}

function frontMatter(session: Session): string {
  const rows: [string, string][] = [
    ['title', session.title],
    ['mode', session.mode],
    ['nodes', String(session.nodes)],
    ['seed', session.seed],
    ...session.settings
      .filter(({ name }) => !['mode', 'nodes', 'seed'].includes(name))
      .map(({ name, value }): [string, string] => [name, value]),
  ]
  return `---\n${rows.map(([name, value]) => `${name}: ${name === 'title' ? JSON.stringify(value) : value}`).join('\n')}\n---`
}

function heading(title: string): string {
  return title.replace(/[\r\n]+/g, ' ').trim() || 'A session'
}
