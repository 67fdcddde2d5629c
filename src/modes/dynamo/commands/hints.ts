/** `hints`: who keeps what for whom, until it is back (§4.6). */
import type { ClusterPort, ModeAnswer } from '../../mode.ts'
import { seenOf } from '../cluster-view.ts'
import { columns, grouped, plural } from '../text.ts'
import { hintsOf } from '../view.ts'

export async function showHints(port: ClusterPort): Promise<ModeAnswer> {
  const nodes = await port.refresh()
  const seen = seenOf(nodes)
  if (seen.length === 0) return { ok: false, code: null, why: 'no live node says what it keeps' }
  const silent = nodes.filter(({ id }) => !seen.some((one) => one.id === id)).map(({ id }) => id)
  const rows = seen.flatMap(({ id, status }) =>
    Object.entries(status.hints)
      .filter(([, count]) => count > 0)
      .map(([home, count]) => [
        id,
        home,
        grouped(count),
        status.down.includes(home) ? `${id} takes ${home} to be down` : `${home} answers ${id}: on their way`,
      ]),
  )
  const total = seen.reduce((sum, { status }) => sum + hintsOf(status), 0)
  const asleep = silent.length === 0 ? '' : `; ${silent.join(' ')} cannot be asked`
  if (rows.length === 0) return { ok: true, lines: [`no hints wait${asleep}`] }
  return { ok: true, lines: [...columns(['keeps', 'for', 'hints', ''], rows), `${plural(total, 'hint')} wait${asleep}`] }
}
