/** Messages by type, the log of faults and health, and what is broken. */
import type { LogLine, Picture } from '../../lab/attach/protocol.ts'
import { printable, textWidth } from '../../lab/text-width.ts'
import { bar } from '../../ui/screen/draw/spark.ts'
import { healthTones, sign } from '../../ui/screen/signs.ts'
import { fitRow, type Row, type Style, span, type Tone } from '../../ui/style.ts'
import { clock } from './title.ts'

export interface Extent {
  readonly columns: number
  readonly rows: number
}

/** A pane under a rule that bears its name. */
export function ruledRows(name: string, area: Extent, style: Style, rows: (area: Extent) => readonly Row[]): readonly Row[] {
  const rule = style.ascii ? '-' : '─'
  const left = `${rule}${rule} `
  const right = ` ${rule.repeat(Math.max(0, area.columns - left.length - name.length - 1))}`
  const head = fitRow([span(left, 'dim'), span(name, 'bold'), span(right, 'dim')], area.columns)
  return [head, ...rows({ columns: area.columns, rows: area.rows - 1 })]
}

const LONGEST_TYPE = 22

/** The most frequent first, each with a bar against the most frequent. */
export function messageRows({ rates }: Pick<Picture, 'rates'>, { columns, rows }: Extent, style: Style): readonly Row[] {
  if (rates.length === 0) return [[span('none in the last seconds', 'dim')]].slice(0, rows)
  const [, most] = rates[0] ?? ['', 1]
  const shown = rates.slice(0, rows)
  const names = Math.min(LONGEST_TYPE, Math.max(...shown.map(([type]) => textWidth(printable(type)))))
  const numbers = Math.max(...shown.map(([, rate]) => rateWords(rate).length))
  const cells = Math.max(0, columns - names - numbers - 2)
  return shown.map(([type, rate], at) => [
    ...fitRow([span(printable(type).padEnd(names))], names),
    span(` ${rateWords(rate).padStart(numbers)} `, 'bold'),
    span(bar(rate / most, cells, style), TYPE_TONES[at % TYPE_TONES.length] ?? 'plain'),
  ])
}

const TYPE_TONES: readonly Tone[] = ['hue0', 'hue1', 'hue2', 'hue3', 'hue4', 'hue5']

/** Tenths below ten. */
export function rateWords(rate: number): string {
  return rate >= 10 || rate === 0 ? String(Math.round(rate)) : rate.toFixed(1)
}

/** The newest at the bottom. */
export function logRows({ log }: Pick<Picture, 'log'>, { columns, rows }: Extent, style: Style): readonly Row[] {
  if (log.length === 0) return [[span('nothing has happened yet', 'dim')]].slice(0, rows)
  const shown = log.slice(-Math.max(0, rows))
  const times = Math.max(0, ...shown.map(({ atNs }) => clock(atNs).length))
  return shown.map((line) => {
    const { mark, tone, words } = saying(line, style)
    return fitRow([span(`${clock(line.atNs).padStart(times)} `, 'dim'), span(`${mark} `, tone), ...words], columns)
  })
}

function saying({ kind, text }: LogLine, style: Style): { readonly mark: string; readonly tone: Tone; readonly words: Row } {
  const said = printable(text)
  switch (kind) {
    case 'fault':
      return { mark: sign(kind, style), tone: 'warn', words: [span(said, 'bold')] }
    case 'undone':
      return { mark: sign(kind, style), tone: 'good', words: [span(said, 'bold')] }
    case 'finding':
      return { mark: sign('unhealthy', style), tone: 'bad', words: [span('finding ', 'bad'), span(said)] }
    case 'healthy':
    case 'degraded':
    case 'unhealthy':
      return { mark: sign(kind, style), tone: healthTones[kind], words: [span(kind, healthTones[kind]), span(` ${said}`)] }
  }
}

/** What is broken now, and which of the rules that are watched. */
export function faultRows(
  picture: Pick<Picture, 'faults' | 'moreFaults' | 'broken' | 'rules'>,
  area: Extent,
  style: Style,
): readonly Row[] {
  const { faults, moreFaults, broken, rules } = picture
  const rows: Row[] = [
    ...broken.map(({ name, why }): Row => [span(`${sign('unhealthy', style)} ${printable(name)}: `, 'bad'), span(printable(why))]),
    ...faults.map((text): Row => [span(`${sign('fault', style)} ${printable(text)}`, 'warn')]),
    ...(moreFaults > 0 ? [[span(`  ${moreFaults} more`, 'dim')]] : []),
  ]
  if (faults.length === 0) rows.push([span('nothing', 'dim')])
  if (broken.length === 0 && rules > 0) rows.push([span(`${sign('healthy', style)} `, 'good'), span(`all ${rules} rules hold so far`)])
  return rows.slice(0, area.rows).map((row) => fitRow(row, area.columns))
}
