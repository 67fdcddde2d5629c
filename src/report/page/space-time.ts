/** Space-time diagrams: lanes of clients and nodes, and between them every message as a line from when it left to when it came. */
import { byNumber } from '../../machine/ids.ts'
import type { MessageRecord } from '../../stream/events.ts'
import { isDropped, kindOf } from '../recording/close-ups.ts'
import { identityOf } from '../recording/operations.ts'
import type { CloseUp, Recording, ToldEvent } from '../recording/types.ts'
import { type Axis, atSeconds, axisOf, rounded, span } from './axis.ts'
import { type Lit, litBar, operationBar } from './client-row.ts'
import { healthRow } from './health-row.ts'
import { cut, type Html, html, LONGEST_LINE, NOTHING } from './html.ts'
import { operationSwatches } from './legend.ts'
import { nodeRow } from './node-row.ts'
import { picture, type Row, type Rule } from './picture.ts'
import { type Strokes, strokesOf } from './strokes.ts'

const MOST_NODES = 25
const MOST_LABELS = 14
const MOST_LINES = 40
const LABEL_WIDTH = 150

export function spaceTime(recording: Recording, lit: Lit): Html {
  const { closeUps, windowsLeft, violationWindowsLeft } = recording
  if (closeUps.length === 0) return NOTHING
  const strokes = strokesOf(totals(closeUps))
  return html`<section id="moments" aria-labelledby="moments-title"><h2 id="moments-title">Close looks</h2>
<p class="note">Around faults, elections and contradictions: who sent what to whom. A line runs from when a message left to when it arrived; one that ends in a cross was dropped.</p>
<ul class="legend" aria-label="Legend of the close looks">${operationSwatches()}</ul>
${closeUps.map((closeUp, i) => oneWindow(recording, closeUp, lit, strokes, i))}
${windowsLeft > 0 ? html`<p class="note">Not shown: ${windowsLeft} more moments${violationWindowsLeft > 0 ? `, ${violationWindowsLeft} of them of a violation` : ''}.</p>` : NOTHING}
</section>`
}

function oneWindow(recording: Recording, closeUp: CloseUp, lit: Lit, strokes: Strokes, index: number): Html {
  const { window, messages, messageCounts, unrecorded, operationsLeft } = closeUp
  const total = [...messageCounts.values()].reduce((sum, count) => sum + count, 0)
  const title = `${atSeconds(window.fromNs)} to ${atSeconds(window.toNs)}`
  return html`<details class="moment" id="moment-${index + 1}"${window.violation || index === 0 ? html` open=""` : NOTHING}><summary><span class="when">${title}</span> ${cut(window.reasons.join(' · '), 160)}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="${`Close look ${title}, scrolls sideways`}">
${diagram(recording, closeUp, lit, strokes, index)}
</div>
${typeList(messageCounts, strokes)}
${notes(messages.length, total, unrecorded, operationsLeft)}
${toldList(closeUp)}
</details>`
}

function diagram({ story }: Recording, { window, messages, operations, told }: CloseUp, lit: Lit, strokes: Strokes, index: number): Html {
  const axis = axisOf(window.fromNs, window.toNs)
  const clients = [...new Set(operations.map(({ client }) => client))].sort(byNumber)
  const rows: Row[] = [
    healthRow('observed', story.observed, axis, 10),
    ...clients.map((client) => clientLane(client, operations, lit, axis, index)),
    ...story.lanes.slice(0, MOST_NODES).map((lane) => nodeRow(lane, story.leaders, axis, 38)),
  ]
  const rules = [
    ...story.marks.filter(({ atNs }) => atNs >= window.fromNs && atNs <= window.toNs).map(({ atNs, kind }): Rule => ({ atNs, kind })),
  ]
  return picture({
    title: `Messages from ${atSeconds(window.fromNs)} to ${atSeconds(window.toNs)}`,
    description: `${messages.length} messages, ${operations.length} operations; ${cut(window.reasons.join(', '), LONGEST_LINE)}`,
    axis,
    rows,
    rules,
    over: (yOf) => html`${messages.map((message) => arrow(message, strokes, axis, yOf))}${labels(told, axis, yOf)}`,
  })
}

function clientLane(client: string, operations: CloseUp['operations'], lit: Lit, axis: Axis, index: number): Row {
  return {
    label: client,
    height: 26,
    draw: (y) =>
      html`${operations
        .filter((operation) => operation.client === client)
        .map((operation) => {
          const name = lit.get(identityOf(operation))?.name
          return name === undefined
            ? operationBar(operation, axis, y + 1)
            : litBar(name, operation, axis, y + 1, `moment-${index + 1}-${name}`)
        })}`,
  }
}

