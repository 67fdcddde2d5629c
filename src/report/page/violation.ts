/** Why a history cannot be: the sentence, the operations that show it on an axis of their own, and the same as a table. */
import { isViolation } from '../recording/judgements.ts'
import { identityOf } from '../recording/operations.ts'
import type { Judgement, Recording, ShownOperation } from '../recording/types.ts'
import { type Axis, atSeconds, axisOfMoments, span } from './axis.ts'
import { type Lit, litBar } from './client-row.ts'
import { cut, type Html, html, NOTHING, slug } from './html.ts'
import { picture, type Row } from './picture.ts'

/** `A`, `B`, …; after the alphabet they repeat with a number. */
function letterOf(index: number): string {
  return String.fromCharCode(65 + (index % 26)) + (index < 26 ? '' : String(Math.floor(index / 26)))
}

/** Every operation of every violation with its name; one that shows two of them keeps its first name. */
export function litOf({ judgements }: Recording): Lit {
  const lit = new Map<string, { name: string; operation: ShownOperation }>()
  for (const [index, { witness }] of judgements.filter(isViolation).entries()) {
    for (const [i, operation] of witness.entries()) {
      const identity = identityOf(operation)
      if (!lit.has(identity)) lit.set(identity, { name: `${letterOf(index)}${i + 1}`, operation })
    }
  }
  return lit
}

export function violations(recording: Recording, lit: Lit): Html {
  const found = recording.judgements.filter(isViolation)
  if (found.length === 0) return NOTHING
  return html`<section id="violations" aria-labelledby="violations-title"><h2 id="violations-title">Why it cannot be</h2>
${found.map((judgement) => violation(judgement, lit))}
</section>`
}

function violation({ name, why, witness, witnessLeft }: Judgement, lit: Lit): Html {
  return html`<article class="violation" id="${slug(`violation-${name}`)}"><h3>${name}</h3>
<p class="why">${why}</p>
${closely(name, witness, lit)}
<table><thead><tr><th scope="col"></th><th scope="col">who</th><th scope="col">asked</th><th scope="col" class="number">at</th><th scope="col" class="number">until</th><th scope="col">answer</th><th scope="col">by</th></tr></thead>
<tbody>${witness.map((operation) => row(nameIn(lit, operation), operation))}</tbody></table>
${witnessLeft > 0 ? html`<p class="note">Not shown: ${witnessLeft} later operations that belong to it.</p>` : NOTHING}</article>`
}

function nameIn(lit: Lit, operation: ShownOperation): string {
  return lit.get(identityOf(operation))?.name ?? ''
}

function row(name: string, { client, asked, answered, beginNs, endNs, outcome, node }: ShownOperation): Html {
  return html`<tr><td><a href="#op-${name}">${name}</a></td><td>${client}</td><td><code>${asked}</code></td><td class="number">${atSeconds(beginNs)}</td><td class="number">${outcome === 'info' || endNs === null ? 'open' : atSeconds(endNs)}</td><td><code>${answered}</code></td><td>${node ?? ''}</td></tr>
`
}

/** The operations alone, in their order rather than to scale, so that what overlapped what is plain to see. */
function closely(name: string, witness: readonly ShownOperation[], lit: Lit): Html {
  const fromNs = Math.min(...witness.map(({ beginNs }) => beginNs))
  const toNs = Math.max(...witness.map(({ beginNs, endNs }) => endNs ?? beginNs))
  // What stays open goes on to the right edge.
  const open = witness.some(({ outcome }) => outcome === 'info') ? [toNs + 1e6] : []
  const axis = axisOfMoments([...witness.flatMap(({ beginNs, endNs }) => [beginNs, endNs ?? beginNs]), ...open])
  const clients = [...new Set(witness.map(({ client }) => client))]
  const rows = clients.map(
    (client): Row => ({
      label: client,
      height: 44,
      draw: (y) => html`${witness.filter((one) => one.client === client).map((one) => worded(name, one, lit, axis, y))}`,
    }),
  )
  const description = `${witness.length} operations of ${clients.length} clients within ${span(toNs - fromNs)}`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${`Operations of ${name}, scrolls sideways`}">${picture({ title: name, description, axis, rows, rules: [] })}</div>
<p class="note">In order, not to scale.</p>`
}

function worded(name: string, operation: ShownOperation, lit: Lit, axis: Axis, y: number): Html {
  const { asked, answered, beginNs, endNs, outcome } = operation
  const letter = nameIn(lit, operation)
  const x = axis.x(beginNs)
  const room = Math.floor((axis.x(outcome === 'info' || endNs === null ? axis.toNs : endNs) - x) / 6)
  const words = cut(`${asked} → ${answered}`, Math.max(24, room))
  const open = outcome === 'info' ? { ...operation, endNs: null } : operation
  return html`${litBar(letter, open, axis, y + 18, slug(`near-${name}-${letter}`))}<text class="lit-words" x="${Math.min(x, 1110 - words.length * 6)}" y="${y + 14}">${words}</text>`
}
