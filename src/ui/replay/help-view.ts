/** Help stands where a view does: the keys of a recorded run, the signs of its band, and what the views show. */

import { column } from '../screen/draw/cells.ts'
import { sign } from '../screen/signs.ts'
import type { BodyView } from '../screen/types.ts'
import { sheetView, title } from '../screen/views/sheet.ts'
import { type Row, type Style, span } from '../style.ts'
import { HELP } from './transport.ts'

const CELLS = 16

export function helpView(views: readonly BodyView[]): BodyView {
  return sheetView({
    digit: HELP,
    name: 'help',
    help: '',
    begins: 'top',
    sheet: ({ style }) => ({
      head: [title('help', ['a recorded run; nothing here can be broken any more'], style), []],
      body: linesOf(views, style).map(([what, means]): Row => [span(column(what, CELLS, style), 'bold'), span(` ${means}`)]),
      foot: [],
    }),
  })
}

function linesOf(views: readonly BodyView[], style: Style): readonly (readonly [string, string])[] {
  const signs = (['fault', 'undone', 'lead', 'unhealthy'] as const).map((name) => sign(name, style)).join(' ')
  const [across, along] = style.ascii ? ['left, right', 'up, down'] : ['← →', '↑ ↓']
  return [
    ['Space', 'plays and pauses; from the end it begins again'],
    [across, 'to the event before or after: a fault, a change of health, a new leader, a failure'],
    ['n p', 'to the next or the last fault or failure'],
    ['b', 'to the moment before it broke: a failed expectation, a broken rule, an invalid check'],
    [', .', 'back and on by 100 ms; so do ctrl and alt with an arrow'],
    [along, 'faster and slower, from a quarter to sixteen times'],
    ['Home End', 'the beginning and the end'],
    [signs, 'below the band: a fault, undone, a new leader, a failure'],
    ['/', 'shows only what has these words; !word only what has it not'],
    ['PgUp PgDn', 'scroll'],
    ['q Esc ctrl-c', 'leave; Esc in a view goes back to the lab'],
    ['1 lab', 'nodes, transcript and curves as they were'],
    ...views.map(({ digit, name, help }) => [`${digit} ${name}`, help] as const),
  ]
}
