/** `repairs`: what made copies newer that their writer had not reached, and when (§4.6, §4.7, §5). Each node remembers its newest ones. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { ClusterPort, ModeAnswer } from '../../mode.ts'
import { seenOf } from '../cluster-view.ts'
import { askHealed, type Repair } from '../questions.ts'
import { columns, grouped, plural, shown } from '../text.ts'

type Healing = 'hint' | 'read-repair' | 'merkle' | 'transfer'

/** Each with how a line of a key says it. */
const HEALINGS: readonly (readonly [cause: Healing, heading: string, words: string])[] = [
  ['hint', 'hint', 'a hint that came home'],
  ['read-repair', 'read repair', 'a read that found it stale'],
  ['merkle', 'trees', 'compared trees'],
  ['transfer', 'moved', 'its partition, which moved here'],
]
const NEWEST = 8
const MOST_OF_KEY = 40

type Told = Repair & { readonly id: EndpointId }

/** How many copies each way has mended on each node, and the newest of them. */
export async function showRepairs(port: ClusterPort): Promise<ModeAnswer> {
  const seen = seenOf(await port.refresh())
  if (seen.length === 0) return { ok: false, code: null, why: 'no live node says what was mended' }
  const rows = seen.map(({ id, status }) => [id, ...HEALINGS.map(([cause]) => grouped(status.repairs[cause] ?? 0))])
  const total = seen.reduce((sum, { status }) => sum + HEALINGS.reduce((all, [cause]) => all + (status.repairs[cause] ?? 0), 0), 0)
  if (total === 0) return { ok: true, lines: ['nothing had to be mended since the nodes started'] }
  const { told, silent } = await ask(port, null)
  const newest = told.slice(0, NEWEST).map(({ id, key, cause, agoMs }) => [ago(agoMs), id, wordsFor(cause), shown(key, 30)])
  return {
    ok: true,
    lines: [
      ...columns(['node', ...HEALINGS.map(([, heading]) => heading)], rows),
      `${plural(total, 'copy', 'copies')} mended since the nodes started${silent}; the newest:`,
      ...columns(['when', 'node', 'by', 'key'], newest),
    ],
  }
}

/** Of one key, the newest first. */
export async function showRepairsOf(port: ClusterPort, key: string): Promise<ModeAnswer> {
  if (seenOf(await port.refresh()).length === 0) return { ok: false, code: null, why: 'no live node says what was mended' }
  const { told, silent } = await ask(port, key)
  const name = shown(key, 24)
  if (told.length === 0) return { ok: true, lines: [`no copy of ${name} had to be mended, as far as the nodes remember${silent}`] }
  const rows = told.slice(0, MOST_OF_KEY).map(({ id, cause, agoMs }) => [id, wordsFor(cause), ago(agoMs)])
  const more = told.length <= rows.length ? '' : `, ${plural(told.length - rows.length, 'older one')} left out`
  return { ok: true, lines: [...columns(['node', `got ${name} by`, 'when'], rows), `${plural(told.length, 'repair')}${more}${silent}`] }
}

/** What healed the key's copies, each way once: `hint`, `hint,merkle`; null: nothing. */
export async function healedBy(port: ClusterPort, key: string): Promise<string | null> {
  const { told } = await ask(port, key)
  const ways = HEALINGS.map(([cause]) => cause).filter((cause) => told.some((one) => one.cause === cause))
  return ways.length === 0 ? null : ways.join()
}

/** The newest first; who is live and does not answer is named. */
async function ask(port: ClusterPort, key: string | null): Promise<{ readonly told: readonly Told[]; readonly silent: string }> {
  const live = port.nodes().filter(({ state }) => state === 'live')
  const answers = await Promise.all(live.map(async ({ id }) => ({ id, healed: await askHealed(port, id, key) })))
  const told = answers.flatMap(({ id, healed }) => (healed ?? []).map((repair): Told => ({ ...repair, id })))
  const silent = answers.filter(({ healed }) => healed === null).map(({ id }) => id)
  return {
    told: told.sort((a, b) => a.agoMs - b.agoMs),
    silent: silent.length === 0 ? '' : `; ${silent.join(' ')} did not answer`,
  }
}

function wordsFor(cause: string): string {
  return HEALINGS.find(([name]) => name === cause)?.[2] ?? shown(cause, 12)
}

/** A node's time goes on by its turns: to the second, no finer. */
function ago(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 1) return 'just now'
  return seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`
}
