/**
 * The prompt's line as a pure reducer: keys in, state and effects out. It owns line, cursor, history, completion and search, so that a burst of
 * keys in one tick never meets a stale line; the screen only draws what it says.
 */
import { after, before, insert, remove, wordAfter, wordBefore } from './edit-buffer.ts'
import type { Key } from './keys.ts'
import type { Completion } from './lab-port.ts'

export type Effect =
  | { readonly type: 'submit'; readonly line: string }
  /** ctrl-c; `cleared` when it emptied a line or left a search. */
  | { readonly type: 'interrupt'; readonly cleared: boolean }
  | { readonly type: 'quit' }
  | { readonly type: 'suspend' }
  | { readonly type: 'redraw' }

export interface Search {
  readonly query: string
  /** Index into history of the match shown, or -1. */
  readonly match: number
  readonly line: string
  readonly cursor: number
}

export interface Choice {
  readonly from: number
  readonly candidates: readonly string[]
  /** The candidate in the line now, -1 while only their common head is. */
  readonly chosen: number
}

export interface EditorState {
  readonly line: string
  readonly cursor: number
  /** Oldest first. */
  readonly history: readonly string[]
  /** Which history entry is shown; `history.length` is the line being written. */
  readonly at: number
  readonly draft: string
  /** What ctrl-w, ctrl-u, ctrl-k or alt-d took last, for ctrl-y. */
  readonly killed: string
  readonly search: Search | null
  readonly choice: Choice | null
  /** In the order they happened; the prompt takes them with `takeEffects`. */
  readonly effects: readonly Effect[]
}

export type Complete = (line: string, cursor: number) => Completion

export const MAX_HISTORY = 1000

export function startEditor(history: readonly string[]): EditorState {
  const kept = history.slice(-MAX_HISTORY)
  return { line: '', cursor: 0, history: kept, at: kept.length, draft: '', killed: '', search: null, choice: null, effects: [] }
}

export function takeEffects(state: EditorState): readonly [EditorState, readonly Effect[]] {
  return state.effects.length === 0 ? [state, []] : [{ ...state, effects: [] }, state.effects]
}

export function reduceKeys(state: EditorState, keys: readonly Key[], complete: Complete): EditorState {
  return keys.reduce((now, key) => reduceKey(now, key, complete), state)
}

function reduceKey(state: EditorState, key: Key, complete: Complete): EditorState {
  if (state.search !== null) return searchKey(state, state.search, key, complete)
  const named = key.type === 'key' ? key.name : ''
  if (named === 'tab' || named === 'shift-tab') return completeLine(state, named === 'tab' ? 1 : -1, complete)
  const settled = state.choice === null ? state : { ...state, choice: null }
  switch (key.type) {
    case 'text':
      return { ...settled, ...insert(settled, key.text) }
    case 'paste':
      return paste(settled, key.text)
    case 'key':
      return named === 'escape' ? settled : (bindings[named]?.(settled) ?? settled)
  }
}

/** Every line that ends is submitted; what follows the last line end stays to be edited. */
function paste(state: EditorState, text: string): EditorState {
  const lines = text.split(/\r\n|\r|\n/)
  const rest = lines.pop() ?? ''
  let now = state
  for (const line of lines) now = submit({ ...now, ...insert(now, line) })
  return { ...now, ...insert(now, rest) }
}

function effect(state: EditorState, added: Effect): EditorState {
  return { ...state, effects: [...state.effects, added] }
}

function submit(state: EditorState): EditorState {
  const line = state.line.trim()
  const history = remember(state.history, line)
  const empty = { ...state, line: '', cursor: 0, draft: '', history, at: history.length, choice: null, search: null }
  return line === '' ? empty : effect(empty, { type: 'submit', line })
}

/** Consecutive duplicates and blanks are dropped, the oldest go when it is full. */
export function remember(history: readonly string[], line: string): readonly string[] {
  if (line === '' || history.at(-1) === line) return history
  return [...history, line].slice(-MAX_HISTORY)
}

function interrupt(state: EditorState): EditorState {
  const cleared = state.line !== '' || state.search !== null
  const empty = { ...state, line: '', cursor: 0, at: state.history.length, draft: '', search: null, choice: null }
  return effect(empty, { type: 'interrupt', cleared })
}

function travel(state: EditorState, by: 1 | -1): EditorState {
  const at = Math.min(state.history.length, Math.max(0, state.at + by))
  if (at === state.at) return state
  const draft = state.at === state.history.length ? state.line : state.draft
  const line = at === state.history.length ? draft : (state.history[at] ?? '')
  return { ...state, at, draft, line, cursor: line.length }
}

function kill(state: EditorState, from: number, to: number): EditorState {
  if (from === to) return state
  return { ...state, ...remove(state, from, to), killed: state.line.slice(from, to) }
}

function move(state: EditorState, cursor: number): EditorState {
  return { ...state, cursor }
}

function erase(state: EditorState, from: number, to: number): EditorState {
  return from === to ? state : { ...state, ...remove(state, from, to) }
}

