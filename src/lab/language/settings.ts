/** Settings: the same kebab-case words in front matter, as `--flags`, in `reset` and in `set`, checked and brought to one form here. */
import { nodeIds } from '../../machine/ids.ts'
import type { SettingSpec } from '../../modes/mode.ts'
import type { SettingChange } from './ast.ts'
import type { ModeWords } from './context.ts'
import { attempt, type Outcome, reject } from './errors.ts'
import { LATER_MODES, laterWord } from './later.ts'
import { nearest } from './nearest.ts'
import { formatDuration, formatDurationRange, formatSize, parseCount, parseDuration, parseDurationRange, parseSize } from './units.ts'

export interface Setting extends SettingSpec {
  readonly min?: number
  readonly max?: number
  /** A word that stands for "no number": `random` for a seed. */
  readonly word?: string
}

export const MOST_NODES = 128
/** No limit anyone meets, and small enough for every mode to compute with. */
const MOST = 1_000_000_000

const NODE_LIST = /^n[1-9]\d*(,n[1-9]\d*)*$/
const NODE_GROUPS = /^n[1-9]\d*([,/]n[1-9]\d*)*$/

/** What every mode has. `mode` and `preset` decide which others there are and where they start. */
export function generalSettings(mode: ModeWords, modes: readonly ModeWords[] = [mode]): Setting[] {
  const presets = Object.keys(mode.presets)
  return [
    { name: 'mode', kind: 'choice', choices: modes.map(({ name }) => name), fallback: mode.name, live: false, help: 'the protocol' },
    { name: 'nodes', kind: 'count', min: 1, max: MOST_NODES, fallback: '5', live: false, help: 'how many nodes start' },
    {
      name: 'seed',
      kind: 'count',
      min: 0,
      word: 'random',
      fallback: 'random',
      live: false,
      help: 'decides every random choice of the lab',
    },
    {
      name: 'sync',
      kind: 'choice',
      choices: ['always', 'batch', 'never'],
      fallback: 'always',
      live: false,
      help: 'when a write is on disk: before its answer (batch: every 10 ms), or some time after',
    },
    {
      name: 'preset',
      kind: 'choice',
      choices: withFirst('default', presets),
      fallback: 'default',
      live: false,
      help: 'several settings at once',
    },
    {
      name: 'bug',
      kind: 'choice',
      choices: withFirst(
        'none',
        mode.bugs.map(({ name }) => name),
      ),
      fallback: 'none',
      live: false,
      help: 'breaks one rule on purpose, so that a check can prove it bites',
    },
    { name: 'bug-on', kind: 'nodes', fallback: 'all', live: false, help: 'the nodes that have the bug' },
  ]
}

function withFirst(first: string, names: readonly string[]): string[] {
  return [first, ...names.filter((name) => name !== first)]
}

/** General ones first, then the mode's own. */
export function allSettings(mode: ModeWords, modes?: readonly ModeWords[]): Setting[] {
  return [...generalSettings(mode, modes), ...mode.settings]
}

/** Rejects (inside the language) an unknown setting and a value that is not of its kind. `column` is the name's, `valueColumn` the value's. */
export function readSetting(settings: readonly Setting[], name: string, value: string, column: number, valueColumn: number): SettingChange {
  const setting = settings.find((one) => one.name === name)
  if (setting === undefined)
    reject(
      `unknown setting ${name}`,
      column,
      nearest(
        name,
        settings.map((one) => one.name),
      ),
    )
  return { name, value: normalise(setting, value, valueColumn) }
}

/** As `readSetting`, for callers outside the language; never throws. */
export function checkSetting(settings: readonly Setting[], name: string, value: string): Outcome<string> {
  return attempt(() => readSetting(settings, name, value, 1, 1).value)
}

/**
 * Every setting of the mode as text in its normal form: fallback, then preset, then what was given. Durations come as `100ms`,
 * ranges as `300-600ms`, sizes as bytes with a unit, on-off as `on` or `off`.
 */
