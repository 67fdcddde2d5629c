/** From arguments to an exit code. `launch` is what `bin/splitbrain.js` calls; `main` is the same without the process around it. */
import { CommanderError } from 'commander'
import { UsageError } from '../lab/usage-error.ts'
import { exit, exitOfError } from '../report/outcome.ts'
import { packageVersion } from '../version.ts'
import { builtRooms } from './built-rooms.ts'
import { type Context, line } from './context.ts'
import { buildProgram, subcommands } from './program.ts'
import { unknownWord } from './suggest.ts'

/** Never rejects: every error becomes one line on standard error and an exit code. */
export async function main(argv: readonly string[], context: Context): Promise<number> {
  try {
    return await dispatch(argv, context)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.passed : exit.usage
    const message = error instanceof Error ? error.message : String(error)
    // Several problems stand a line each and name their own place.
    line(context.stderr, message.includes('\n') ? message : `splitbrain: ${message}`)
    // One line for people; whoever mends Splitbrain asks for more.
    if (context.env.SPLITBRAIN_DEBUG !== undefined && error instanceof Error) line(context.stderr, error.stack ?? '')
    return exitOfError(error)
  }
}

async function dispatch(argv: readonly string[], context: Context): Promise<number> {
  const first = argv[0] ?? ''
  const named = first !== '' && !first.startsWith('-')
  if (named && !subcommands.includes(first))
    throw new UsageError(`${unknownWord('command', first, subcommands)}; splitbrain --help lists them`)
  if (first === 'help') return dispatch([...argv.slice(1, 2), '--help'], context)
  const modes = named || context.rooms.modes === undefined ? [] : await context.rooms.modes()
  const mode = modes.find((one) => one.name === chosenMode(argv)) ?? null
  if (modes.length > 0 && mode === null) {
    const names = modes.map((one) => one.name)
    throw new UsageError(`${unknownWord('mode', chosenMode(argv), names)} (${names.join(', ')})`)
  }
  let code: number = exit.passed
  const done = (result: number): void => {
    code = result
  }
  const program = buildProgram({ context, version: packageVersion(), modes, mode, done })
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      // Commander puts its suggestion on a line of its own; here an error is one line.
      outputError: (text, write) =>
        write(
          `splitbrain: ${text
            .trim()
            .replace(/^error: /, '')
            .replaceAll('\n', ' ')}\n`,
        ),
    })
  }
  await program.parseAsync(argv, { from: 'user' })
  return code
}

/** The mode decides which flags there are, so it is read before the others. */
function chosenMode(argv: readonly string[]): string {
  const at = argv.findIndex((word) => word === '--mode' || word.startsWith('--mode='))
  if (at < 0) return 'raft'
  const word = argv[at] ?? ''
  return word.includes('=') ? word.slice('--mode='.length) : (argv[at + 1] ?? '')
}

/** Runs `main` on this process and ends it when everything is written. */
export function launch(argv: readonly string[]): void {
  const { stdin, stdout, stderr, env } = process
  const deaf = new AbortController()
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    deaf.abort()
  })
  const capable = stdin.isTTY && stdout.isTTY && env.TERM !== 'dumb'
  const context: Context = {
    stdin,
    stdout,
    stderr,
    env,
    terminal: capable ? { input: stdin, output: stdout } : null,
    rooms: builtRooms,
    attended: stdin.isTTY === true && stderr.isTTY === true,
    deaf: deaf.signal,
    onInterrupt: (listener) => {
      process.on('SIGINT', listener)
      return () => process.off('SIGINT', listener)
    },
    exit: (code) => process.exit(code),
  }
  const end = (code: number): void => {
    if (deaf.signal.aborted || stdout.destroyed) process.exit(code)
    else stdout.write('', () => process.exit(code))
  }
  process.on('uncaughtException', (error) => {
    // The prompt has a handler of its own, which closes the lab and restores the terminal first.
    if (process.listenerCount('uncaughtException') > 1) return
    line(stderr, `splitbrain: ${error.message}`)
    process.exit(exitOfError(error))
  })
  main(argv, context).then(end)
}
