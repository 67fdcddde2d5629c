/** The lab on the real terminal: signals, history file, and a terminal that is restored on every way out. */
import { join } from 'node:path'
import type { ReadStream, WriteStream } from 'node:tty'
import { stateFolder } from '../lab/state-folder.ts'
import { printable } from '../lab/text-width.ts'
import { exitOfError } from '../report/outcome.ts'
import type { Scene } from '../stream/scene.ts'
import { appendHistory, readHistory } from './history-file.ts'
import type { LabPort } from './lab-port.ts'
import { OpeningLab } from './opening-lab.ts'
import { summaryLines } from './prompt-summary.ts'
import { LabScreen } from './screen/lab-screen.ts'
import { LiveSource } from './screen/live-source.ts'
import type { Guide } from './screen/types.ts'
import { views } from './screen/views/index.ts'
import { styleFromEnvironment } from './style.ts'
import { TtyTerminal } from './terminal.ts'

export interface SessionOptions {
  readonly input: ReadStream
  readonly output: WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly locals: ReadonlyMap<string, () => Promise<readonly string[]>>
  /** What to show until the lab is open. */
  readonly starting: Scene
  /** What stands beside the lab, if anything. */
  readonly guide?: (lab: LabPort) => Guide
}

/** As a shell reports a signal: 128 and its number. */
const signals = { SIGHUP: 129, SIGTERM: 143 } as const

/**
 * Paints the screen, then opens the lab behind it; runs until the person leaves or the lab cannot be opened. Resolves with the exit code. The
 * lab is closed by then.
 */
export async function runSession(open: () => Promise<LabPort>, options: SessionOptions): Promise<number> {
  const terminal = new TtyTerminal(options.input, options.output)
  const historyFile = join(stateFolder(options.env), 'history')
  const failed: unknown[] = []
  const fail = (error: unknown): void => {
    failed.push(error)
    screen.leave(exitOfError(error))
  }
  const lab = new OpeningLab(painted().then(open), options.starting, (error) => {
    // A node that was just being born may hear the ctrl-c of whoever leaves.
    if (!screen.leaving) fail(error)
  })
  const guide = options.guide?.(lab) ?? null
  const now = (): number => performance.now()
  const screen = new LabScreen(lab, terminal, {
    source: new LiveSource(lab, now),
    history: readHistory(historyFile),
    style: styleFromEnvironment(options.env),
    locals: options.locals,
    views,
    guide,
    remember: (line) => void appendHistory(historyFile, [line]),
    failed: fail,
    now,
  })
  const detach = onTheWayOut(screen, terminal, fail)
  try {
    const code = await screen.run()
    for (const error of failed) process.stderr.write(`splitbrain: ${printable(error instanceof Error ? error.message : String(error))}\n`)
    if (screen.leftOpen) terminal.write(`${[...summary(screen, lab), ...(guide?.summary() ?? [])].join('\n')}\n`)
    return code
  } finally {
    terminal.stop()
    detach()
  }
}

/** After the first paint, which a timer of its own does: what follows keeps this thread busy for a while. */
function painted(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}

function summary(screen: LabScreen, { folder, setup, judged, again }: LabPort): readonly string[] {
  return summaryLines({
    tally: screen.tally,
    scene: screen.lastScene,
    nowMs: performance.now(),
    folder: folder ?? null,
    setup: setup ?? null,
    judged: judged ?? [],
    again: again ?? '',
  })
}

/** What signals do to whatever has the terminal. */
export interface Interruptible {
  interrupt(): void
  resume(): void
  leave(code: number): void
}

/** Every way a process can end passes here, so that no shell is left without echo. Answers how to undo it. */
export function onTheWayOut(screen: Interruptible, terminal: Pick<TtyTerminal, 'stop'>, fail: (error: unknown) => void): () => void {
  const interrupt = (): void => screen.interrupt()
  const resume = (): void => screen.resume()
  const stop = (): void => terminal.stop()
  const leave = Object.entries(signals).map(([signal, code]) => ({ signal, listener: (): void => screen.leave(code) }))
  process.on('SIGINT', interrupt).on('SIGCONT', resume).on('exit', stop).on('uncaughtException', fail).on('unhandledRejection', fail)
  for (const { signal, listener } of leave) process.on(signal, listener)
  return () => {
    process.off('SIGINT', interrupt).off('SIGCONT', resume).off('exit', stop)
    process.off('uncaughtException', fail).off('unhandledRejection', fail)
    for (const { signal, listener } of leave) process.off(signal, listener)
  }
}
