/** The whole run in one picture: health, faults, steps of the lab, nodes, clients. */
import type { BlockMark, ClientTrack, Recording, Story } from '../recording/types.ts'
import { type Axis, atSeconds, axisOf, rounded } from './axis.ts'
import { clientRow, type Lit } from './client-row.ts'
import { healthRow } from './health-row.ts'
import { cut, type Html, html, LONGEST_LINE, NOTHING } from './html.ts'
import { legend } from './legend.ts'
import { nodeRow } from './node-row.ts'
import { bar, picture, type Row, type Rule } from './picture.ts'

const MOST_CLIENTS = 24
const MOST_NODES = 40
/** With more faults than this, rules through all lanes would hide what stands in them. */
const MOST_RULES = 60
const NUMBER_WIDTH = 16

export function timeline(recording: Recording, lit: Lit): Html {
  const { story, clients, endNs } = recording
  const axis = axisOf(0, Math.max(endNs, 1))
  const shownClients = chosenClients(clients, lit)
  const shownNodes = story.lanes.slice(0, MOST_NODES)
  const rows: Row[] = [
    healthRow('observed', story.observed, axis, 20),
    healthRow('predicted', story.predicted, axis, 8),
    ...(story.marks.length === 0 ? [] : [faultRow(story, axis)]),
    ...(story.blocks.length === 0 ? [] : [blockRow(story.blocks, axis)]),
    ...shownNodes.map((lane) => nodeRow(lane, story.leaders, axis)),
    ...shownClients.map((track) => clientRow(track, lit, axis)),
  ]
  const rules = story.marks.length > MOST_RULES ? [] : story.marks.map(({ atNs, kind }): Rule => ({ atNs, kind }))
  return html`<section id="timeline" aria-labelledby="timeline-title"><h2 id="timeline-title">The run over time</h2>
<div class="scroll" tabindex="0" role="region" aria-label="The run over time, scrolls sideways" data-zoom="">
${picture({ title: 'The run over time', description: describe(recording), axis, rows, rules })}
</div>
${legend(story.drawn)}
${missing([
  [clients.length - shownClients.length, 'clients', clientsLeftWords(clients, shownClients)],
  [story.lanes.length - shownNodes.length, 'nodes', ''],
  [story.blocksLeft, 'steps', ' before these'],
  [story.marksLeft, 'faults and ends of faults', ' before these'],
  [story.changesLeft, 'changes of health and of nodes', ', which came too thick'],
])}
${clients.some(({ single }) => single === null) ? html`<p class="note">Where a client asked more than one by one can be drawn, its operations run together into bands; the close looks below show them singly.</p>` : NOTHING}
${resets(recording)}
${story.drawn ? NOTHING : html`<p class="note">This run did not record what its nodes were over time.</p>`}
${faultList(story)}
</section>`
}

/** What `splitbrain report` takes to show the clusters before. */
function resets({ result }: Recording): Html {
  const names = (result?.earlier ?? []).map((folder) => folder.split('/').at(-1) ?? '')
  if (names.length === 0) return NOTHING
  return html`<p class="note">A reset brought a fresh cluster: pictures and verdicts are those of the last one. Those before: ${names.map((name, i) => html`${i === 0 ? '' : ', '}<code>splitbrain report ${name}</code>`)}.</p>`
}

/** Those of a violation first of all; then people, then the load. */
function chosenClients(clients: readonly ClientTrack[], lit: Lit): readonly ClientTrack[] {
  const needed = new Set([...lit.values()].map(({ operation }) => operation.client))
  const others = clients.filter(({ client }) => !needed.has(client)).slice(0, Math.max(0, MOST_CLIENTS - needed.size))
  return clients.filter((track) => needed.has(track.client) || others.includes(track))
}

function clientsLeftWords(clients: readonly ClientTrack[], shown: readonly ClientTrack[]): string {
  const left = clients.filter((track) => !shown.includes(track))
  return ` with ${left.reduce((sum, { counts }) => sum + counts.ok + counts.fail + counts.info, 0)} operations`
}

function missing(parts: readonly (readonly [count: number, what: string, more: string])[]): readonly Html[] {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what, more]) => html`<p class="note">Not drawn: ${count} more ${what}${more}.</p>`)
}

function describe({ story, clients, endNs }: Recording): string {
  const worst = story.observed.some(({ state }) => state === 'unhealthy')
    ? 'unhealthy'
    : story.observed.some(({ state }) => state === 'degraded')
      ? 'degraded'
      : 'healthy'
  return `${Math.round(endNs / 1e9)} seconds, ${story.lanes.length} nodes, ${clients.length} clients, ${story.faults} faults; at worst ${worst}`
}

function faultRow({ marks, marksLeft }: Story, axis: Axis): Row {
  return {
    label: 'faults',
    height: 22,
    draw: (y) => {
      let numberedTo = Number.NEGATIVE_INFINITY
      return html`${marks.map(({ atNs, kind, text }, i) => {
        const x = axis.x(atNs)
        const shape = kind === 'fault' ? `M${rounded(x - 5)},${y + 3}h10l-5,9z` : `M${rounded(x - 5)},${y + 12}h10l-5,-9z`
        const room = x - numberedTo >= NUMBER_WIDTH
        if (room) numberedTo = x
        const number = room
          ? html`<text class="mark-number" x="${x}" y="${y + 21}" text-anchor="middle">${marksLeft + i + 1}</text>`
          : NOTHING
        return html`<g><title>${`${marksLeft + i + 1}. ${atSeconds(atNs)} ${cut(text, LONGEST_LINE)}`}</title><path class="mark-${kind}" d="${shape}"/>${number}</g>
`
      })}`
    },
  }
}

function blockRow(blocks: readonly BlockMark[], axis: Axis): Row {
  const begun = blocks.filter(({ status }) => status === 'begun')
  return {
    label: 'steps',
    height: 22,
    draw: (y) =>
      html`${begun.map((block, i) => {
        const end = blocks.find((one) => one.line === block.line && one.status !== 'begun' && one.atNs >= block.atNs)
        const { x, width } = bar(axis, block.atNs, end?.atNs ?? axis.toNs, 1.5)
        const status = end?.status ?? 'begun'
        const words = `${i + 1} ${block.heading}`
        return html`<g><title>${`${words}: ${status} (line ${block.line})`}</title><rect class="step step-${status}" x="${x}" y="${y + 3}" width="${rounded(Math.max(1, width - 1))}" height="16"/>${width < 14 ? NOTHING : html`<text class="on-step" x="${rounded(x + 4)}" y="${y + 15}">${cut(words, Math.max(1, Math.floor((width - 6) / 6)))}</text>`}</g>
`
      })}`,
  }
}

function faultList({ marks, marksLeft, faults }: Story): Html {
  if (marks.length === 0) return html`<p class="note">Nothing was broken in this run.</p>`
  const all = marks.length + marksLeft
  return html`<details${marks.length <= 12 ? html` open=""` : NOTHING}><summary>${faults} ${faults === 1 ? 'fault' : 'faults'}, ${all - faults} undone${marksLeft > 0 ? `; the newest ${marks.length} of ${all}` : ''}</summary>
<ol class="faults"${marksLeft > 0 ? html` start="${marksLeft + 1}"` : NOTHING}>${marks.map(
    ({
      atNs,
      kind,
      text,
    }) => html`<li><span class="when">${atSeconds(atNs)}</span> <span aria-hidden="true">${kind === 'fault' ? '▼' : '▲'}</span> ${kind === 'fault' ? '' : 'undone: '}<code>${cut(text, LONGEST_LINE)}</code></li>
`,
  )}</ol></details>`
}
