/** What keys do to a recorded run: a pure reducer, one key after another. Time belongs to the arrow keys here, so nothing is typed. */
import type { Key } from '../keys.ts'
import { reduceScreen, type ScreenState, startScreen, type World } from '../screen/screen-state.ts'
import { beforeItBroke, type Landmark, type LandmarkKind, lastBefore, nextAfter } from './landmarks.ts'

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const
const AS_IT_WAS = SPEEDS.indexOf(1)
/** A small step. */
const STEP_NS = 100_000_000
const LAB = '1'
/** The digit that is no digit: help stands where a view does. */
export const HELP = '?'

export interface TransportState {
  /** View, filter and scrolling, as the lab's own screen has them. */
  readonly screen: ScreenState
  readonly cursorNs: number
  readonly playing: boolean
  /** Of `SPEEDS`. */
  readonly speed: number
  /** What has to happen outside. */
  readonly wish: 'none' | 'leave' | 'interrupt' | 'suspend' | 'redraw'
}

export interface Recorded {
  readonly endNs: number
  readonly landmarks: readonly Landmark[]
}

export interface TransportWorld extends Recorded {
  readonly screen: World
}

export function startTransport(cursorNs: number): TransportState {
  return { screen: startScreen([]), cursorNs, playing: false, speed: AS_IT_WAS, wish: 'none' }
}

export function speedOf({ speed }: Pick<TransportState, 'speed'>): number {
  return SPEEDS[speed] ?? 1
}

/** Time goes by while it plays; at the end it stands. */
export function advance(state: TransportState, elapsedMs: number, endNs: number): TransportState {
  if (!state.playing) return state
  const cursorNs = Math.min(endNs, state.cursorNs + elapsedMs * 1e6 * speedOf(state))
  return { ...state, cursorNs, playing: cursorNs < endNs }
}

export function reduceTransport(before: TransportState, key: Key, world: TransportWorld): TransportState {
  const state: TransportState = { ...before, wish: 'none', screen: { ...before.screen, hint: null } }
  if (key.type === 'paste') return state
  const wish = key.type === 'key' ? wishes.get(key.name) : undefined
  if (wish !== undefined) return { ...state, wish }
  // The line of the filter and scrolling are the screen's own.
  if (state.screen.focus === 'filter' || (key.type === 'key' && ['pageup', 'pagedown'].includes(key.name)))
    return { ...state, screen: reduceScreen(state.screen, key, world.screen) }
  if (key.type === 'key') return named(state, key.name, world)
  let now = state
  for (const [at, char] of [...key.text].entries()) {
    // Behind a `/` the rest of the burst belongs to the filter.
    if (now.screen.focus === 'filter') return reduceTransport(now, { type: 'text', text: [...key.text].slice(at).join('') }, world)
    now = letter(now, char, world)
  }
  return now
}

const wishes: ReadonlyMap<string, TransportState['wish']> = new Map([
  ['ctrl-c', 'interrupt'],
  ['ctrl-d', 'leave'],
  ['ctrl-z', 'suspend'],
  ['ctrl-l', 'redraw'],
])

function named(state: TransportState, name: string, world: TransportWorld): TransportState {
  switch (name) {
    case 'right':
      return forward(state, world)
    case 'left':
      return back(state, world)
    case 'ctrl-right':
    case 'alt-right':
      return moved(state, state.cursorNs + STEP_NS, world)
    case 'ctrl-left':
    case 'alt-left':
      return moved(state, state.cursorNs - STEP_NS, world)
    case 'up':
      return { ...state, speed: Math.min(SPEEDS.length - 1, state.speed + 1) }
    case 'down':
      return { ...state, speed: Math.max(0, state.speed - 1) }
    case 'home':
      return moved(state, 0, world)
    case 'end':
      return moved(state, world.endNs, world)
    case 'escape':
      return state.screen.view === LAB ? { ...state, wish: 'leave' } : seen(state, LAB)
    default:
      return state
  }
}

const TROUBLE: readonly LandmarkKind[] = ['fault', 'failure']

function letter(state: TransportState, char: string, world: TransportWorld): TransportState {
  if (world.screen.digits.includes(char)) return seen(state, char === HELP && state.screen.view === HELP ? LAB : char)
  switch (char) {
    case ' ':
      return playOrPause(state, world)
    case '.':
      return moved(state, state.cursorNs + STEP_NS, world)
    case ',':
      return moved(state, state.cursorNs - STEP_NS, world)
    case 'n':
      return forward(state, world, TROUBLE)
    case 'p':
      return back(state, world, TROUBLE)
    case 'b':
      return toBreak(state, world)
    case '/':
      return { ...state, screen: { ...state.screen, focus: 'filter' } }
    case 'q':
      return { ...state, wish: 'leave' }
    default:
      return hinted(state, `${char} does nothing here; ? says which keys do`)
  }
}

/** Whoever looks at one moment wants it to stay. */
function moved(state: TransportState, ns: number, { endNs }: Recorded): TransportState {
  return { ...state, cursorNs: Math.max(0, Math.min(endNs, ns)), playing: false }
}

function forward(state: TransportState, world: Recorded, kinds?: readonly LandmarkKind[]): TransportState {
  const next = nextAfter(world.landmarks, state.cursorNs, kinds)
  if (next !== null) return moved(state, next.atNs, world)
  return kinds === undefined ? moved(state, world.endNs, world) : hinted(state, 'no fault or failure after this')
}

function back(state: TransportState, world: Recorded, kinds?: readonly LandmarkKind[]): TransportState {
  const last = lastBefore(world.landmarks, state.cursorNs, kinds)
  if (last !== null) return moved(state, last.atNs, world)
  return kinds === undefined ? moved(state, 0, world) : hinted(state, 'no fault or failure before this')
}

function toBreak(state: TransportState, world: Recorded): TransportState {
  const ns = beforeItBroke(world.landmarks)
  return ns === null
    ? hinted(state, 'nothing broke in this run: no failed expectation, broken rule or invalid check')
    : moved(state, ns, world)
}

/** From the end it begins again. */
function playOrPause(state: TransportState, { endNs }: Recorded): TransportState {
  if (state.playing) return { ...state, playing: false }
  return { ...state, playing: true, cursorNs: state.cursorNs >= endNs ? 0 : state.cursorNs }
}

function seen(state: TransportState, view: string): TransportState {
  return { ...state, screen: { ...state.screen, view } }
}

function hinted(state: TransportState, text: string): TransportState {
  return { ...state, screen: { ...state.screen, hint: { text, tone: 'dim' } } }
}
