/** The closed front matter of a lab: an unknown key is an error with its line. */
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml'
import type { SettingChange } from './ast.ts'
import type { ModeWords } from './context.ts'
import { attempt } from './errors.ts'
import { nearest } from './nearest.ts'
import { allSettings, checkSetting, completeSettings, modeNamed, refuseStart } from './settings.ts'
import { parseDuration } from './units.ts'

export interface FrontMatter {
  readonly title: string | null
  readonly tags: readonly string[]
  readonly language: string
  readonly limitMs: number
  readonly checks: boolean
  readonly runs: readonly {
    readonly mode: ModeWords
    readonly given: readonly SettingChange[]
    readonly settings: Readonly<Record<string, string>>
  }[]
}

export type Report = (line: number, message: string, nearest?: string) => void

const DEFAULT_LIMIT_MS = 120_000
const KEYS = ['title', 'mode', 'limit', 'tags', 'language', 'checks']

interface Entry {
  readonly key: string
  readonly line: number
  readonly node: Node | null
}

/** Reports all it finds; null if so little is right that no mode is known. `firstLine`: the file's line of the text's first. */
export function readFrontMatter(text: string, firstLine: number, modes: readonly ModeWords[], report: Report): FrontMatter | null {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: 'silent' })
  const lineAt = (offset: number): number => firstLine + Math.max(1, counter.linePos(offset).line) - 1
  for (const error of document.errors) report(lineAt(error.pos[0]), `front matter: ${error.message.split('\n')[0] ?? 'not YAML'}`)
  if (document.errors.length > 0) return null
  if (!isMap(document.contents)) {
    report(firstLine, 'front matter holds lines like mode: raft')
    return null
  }
  const entries = entriesOf(document.contents, lineAt)
  const chosen = chooseModes(entries, firstLine, modes, report)
  if (chosen.length === 0) return null
  reportUnknown(entries, chosen, modes, report)
  return {
    title: textAt(entries, 'title', report),
    tags: tagsAt(entries),
    language: textAt(entries, 'language', report) ?? 'en',
    limitMs: limitAt(entries, report),
    checks: checksAt(entries, report),
    runs: chosen.map((mode) => runOf(mode, entries, lineAt, modes, firstLine, report)),
  }
}

function entriesOf(map: YAMLMap, lineAt: (offset: number) => number): Entry[] {
  return (map.items as Pair<Node, Node | null>[]).map(({ key, value }) => ({
    key: scalarText(key) ?? String(key),
    line: lineAt(key.range?.[0] ?? 0),
    node: value,
  }))
}

/** As written, so that `seed: 007` and `nodes: 5` stay what they are. */
function scalarText(node: Node | null): string | null {
  if (!isScalar(node) || node.value === null) return null
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function chooseModes(entries: readonly Entry[], firstLine: number, modes: readonly ModeWords[], report: Report): ModeWords[] {
  const entry = entries.find(({ key }) => key === 'mode')
  if (entry === undefined) {
    report(firstLine, `front matter needs a mode, for example mode: ${modes[0]?.name ?? 'raft'}`)
    return []
  }
  const names = isSeq(entry.node) ? entry.node.items.map((item) => scalarText(item as Node)) : [scalarText(entry.node)]
  const chosen: ModeWords[] = []
  for (const name of names) {
    const found = attempt(() => modeNamed(modes, name ?? '', 1))
    if (!found.ok) report(entry.line, found.error.message, found.error.nearest)
    else if (chosen.includes(found.value)) report(entry.line, `mode ${found.value.name} is named twice`)
    else chosen.push(found.value)
  }
  return chosen
}

function reportUnknown(entries: readonly Entry[], chosen: readonly ModeWords[], modes: readonly ModeWords[], report: Report): void {
  const settings = chosen.flatMap((mode) => allSettings(mode, modes).map(({ name }) => name))
  const known = [...new Set([...KEYS, ...settings, ...chosen.map(({ name }) => name)])]
  for (const { key, line } of entries) {
    if (known.includes(key)) continue
    const elsewhere = modes.some(({ name }) => name === key) ? `; this lab's mode is ${chosen.map(({ name }) => name).join(', ')}` : ''
    const near = elsewhere === '' ? nearest(key, known) : undefined
    const all = elsewhere === '' && near === undefined ? `; the keys are ${known.join(' ')}` : ''
    report(line, `unknown key ${key}${elsewhere}${all}`, near)
  }
}

function textAt(entries: readonly Entry[], name: string, report: Report): string | null {
  const entry = entries.find(({ key }) => key === name)
  if (entry === undefined) return null
  const text = scalarText(entry.node)
  if (text === null) report(entry.line, `${name} takes a text`)
  return text
}

function tagsAt(entries: readonly Entry[]): string[] {
  const node = entries.find(({ key }) => key === 'tags')?.node ?? null
  const tags = isSeq(node) ? node.items.map((item) => scalarText(item as Node) ?? '') : (scalarText(node) ?? '').split(',')
  return tags.map((tag) => tag.trim()).filter((tag) => tag !== '')
}

function limitAt(entries: readonly Entry[], report: Report): number {
  const entry = entries.find(({ key }) => key === 'limit')
  if (entry === undefined) return DEFAULT_LIMIT_MS
  const ms = parseDuration(scalarText(entry.node) ?? '')
  if (ms === null || ms === 0) report(entry.line, `limit takes a duration like 60s or 2m, not "${scalarText(entry.node) ?? ''}"`)
  return ms ?? DEFAULT_LIMIT_MS
}

function checksAt(entries: readonly Entry[], report: Report): boolean {
  const entry = entries.find(({ key }) => key === 'checks')
  if (entry === undefined) return true
  if (scalarText(entry.node) !== 'none') report(entry.line, "checks takes none; without it the mode's checks end the lab")
  return false
}

function runOf(
  mode: ModeWords,
  entries: readonly Entry[],
  lineAt: (offset: number) => number,
  modes: readonly ModeWords[],
  firstLine: number,
  report: Report,
): FrontMatter['runs'][number] {
  const settings = allSettings(mode, modes).filter(({ name }) => name !== 'mode')
  const given: SettingChange[] = []
  const take = (entry: Entry): void => {
    const value = scalarText(entry.node)
    const checked = value === null ? null : checkSetting(settings, entry.key, value)
    if (value === null || checked === null) report(entry.line, `${entry.key} takes one value`)
    else if (checked.ok) given.push({ name: entry.key, value: checked.value })
    else report(entry.line, checked.error.message, checked.error.nearest)
  }
  for (const entry of entries) if (settings.some(({ name }) => name === entry.key)) take(entry)
  const own = entries.find(({ key }) => key === mode.name)
  if (own !== undefined && !isMap(own.node)) report(own.line, `${mode.name} takes its settings, {NAME: VALUE}`)
  if (own !== undefined && isMap(own.node)) for (const entry of entriesOf(own.node, lineAt)) take(entry)
  const complete = completeSettings(mode, given, modes)
  if (!complete.ok) report(firstLine, complete.error.message, complete.error.nearest)
  const why = complete.ok ? refuseStart(mode, complete.value) : null
  if (why !== null) report(firstLine, why)
  return { mode, given, settings: complete.ok ? complete.value : {} }
}
