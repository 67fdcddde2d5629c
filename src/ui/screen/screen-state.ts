/**
 * Everything the keyboard can change about the screen, as a pure reducer: one key after another, so that a burst in one tick never meets a stale
 * line. What has to happen outside comes out as the editor's effects.
 */

import type { NodeScene } from '../../stream/scene.ts'
import type { Key } from '../keys.ts'
import { type Complete, type EditorState, type Effect, reduceKeys, startEditor } from '../line-editor.ts'
import type { Tone } from '../style.ts'
import type { ViewState } from './types.ts'

/** Whose the keyboard is. */
export type Focus = 'prompt' | 'nodes' | 'filter'

export interface Hint {
  readonly text: string
  readonly tone: Tone
}

export interface ScreenState {
  readonly editor: EditorState
  readonly focus: Focus
  /** The digit of what the body shows; 1 is the lab. */
  readonly view: string
  readonly views: Readonly<Record<string, ViewState>>
  readonly node: string | null
  /** The picture stands still; the cluster does not. */
  readonly held: boolean
  /** The topic that help shows; null: no help. */
  readonly help: number | null
  readonly hint: Hint | null
}

/** What keys act upon, as it is while they are pressed. */
export interface World {
  readonly complete: Complete
  readonly nodes: readonly Pick<NodeScene, 'id' | 'state' | 'weight'>[]
  /** Nodes with a cut link. */
  readonly cut: ReadonlySet<string>
  /** Digits of the views there are, the lab's included. */
  readonly digits: readonly string[]
  /** The dim text behind the line. */
  readonly ghost: string | null
  /** Rows that PgUp moves by. */
  readonly page: number
  /** The view by this digit: where it begins, and how far it can be moved from there. */
  reach(state: ScreenState): { readonly begins: 'top' | 'bottom'; readonly extent: number }
}

const LAB = '1'
const FRESH: ViewState = { scroll: 0, filter: '', node: null }
const MOST_FILTER = 200

export function startScreen(history: readonly string[]): ScreenState {
  return { editor: startEditor(history), focus: 'prompt', view: LAB, views: {}, node: null, held: false, help: null, hint: null }
}

export function viewState(state: ScreenState): ViewState {
  return { ...(state.views[state.view] ?? FRESH), node: state.node }
}

/** Whether keys that act only on an empty line may act. */
export function isIdle({ focus, editor, help }: ScreenState): boolean {
  return focus === 'prompt' && help === null && editor.line === '' && editor.search === null
}

export function reduceScreen(before: ScreenState, key: Key, world: World): ScreenState {
  const state = before.hint === null ? before : { ...before, hint: null }
  if (key.type === 'key' && alwaysEditor.includes(key.name)) return edit({ ...state, help: null }, key, world)
  if (key.type === 'key' && (key.name === 'pageup' || key.name === 'pagedown'))
    return scrolled(state, key.name === 'pageup' ? 'up' : 'down', world.page, world)
  if (state.help !== null) return helpKey(state, state.help, key, world)
  switch (state.focus) {
    case 'prompt':
      return promptKey(state, key, world)
    case 'nodes':
      return nodesKey(state, key, world)
    case 'filter':
      return filterKey(state, key)
  }
}

/** Keys that mean the same wherever the keyboard is. */
const alwaysEditor: readonly string[] = ['ctrl-c', 'ctrl-d', 'ctrl-z', 'ctrl-l']

function edit(state: ScreenState, key: Key, { complete }: World): ScreenState {
  return { ...state, editor: reduceKeys(state.editor, [key], complete) }
}

function promptKey(state: ScreenState, key: Key, world: World): ScreenState {
  if (key.type === 'text') return typed(state, key.text, world)
  if (key.type === 'paste') return edit(state, key, world)
  const { editor } = state
  const name = key.name
  if (world.ghost !== null && takesGhost(editor, name))
    return { ...state, editor: { ...editor, line: world.ghost, cursor: world.ghost.length } }
  if (name === 'end' && isIdle(state)) return withView(state, { scroll: 0 })
  if (name === 'escape' && editor.search === null && editor.choice === null) return toNodes(state, world)
  // What is run is seen: the newest row comes back into view.
  return edit(name === 'enter' && editor.line !== '' ? { ...withLab(state, { scroll: 0 }) } : state, key, world)
}

function takesGhost({ line, cursor, search }: EditorState, name: string): boolean {
  if (search !== null || cursor !== line.length) return false
  return ['right', 'ctrl-f', 'end', 'ctrl-e'].includes(name) || (name === 'tab' && line === '')
}

/** On an empty line some characters act, since no command begins with them; a burst is taken apart. */
function typed(state: ScreenState, text: string, world: World): ScreenState {
  let now = state
  let rest = text
  while (rest !== '') {
    const char = String.fromCodePoint(rest.codePointAt(0) ?? 0)
    const next = isIdle(now) ? hotKey(now, char, world) : takesLine(now) ? null : reduceScreen(now, { type: 'text', text: char }, world)
    if (next === null) return edit(now, { type: 'text', text: rest }, world)
    now = next
    rest = rest.slice(char.length)
  }
  return now
}

function takesLine({ focus, help }: ScreenState): boolean {
  return focus === 'prompt' && help === null
}

