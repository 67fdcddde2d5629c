/** The signs of the screen. Each has an ASCII twin, and none says anything by its colour alone. */
import type { HealthState } from '../../modes/mode.ts'
import type { NodeScene } from '../../stream/scene.ts'
import type { Style, Tone } from '../style.ts'

export type Sign =
  | 'healthy'
  | 'degraded'
  | 'unhealthy'
  | 'starting'
  | 'restarting'
  | 'asleep'
  | 'dead'
  | 'lead'
  | 'seek'
  | 'plain'
  | 'chosen'
  | 'fault'
  | 'undone'
  | 'solid'
  | 'hollow'
  | 'lost'
  | 'rule'
  | 'dot'
  | 'pending'
  | 'answer'
  | 'prompt'

const signs: Readonly<Record<Sign, readonly [sign: string, ascii: string]>> = {
  healthy: ['●', '+'],
  degraded: ['◐', '!'],
  unhealthy: ['✗', 'x'],
  starting: ['◌', '~'],
  restarting: ['◌', '~'],
  asleep: ['z', 'z'],
  dead: ['✗', 'x'],
  lead: ['★', '*'],
  seek: ['◇', '?'],
  plain: ['●', 'o'],
  chosen: ['▸', '>'],
  fault: ['▲', '^'],
  undone: ['△', 'v'],
  solid: ['■', '#'],
  hollow: ['□', 'o'],
  lost: ['×', 'X'],
  rule: ['─', '-'],
  dot: ['·', '-'],
  pending: ['…', '~'],
  answer: ['→', '->'],
  prompt: ['❯', '>'],
}

export function sign(name: Sign, style: Style): string {
  return signs[name][style.ascii ? 1 : 0]
}

export const healthTones: Readonly<Record<HealthState, Tone>> = { healthy: 'good', degraded: 'warn', unhealthy: 'bad' }
export const healthBadges: Readonly<Record<HealthState, Tone>> = { healthy: 'good-badge', degraded: 'warn-badge', unhealthy: 'bad-badge' }

/** What stands before a node's name: how its process fares first, then what it is to the others. */
export function nodeSign(node: Pick<NodeScene, 'state' | 'weight'>): { readonly sign: Sign; readonly tone: Tone } {
  switch (node.state) {
    case 'starting':
    case 'restarting':
      return { sign: node.state, tone: 'accent' }
    case 'asleep':
      return { sign: 'asleep', tone: 'warn' }
    case 'dead':
      return { sign: 'dead', tone: 'bad' }
    case 'live':
      return node.weight === 'lead'
        ? { sign: 'lead', tone: 'accent' }
        : node.weight === 'seek'
          ? { sign: 'seek', tone: 'warn' }
          : { sign: 'plain', tone: 'good' }
  }
}

export const hues = ['hue0', 'hue1', 'hue2', 'hue3', 'hue4', 'hue5'] as const

/** The same number has the same hue everywhere. */
export function hue(number: number): Tone {
  return hues[((number % hues.length) + hues.length) % hues.length] ?? 'hue0'
}