const toStart = (state: EditorState): EditorState => move(state, 0)
const toEnd = (state: EditorState): EditorState => move(state, state.line.length)
const left = (state: EditorState): EditorState => move(state, before(state.line, state.cursor))
const right = (state: EditorState): EditorState => move(state, after(state.line, state.cursor))
const wordLeft = (state: EditorState): EditorState => move(state, wordBefore(state.line, state.cursor))
const wordRight = (state: EditorState): EditorState => move(state, wordAfter(state.line, state.cursor))
const older = (state: EditorState): EditorState => travel(state, -1)
const newer = (state: EditorState): EditorState => travel(state, 1)
const backspace = (state: EditorState): EditorState => erase(state, before(state.line, state.cursor), state.cursor)
const erasePast = (state: EditorState): EditorState => erase(state, state.cursor, after(state.line, state.cursor))
const killWord = (state: EditorState): EditorState => kill(state, wordBefore(state.line, state.cursor), state.cursor)

/** The keys of a shell's emacs mode, as people's fingers know them. */
const bindings: Readonly<Record<string, (state: EditorState) => EditorState>> = {
  enter: submit,
  backspace,
  'alt-backspace': killWord,
  'ctrl-w': killWord,
  'alt-d': (state) => kill(state, state.cursor, wordAfter(state.line, state.cursor)),
  'ctrl-u': (state) => kill(state, 0, state.cursor),
  'ctrl-k': (state) => kill(state, state.cursor, state.line.length),
  'ctrl-y': (state) => ({ ...state, ...insert(state, state.killed) }),
  delete: erasePast,
  left,
  'ctrl-b': left,
  right,
  'ctrl-f': right,
  'alt-b': wordLeft,
  'alt-left': wordLeft,
  'ctrl-left': wordLeft,
  'alt-f': wordRight,
  'alt-right': wordRight,
  'ctrl-right': wordRight,
  home: toStart,
  'ctrl-a': toStart,
  end: toEnd,
  'ctrl-e': toEnd,
  up: older,
  'ctrl-p': older,
  down: newer,
  'ctrl-n': newer,
  'ctrl-c': interrupt,
  'ctrl-d': (state) => (state.line === '' ? effect(state, { type: 'quit' }) : erasePast(state)),
  'ctrl-z': (state) => effect(state, { type: 'suspend' }),
  'ctrl-l': (state) => effect(state, { type: 'redraw' }),
  'ctrl-r': (state) => ({ ...state, search: { query: '', match: -1, line: state.line, cursor: state.cursor } }),
}

function searchKey(state: EditorState, search: Search, key: Key, complete: Complete): EditorState {
  if (key.type === 'text') return widen(state, search, key.text)
  if (key.type === 'key') {
    if (key.name === 'ctrl-r') return find(state, search, (search.match < 0 ? state.history.length : search.match) - 1)
    if (key.name === 'backspace') return find(state, { ...search, query: search.query.slice(0, -1) }, state.history.length - 1)
    if (key.name === 'escape' || key.name === 'ctrl-g') return { ...state, line: search.line, cursor: search.cursor, search: null }
    if (key.name === 'ctrl-c') return interrupt(state)
  }
  return reduceKey({ ...state, search: null }, key, complete)
}

/** A letter at a time, as typed: the match of the longest head of the query that has one stays. */
function widen(state: EditorState, search: Search, text: string): EditorState {
  let now = state
  for (const char of text) {
    const last = now.search ?? search
    now = find(now, { ...last, query: last.query + char }, state.history.length - 1)
  }
  return now
}

/** The newest entry at or before `from` that holds the query; without one the last match stays in view. */
function find(state: EditorState, search: Search, from: number): EditorState {
  if (search.query === '') return { ...state, search: { ...search, match: -1 } }
  for (let index = from; index >= 0; index--) {
    const line = state.history[index] ?? ''
    if (line.includes(search.query)) return { ...state, line, cursor: line.length, search: { ...search, match: index } }
  }
  return { ...state, search }
}

function completeLine(state: EditorState, by: 1 | -1, complete: Complete): EditorState {
  if (state.choice !== null && state.choice.candidates.length > 1) return cycle(state, state.choice, by)
  const { from, candidates } = complete(state.line, state.cursor)
  const only = candidates[0]
  if (only === undefined) return { ...state, choice: null }
  if (candidates.length === 1) {
    const open = /[=(,]$/.test(only) || state.line.charAt(state.cursor) === ' '
    return { ...replace(state, from, open ? only : `${only} `), choice: null }
  }
  const head = candidates.reduce(commonHead)
  const typed = state.line.slice(from, state.cursor)
  const grown = head.length > typed.length ? replace(state, from, head) : state
  return { ...grown, choice: { from, candidates, chosen: -1 } }
}

function cycle(state: EditorState, choice: Choice, by: 1 | -1): EditorState {
  const count = choice.candidates.length
  const chosen = choice.chosen < 0 && by < 0 ? count - 1 : (choice.chosen + by + count) % count
  return { ...replace(state, choice.from, choice.candidates[chosen] ?? ''), choice: { ...choice, chosen } }
}

function replace(state: EditorState, from: number, text: string): EditorState {
  return { ...state, ...insert(remove(state, from, state.cursor), text) }
}

function commonHead(a: string, b: string): string {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return a.slice(0, length)
}