/** Null: it is the first letter of a command. */
function hotKey(state: ScreenState, char: string, { digits }: World): ScreenState | null {
  if (digits.includes(char)) return { ...state, view: char }
  switch (char) {
    case ' ':
      return { ...state, held: !state.held }
    case '?':
      return { ...state, help: 0 }
    case '/':
      return { ...state, focus: 'filter' }
    default:
      return null
  }
}

function helpKey(state: ScreenState, topic: number, key: Key, world: World): ScreenState {
  if (key.type === 'text') {
    if (key.text === '?' || key.text === ' ') return { ...state, help: null }
    return typed({ ...state, help: null, focus: 'prompt' }, key.text, world)
  }
  if (key.type === 'paste') return edit({ ...state, help: null, focus: 'prompt' }, key, world)
  if (['right', 'down', 'tab'].includes(key.name)) return { ...state, help: topic + 1 }
  if (['left', 'up', 'shift-tab'].includes(key.name)) return { ...state, help: topic - 1 }
  return { ...state, help: null }
}

function toNodes(state: ScreenState, { nodes }: World): ScreenState {
  const known = nodes.some(({ id }) => id === state.node)
  const first = nodes.find(({ weight }) => weight === 'lead') ?? nodes[0]
  return { ...state, focus: 'nodes', node: known ? state.node : (first?.id ?? null) }
}

function nodesKey(state: ScreenState, key: Key, world: World): ScreenState {
  if (key.type === 'paste') return edit({ ...state, focus: 'prompt' }, key, world)
  if (key.type === 'key') {
    switch (key.name) {
      case 'up':
      case 'left':
        return chosen(state, -1, world)
      case 'down':
      case 'right':
      case 'tab':
        return chosen(state, 1, world)
      case 'enter':
        return { ...state, focus: 'prompt' }
      case 'escape':
        return state.view === LAB ? { ...state, focus: 'prompt' } : { ...state, view: LAB }
      default:
        return state
    }
  }
  const [first = '', ...rest] = key.text
  const now = letter(state, first, world)
  return rest.length === 0 ? now : typed(now, rest.join(''), world)
}

function letter(state: ScreenState, char: string, world: World): ScreenState {
  if (char === 'i' || char === ':') return { ...state, focus: 'prompt' }
  if (char === 'g' || char === 'G') return scrolled(state, char === 'g' ? 'up' : 'down', Number.POSITIVE_INFINITY, world)
  const command = commandFor(state, char, world)
  if (command !== null) return { ...withLab(state, { scroll: 0 }), editor: submitted(state.editor, command) }
  return (
    hotKey(state, char, world) ?? { ...state, hint: { text: `${char} does nothing here; i returns to the prompt, ? helps`, tone: 'dim' } }
  )
}

/** The command that a letter stands for, so that people learn the language by using the keys. */
function commandFor({ node }: ScreenState, char: string, { nodes, cut }: World): string | null {
  if (node === null) return null
  const asleep = nodes.find(({ id }) => id === node)?.state === 'asleep'
  switch (char) {
    case 'k':
      return `kill ${node}`
    case 'r':
      return `restart ${node}`
    case 's':
      return `${asleep ? 'wake' : 'sleep'} ${node}`
    case 'p':
      return cut.has(node) ? 'heal' : `isolate ${node}`
    case 'h':
      return 'heal'
    default:
      return null
  }
}

function submitted(editor: EditorState, line: string): EditorState {
  const effect: Effect = { type: 'submit', line }
  return { ...editor, effects: [...editor.effects, effect] }
}

function chosen(state: ScreenState, by: 1 | -1, { nodes }: World): ScreenState {
  const at = nodes.findIndex(({ id }) => id === state.node)
  const next = nodes[Math.max(0, Math.min(nodes.length - 1, at + by))]
  return { ...state, node: next?.id ?? null }
}

function filterKey(state: ScreenState, key: Key): ScreenState {
  const { filter } = viewState(state)
  if (key.type !== 'key')
    return withView(state, { filter: `${filter}${key.text.replace(/[\x00-\x1f]/g, ' ')}`.slice(0, MOST_FILTER), scroll: 0 })
  switch (key.name) {
    case 'backspace':
      return filter === '' ? { ...state, focus: 'prompt' } : withView(state, { filter: [...filter].slice(0, -1).join('') })
    case 'ctrl-u':
      return withView(state, { filter: '' })
    case 'escape':
      return { ...withView(state, { filter: '', scroll: 0 }), focus: 'prompt' }
    case 'enter':
      return { ...state, focus: 'prompt' }
    default:
      return state
  }
}

/** Away from where the view begins, as far as it reaches. */
function scrolled(state: ScreenState, towards: 'up' | 'down', rows: number, world: World): ScreenState {
  const { begins, extent } = world.reach(state)
  const away = (begins === 'bottom') === (towards === 'up') ? rows : -rows
  const scroll = Math.max(0, Math.min(extent, Math.min(viewState(state).scroll, extent) + away))
  return withView(state, { scroll })
}

function withView(state: ScreenState, change: Partial<ViewState>): ScreenState {
  return { ...state, views: { ...state.views, [state.view]: { ...viewState(state), ...change } } }
}

function withLab(state: ScreenState, change: Partial<ViewState>): ScreenState {
  return { ...state, views: { ...state.views, [LAB]: { ...(state.views[LAB] ?? FRESH), ...change } } }
}
