/** `splitbrain replay [RUN]`: a recorded run on the lab's own screen, with time under the arrow keys; or one picture of it as text. */
import { basename, join } from 'node:path'
import { EnvironmentFailure } from '../../host/failure.ts'
import { UsageError } from '../../lab/usage-error.ts'
import { exit } from '../../report/outcome.ts'
import { beforeItBroke } from '../../ui/replay/landmarks.ts'
import { openRecording, type Recording } from '../../ui/replay/recording.ts'
import { clock } from '../../ui/replay/transport-rows.ts'
import type { Area } from '../../ui/screen/types.ts'
import { views } from '../../ui/screen/views/index.ts'
import { styleFromEnvironment } from '../../ui/style.ts'
import { type Context, line, room } from '../context.ts'
import type { ReplayFlags } from './replay-flags.ts'

/** A file larger than this says how far it is read. Bytes. */
const LARGE = 20_000_000
const LARGEST = { columns: 500, rows: 300 }

export async function replayCommand(context: Context, run: string, flags: ReplayFlags): Promise<number> {
  const { terminal, env } = context
  const screenless = terminal === null || env.INK_SCREEN_READER === 'true'
  if (screenless && flags.once !== true)
    throw new UsageError(
      `replay wants a terminal; without one: splitbrain replay ${run} --once --at ${flags.at ?? '12.5s'} prints one picture`,
    )
  const at = atOf(flags.at)
  const size = sizeOf(flags.size)
  const view = viewOf(flags.view)
  const folder = await room(context, 'findRun')(run)
  const recording = await opened(context, join(folder, 'events.jsonl'))
  try {
    if (recording.end.nowNs === 0) throw new UsageError(`${folder} holds no event that can be shown`)
    const atNs = atNsIn(recording, at)
    const chosen = styleFromEnvironment(env)
    const style = { ...chosen, ascii: chosen.ascii || flags.ascii === true }
    if (terminal === null || screenless || flags.once === true) {
      const { frameText } = await import('../../ui/replay/print-frame.ts')
      line(context.stdout, frameText(recording, atNs, size, { ...style, colour: false }, view))
      return exit.passed
    }
    const { runReplay } = await import('../../ui/replay/replay-session.ts')
    const { code, cursorNs } = await runReplay({ ...terminal, recording, atNs, style, notice: noticeOf(recording) })
    const again = `splitbrain replay ${run === 'latest' ? basename(folder) : run} --at ${clock(cursorNs)}`
    line(context.stdout, `left at ${clock(cursorNs)} of ${clock(recording.end.nowNs)}; again from there: ${again}`)
    return code
  } finally {
    recording.close()
  }
}

type At = { readonly type: 'ns'; readonly ns: number } | { readonly type: 'broke' } | { readonly type: 'end' }

const UNITS: Readonly<Record<string, number>> = { ms: 1e6, s: 1e9, m: 60e9 }

function atOf(text: string | undefined): At {
  if (text === undefined) return { type: 'ns', ns: 0 }
  if (text === 'broke' || text === 'end') return { type: text }
  const [, minutes, seconds] = /^(\d+):(\d\d(?:\.\d+)?)$/.exec(text) ?? []
  if (minutes !== undefined) return { type: 'ns', ns: (Number(minutes) * 60 + Number(seconds)) * 1e9 }
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? []
  if (number === undefined) throw new UsageError(`--at is a time since the run began, as 12.5s, 3m or 3:05.2, end or broke; not ${text}`)
  return { type: 'ns', ns: Number(number) * (UNITS[unit] ?? 1e9) }
}

function atNsIn(recording: Recording, at: At): number {
  switch (at.type) {
    case 'ns':
      return Math.min(at.ns, recording.end.nowNs)
    case 'end':
      return recording.end.nowNs
    case 'broke': {
      const ns = beforeItBroke(recording.landmarks)
      if (ns === null) throw new UsageError('nothing broke in this run: no expectation failed, no rule was broken, no check was invalid')
      return ns
    }
  }
}

function sizeOf(text: string): Area {
  const [, columns, rows] = /^(\d{1,3})x(\d{1,3})$/.exec(text) ?? []
  const size = { columns: Number(columns), rows: Number(rows) }
  if (columns === undefined || size.columns < 20 || size.rows < 6 || size.columns > LARGEST.columns || size.rows > LARGEST.rows)
    throw new UsageError(`--size is columns x rows, from 20x6 to ${LARGEST.columns}x${LARGEST.rows}; not ${text}`)
  return size
}

function viewOf(text: string): string {
  const digits = ['1', ...views.map(({ digit }) => digit)]
  if (!digits.includes(text)) throw new UsageError(`--view is one of ${digits.join(', ')}; not ${text}`)
  return text
}

async function opened({ stderr, terminal }: Context, path: string): Promise<Recording> {
  let told = false
  try {
    return await openRecording(path, (bytes, all) => {
      if (all < LARGE || terminal === null) return
      told = true
      stderr.write(`\rreading the run: ${Math.floor((bytes / all) * 100)} % of ${Math.round(all / 1e6)} MB `)
    })
  } catch (error) {
    throw new EnvironmentFailure(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    if (told) stderr.write('\r\x1b[K')
  }
}

/** What is not there; null: everything is. */
function noticeOf({ left }: Recording): string | null {
  const parts = [
    left.lines === 0 ? '' : `${left.lines} line${left.lines === 1 ? '' : 's'} of events.jsonl could not be read`,
    left.landmarks === 0 ? '' : `${left.landmarks} more events than can be stepped to`,
  ].filter((part) => part !== '')
  return parts.length > 0 ? parts.join('; ') : null
}