export function completeSettings(
  mode: ModeWords,
  given: readonly SettingChange[],
  modes?: readonly ModeWords[],
): Outcome<Record<string, string>> {
  return attempt(() => {
    const settings = allSettings(mode, modes)
    const values: Record<string, string> = {}
    for (const setting of settings) values[setting.name] = normalise(setting, setting.fallback, 1)
    const changes = given.map(({ name, value }) => readSetting(settings, name, value, 1, 1))
    const preset = changes.findLast(({ name }) => name === 'preset')?.value
    for (const [name, value] of Object.entries(preset === undefined ? {} : (mode.presets[preset] ?? {}))) {
      values[name] = readSetting(settings, name, value, 1, 1).value
    }
    for (const { name, value } of changes) values[name] = value
    return values
  })
}

/** Why no cluster can start with these settings, each of which is right alone; null if one can. `values`: as `completeSettings` answers them. */
export function refuseStart(mode: ModeWords, values: Readonly<Record<string, string>>): string | null {
  const nodes = Number(values.nodes)
  const there = nodeIds(nodes)
  for (const { name, kind, choices = ['all'] } of allSettings(mode)) {
    const value = values[name] ?? ''
    if (kind !== 'nodes' || choices.includes(value)) continue
    const stranger = value.split(',').find((id) => !there.includes(id))
    if (stranger !== undefined) return `${name} names ${stranger}; the nodes are n1 to n${nodes}`
  }
  return mode.refuse?.(values, nodes) ?? null
}

function normalise(setting: Setting, value: string, column: number): string {
  if (setting.word !== undefined && value === setting.word) return value
  switch (setting.kind) {
    case 'on-off':
      return onOff(setting, value, column)
    case 'choice': {
      const choices = setting.choices ?? []
      if (!choices.includes(value)) reject(`${setting.name} is ${either(choices)}, not "${value}"`, column, nearest(value, choices))
      return value
    }
    case 'count':
      return String(bounded(setting, parseCount(value), value, column, 'a whole number', String))
    case 'duration':
      return `${bounded(setting, parseDuration(value), value, column, 'a duration like 250ms or 3s', formatDuration)}ms`
    case 'duration-range': {
      const range = parseDurationRange(value)
      if (range === null || range.lowMs < (setting.min ?? 1)) {
        reject(`${setting.name} takes two durations, low first, like 300-600 or 300ms-600ms, not "${value}"`, column)
      }
      return formatDurationRange(range)
    }
    case 'nodes':
    case 'groups': {
      const words = setting.choices ?? (setting.kind === 'nodes' ? ['all'] : [])
      if (words.includes(value)) return value
      const wanted = setting.kind === 'nodes' ? 'nodes like n2 or n1,n3' : 'groups of nodes like n1,n2/n3,n4,n5'
      if (!(setting.kind === 'nodes' ? NODE_LIST : NODE_GROUPS).test(value))
        reject(`${setting.name} is ${either([...words, wanted])}, not "${value}"`, column)
      return value
    }
    case 'size':
      return formatSize(bounded(setting, parseSize(value), value, column, 'a size like 64kb', formatSize))
  }
}

function onOff(setting: Setting, value: string, column: number): string {
  if (value === 'on' || value === 'true' || value === 'yes') return 'on'
  if (value === 'off' || value === 'false' || value === 'no') return 'off'
  reject(`${setting.name} is on or off, not "${value}"`, column)
}

function bounded(
  setting: Setting,
  parsed: number | null,
  value: string,
  column: number,
  what: string,
  format: (n: number) => string,
): number {
  if (parsed === null) reject(`${setting.name} takes ${what}, not "${value}"`, column)
  const { min = 1, max = MOST } = setting
  if (parsed < min) reject(`${setting.name} is at least ${format(min)}, not ${value}`, column)
  if (parsed > max) reject(`${setting.name} is at most ${format(max)}, not ${value}`, column)
  return parsed
}

/** `a, b or c`. */
export function either(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? 'nothing') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** Rejects (inside the language) a mode there is not. */
export function modeNamed(modes: readonly ModeWords[], name: string, column: number): ModeWords {
  const found = modes.find((mode) => mode.name === name)
  if (found !== undefined) return found
  const later = laterWord(LATER_MODES, name)
  const names = modes.map((mode) => mode.name)
  reject(later ?? `unknown mode ${name}; there is ${either(names)}`, column, later === undefined ? nearest(name, names) : undefined)
}