function arrow(message: MessageRecord, strokes: Strokes, axis: Axis, yOf: (label: string) => number | null): Html {
  const [atUs, from, to, type, fate, tookUs] = message
  const [y1, y2] = [yOf(from), yOf(to)]
  if (y1 === null || y2 === null) return NOTHING
  const dropped = isDropped(message)
  const x1 = axis.x(atUs * 1e3)
  const x2 = axis.x((atUs + tookUs) * 1e3)
  // A drop ends half way: it left, and came nowhere.
  const end = dropped ? (y1 + y2) / 2 : y2
  const title = `${from} → ${to} ${type}, ${atSeconds(atUs * 1e3)}, ${dropped ? `dropped: ${fate}` : `under way ${span(tookUs * 1e3)}`}`
  const stroke = strokes.get(kindOf(message)) ?? 'm0 d0'
  const direction = end > y1 ? -4 : 4
  const head = dropped ? `m-3,-3l6,6m0,-6l-6,6` : `m-2.5,${direction}l2.5,${-direction}l2.5,${direction}`
  return html`<path class="m ${stroke}${dropped ? ' dropped' : ''}" d="M${rounded(x1 - 1.5)},${rounded(y1)}h3M${x1},${rounded(y1)}L${x2},${rounded(end)}${head}"><title>${title}</title></path>
`
}

/** What nodes said of themselves, where it was said; as many as find room. */
function labels(told: readonly ToldEvent[], axis: Axis, yOf: (label: string) => number | null): Html {
  const taken = new Map<string, number>()
  let shown = 0
  return html`${told.map(({ atNs, node, text }) => {
    const y = node === null ? null : yOf(node)
    const x = axis.x(atNs)
    if (node === null || y === null || shown >= MOST_LABELS || x < (taken.get(node) ?? 0)) return NOTHING
    shown += 1
    const words = cut(text.startsWith(`${node} `) ? text.slice(node.length + 1) : text, 26)
    const right = x + LABEL_WIDTH > 1110
    taken.set(node, x + LABEL_WIDTH)
    return html`<g class="said"><title>${`${atSeconds(atNs)} ${text}`}</title><circle cx="${x}" cy="${y}" r="3"/><text x="${rounded(right ? x - 5 : x + 5)}" y="${rounded(y - 11)}" text-anchor="${right ? 'end' : 'start'}">${words}</text></g>
`
  })}`
}

function typeList(counts: ReadonlyMap<string, number>, strokes: Strokes): Html {
  if (counts.size === 0) return NOTHING
  return html`<ul class="legend types" aria-label="Types of messages">${[...counts].map(([type, count]) => {
    const stroke = strokes.get(type) ?? 'm0 d0'
    return html`<li data-type="${stroke}"><svg class="swatch" viewBox="0 0 34 18" width="34" height="18" aria-hidden="true" xmlns="http://www.w3.org/2000/svg"><path class="m ${stroke}" d="M1,9H33"/></svg> ${type} <span class="count">${count}</span></li>
`
  })}</ul>`
}

function totals(closeUps: readonly CloseUp[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { messageCounts } of closeUps) for (const [type, count] of messageCounts) sums.set(type, (sums.get(type) ?? 0) + count)
  return sums
}

function notes(shown: number, recorded: number, unrecorded: number, operationsLeft: number): Html {
  const lines: string[] = []
  if (recorded === 0) lines.push('No messages were recorded in this time.')
  else if (shown < recorded) lines.push(`Drawn: ${shown} of ${recorded} messages, rare types first, the others evenly over the time.`)
  if (unrecorded > 0) lines.push(`${unrecorded} more passed without being recorded.`)
  if (operationsLeft > 0) lines.push(`${operationsLeft} more operations were asked in this time than are drawn.`)
  return lines.length === 0 ? NOTHING : html`<p class="note">${lines.join(' ')}</p>`
}

function toldList({ told, toldLeft }: CloseUp): Html {
  const more = Math.max(0, told.length - MOST_LINES) + toldLeft
  if (told.length === 0) return NOTHING
  return html`<ul class="told">${told.slice(0, MOST_LINES).map(
    ({ atNs, text }) => html`<li><span class="when">${atSeconds(atNs)}</span> ${cut(text, LONGEST_LINE)}</li>
`,
  )}${more > 0 ? html`<li>and ${more} more</li>` : NOTHING}</ul>`
}
