/** The three rows at the top: which lab, how it fares and why, and what is broken. */

import type { Hello, Picture } from '../../lab/attach/protocol.ts'
import { printable } from '../../lab/text-width.ts'
import { isNode } from '../../machine/ids.ts'
import { healthBadges, sign } from '../../ui/screen/signs.ts'
import { type Row, type Span, type Style, span, spread } from '../../ui/style.ts'

const ROOMY = 110

export interface TitleView {
  readonly hello: Hello | null
  readonly picture: Picture | null
  /** Why there is no newer picture; null: all is well. */
  readonly note: string | null
  /** Without a snapshot for so long; 0 while they come. */
  readonly silentSeconds: number
  readonly paused: boolean
}

export function titleRows(view: TitleView, columns: number, style: Style): readonly Row[] {
  const { hello, picture } = view
  const lab = hello === null ? '' : `lab ${hello.pid}${picture === null ? '' : ` ${dot(style)} ${clock(picture.nowNs)}`}`
  const name: Row = [span('splitbrain top', 'bold'), span(picture === null ? '' : `  ${what(picture, hello, style)}`)]
  return [
    spread(name, [...(view.paused ? [span(' paused ', 'reverse'), span(' ')] : []), span(lab, 'dim')], columns),
    spread(healthSpans(view, style), picture === null ? [] : [span(lead(picture, style), 'bold')], columns),
    picture === null ? [] : spread(faultSpans(picture, style), [span(predictedWords(picture, style), 'dim')], columns),
  ]
}

function what({ mode, nodes, tolerates, seed, bug, block }: Picture, hello: Hello | null, style: Style): string {
  const servers = nodes.filter(({ id }) => isNode(id)).length
  const parts = [
    mode,
    `${servers} nodes${tolerates === null ? '' : `, f = ${tolerates}`}`,
    `seed ${seed ?? hello?.seed ?? '?'}`,
    ...(bug === 'none' ? [] : [`bug ${bug}`]),
    ...(block === null ? [] : [printable(block.heading)]),
  ]
  return parts.join(` ${dot(style)} `)
}

function healthSpans({ picture, note, silentSeconds }: TitleView, style: Style): Row {
  if (note !== null) return [span(` ${sign('pending', style)} `, 'reverse'), span(` ${printable(note)}`)]
  if (silentSeconds > 0) return [span(` ${sign('pending', style)} `, 'reverse'), span(` no news from the lab for ${silentSeconds} s`)]
  const observed = picture?.observed ?? null
  if (observed === null) return [span(` ${sign('starting', style)} starting `, 'reverse')]
  const badge: Span = span(` ${sign(observed.state, style)} ${observed.state} `, healthBadges[observed.state])
  return [badge, span(` ${printable(observed.why)}`)]
}

/** Who leads, or what the mode says of the whole. */
function lead({ leader, term, facts }: Picture, style: Style): string {
  const leads = term === null ? [] : [leader === null ? `no leader, term ${term}` : `leader ${leader}, term ${term}`]
  const said = facts?.map(({ name, value }) => `${printable(name)} ${printable(value)}`) ?? []
  return (leads.length > 0 ? leads : said).join(` ${dot(style)} `)
}

function faultSpans({ faults, moreFaults, faultCount, broken }: Picture, style: Style): Row {
  const rule = broken[0]
  if (rule !== undefined) return [span(`${sign('unhealthy', style)} ${printable(rule.name)} is broken: ${printable(rule.why)}`, 'bad')]
  if (faults.length === 0) return [span(faultCount === 0 ? 'nothing was broken yet' : 'nothing is broken now', 'dim')]
  const more = moreFaults > 0 ? ` +${moreFaults}` : ''
  return [span(`${sign('fault', style)} broken now: ${faults.map(printable).join('; ')}${more}`, 'warn')]
}

function predictedWords({ predicted, observed }: Picture, style: Style): string {
  if (predicted === null) return ''
  const spare = predicted.state === 'unhealthy' ? '' : `, ${predicted.spare} more may fail`
  const differs = observed !== null && observed.state !== predicted.state ? `${sign('degraded', style)} ` : ''
  return `${differs}predicted ${predicted.state}${predicted.uncertain ? ' (uncertain)' : ''}${spare}`
}

/** What keys do, and what the ribbon's signs mean. */
export function keyRow(columns: number, style: Style): Row {
  const [low, half, full] = style.ascii ? ['_', '=', '#'] : ['▂', '▅', '█']
  const legend = [span(low, 'good'), span(' healthy  ', 'dim'), span(half, 'warn'), span(' degraded  ', 'dim'), span(full, 'bad')]
  const keys = columns >= ROOMY ? 'q leaves   space holds the picture   up, down scroll the nodes' : 'q leaves  space holds'
  return spread([span(keys, 'dim')], [...legend, span(' unhealthy', 'dim')], columns)
}

/** Since the run began: `4:05`, `1:02:33`. */
export function clock(ns: number): string {
  const seconds = Math.max(0, Math.floor(ns / 1e9))
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

function dot(style: Style): string {
  return style.ascii ? '|' : '·'
}
