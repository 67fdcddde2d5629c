/** The prompt on the real terminal: signals, history file, and a terminal that is restored on every way out. */
import { join } from 'node:path'
import type { ReadStream, WriteStream } from 'node:tty'
import { exitOfError } from '../report/outcome.ts'
import { appendHistory, readHistory, stateFolder } from './history-file.ts'
import type { LabPort } from './lab-port.ts'
import { Prompt } from './prompt.ts'
import { summaryLines } from './prompt-summary.ts'
import { styleFromEnvironment } from './style.ts'
import { TtyTerminal } from './terminal.ts'
import { printable } from './text-width.ts'

export interface SessionOptions {
  readonly input: ReadStream
  readonly output: WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly locals: ReadonlyMap<string, () => Promise<readonly string[]>>
  readonly rerun: string
}

/** As a shell reports a signal: 128 and its number. */
const signals = { SIGHUP: 129, SIGTERM: 143 } as const

/** Runs until the person leaves; resolves with the exit code. The lab is closed by then. */
export async function runSession(lab: LabPort, options: SessionOptions): Promise<number> {
  const terminal = new TtyTerminal(options.input, options.output)
  const historyFile = join(stateFolder(options.env), 'history')
  const prompt = new Prompt(lab, terminal, {
    history: readHistory(historyFile),
    style: styleFromEnvironment(options.env),
    locals: options.locals,
    remember: (line) => void appendHistory(historyFile, [line]),
    now: () => performance.now(),
  })
  const failed: unknown[] = []
  const detach = onTheWayOut(prompt, terminal, (error) => failed.push(error))
  try {
    const code = await prompt.run()
    const summary = summaryLines({
      tally: prompt.tally,
      snapshot: prompt.lastSnapshot,
      nowMs: performance.now(),
      folder: lab.folder ?? null,
      rerun: options.rerun,
    })
    for (const error of failed) process.stderr.write(`splitbrain: ${printable(error instanceof Error ? error.message : String(error))}\n`)
    terminal.write(`${summary.join('\n')}\n`)
    return code
  } finally {
    terminal.stop()
    detach()
  }
}

/** Every way a process can end passes here, so that no shell is left without echo. */
function onTheWayOut(prompt: Prompt, terminal: TtyTerminal, failed: (error: unknown) => void): () => void {
  const interrupt = (): void => prompt.interrupt()
  const stop = (): void => terminal.stop()
  const fail = (error: unknown): void => {
    failed(error)
    prompt.leave(exitOfError(error))
  }
  const leave = Object.entries(signals).map(([signal, code]) => ({ signal, listener: (): void => prompt.leave(code) }))
  process.on('SIGINT', interrupt).on('exit', stop).on('uncaughtException', fail).on('unhandledRejection', fail)
  for (const { signal, listener } of leave) process.on(signal, listener)
  return () => {
    process.off('SIGINT', interrupt).off('exit', stop).off('uncaughtException', fail).off('unhandledRejection', fail)
    for (const { signal, listener } of leave) process.off(signal, listener)
  }
}
