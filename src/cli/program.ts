/** The command line as commander sees it. Each subcommand is loaded when it is called, so that the lab itself starts quickly. */
import { Command } from 'commander'
import type { ModeWords } from '../lab/language/context.ts'
import { addLabFlags, openLabCommand } from './commands/lab.ts'
import { addMarkFlags } from './commands/mark-flags.ts'
import { addPlayFlags } from './commands/play-flags.ts'
import { addReplayFlags } from './commands/replay-flags.ts'
import { addRunFlags } from './commands/run-flags.ts'
import { addTopFlags } from './commands/top-flags.ts'
import { type Context, line, room, untilInterrupt } from './context.ts'
import { jobCount, seedRange } from './numbers.ts'

const ROOT_HELP = `splitbrain: a real cluster on this machine, a network you can break, and checkers that say whether the store kept its promise

  splitbrain                        open the lab: five servers, Raft
  splitbrain --mode dynamo          the other store: always writable, siblings instead of a leader
  splitbrain --nodes 3 --preset paper
  splitbrain learn                  the lessons, how far you are, and which comes next
  splitbrain play election/first-leader
                                    a lesson beside the live cluster, step by step
  splitbrain labs                   the labs that come with it
  splitbrain run smoke              run a lab without a terminal; run - reads standard input
  splitbrain new my-lab.md          a lab of your own
  splitbrain replay --at broke      the latest run again, from the moment before it broke
  splitbrain top                    the dashboard of a lab that runs in another terminal
  splitbrain report                 the last run as one page to send
  splitbrain mark SOLUTIONS --key LAB.md --csv marks.csv
  splitbrain check HISTORY.jsonl --model kv
  printf 'put city Oslo\\nget city\\n' | splitbrain

Settings of the mode are flags. At the prompt: help. More: splitbrain run --help, splitbrain --help-flags
`

export const subcommands: readonly string[] = [
  'run',
  'play',
  'learn',
  'labs',
  'new',
  'mark',
  'report',
  'replay',
  'top',
  'check',
  'sim',
  'bench',
  'help',
]

export interface ProgramParts {
  readonly context: Context
  readonly version: string
  readonly modes: readonly ModeWords[]
  readonly mode: ModeWords | null
  /** Called with the exit code of the command that ran. */
  done(code: number): void
}

export function buildProgram(parts: ProgramParts): Command {
  const { context, done } = parts
  const program = new Command('splitbrain').version(parts.version).enablePositionalOptions().helpCommand(false)
  addLabFlags(program, parts.modes, parts.mode)
  const fullHelp = program.createHelp()
  program.option('--help-flags', 'every flag of the lab')
  program.configureHelp({ formatHelp: (command, helper) => (command.parent === null ? ROOT_HELP : fullHelp.formatHelp(command, helper)) })
  program.action(async () => {
    if (program.opts().helpFlags !== true) return done(await openLabCommand(context, program, parts.mode))
    context.stdout.write(fullHelp.formatHelp(program, fullHelp))
    done(0)
  })
  addRunning(program, parts)
  addProving(program, parts)
  return program
}

function addRunning(program: Command, { context, done }: ProgramParts): void {
  const run = program.command('run').description('run labs without a terminal')
  addRunFlags(run)
  run.action(async (paths: readonly string[]) => done(await (await import('./commands/run.ts')).runCommand(context, paths, run.opts())))
  const play = program.command('play').description('a lab beside the live cluster, step by step')
  addPlayFlags(play)
  play.action(async (file: string | undefined) => done(await (await import('./commands/play.ts')).playCommand(context, file, play.opts())))
  program
    .command('learn')
    .description('the lessons, how far you are, and which comes next')
    .action(async () => done((await import('./commands/learn.ts')).learnCommand(context)))
  program
    .command('labs')
    .description('the labs that come with this package')
    .action(async () => done(await (await import('./commands/labs.ts')).labsCommand(context)))
  program
    .command('new')
    .description('write a lab that runs')
    .argument('<file>')
    .action(async (file: string) => done((await import('./commands/new.ts')).newCommand(context, file)))
  program
    .command('report')
    .description('the page of a run again, to send or to print')
    .argument('[run]', 'a run folder, its name, or how its name begins', 'latest')
    .option('--out <file>', 'where to; report.html in the run folder unless said')
    .action(async (run: string, { out }: { readonly out?: string }) =>
      done(await (await import('./commands/report.ts')).reportCommand(context, run, out ?? null)),
    )
  const replay = program.command('replay').description('a recorded run on the same screen, with time under the arrow keys')
  addReplayFlags(replay)
  replay.action(async (run: string) => done(await (await import('./commands/replay.ts')).replayCommand(context, run, replay.opts())))
  const top = program.command('top').description('a dashboard beside a lab that runs in another terminal')
  addTopFlags(top)
  top.action(async () => done(await (await import('./commands/top.ts')).topCommand(context, top.opts())))
  const mark = program.command('mark').description("students' solutions against a key")
  addMarkFlags(mark)
  mark.action(async (files: readonly string[]) => done(await (await import('./commands/mark.ts')).markCommand(context, files, mark.opts())))
}

interface SimFlags {
  readonly mode: string
  readonly seeds: string
  readonly bug: string
  readonly jobs?: number
  readonly trace?: true
}

function addProving(program: Command, { context, done }: ProgramParts): void {
  program
    .command('check')
    .description('judge a recorded history')
    .argument('<history>', 'a history.jsonl')
    .requiredOption('--model <name>', 'what it promised: kv, register, queue, nothing-lost, …')
    .action(async (file: string, { model }: { model: string }) =>
      done(await (await import('./commands/check.ts')).checkCommand(context, file, model)),
    )
  program
    .command('sim')
    .description('many nodes in virtual time under one seed, with invariants')
    .option('--mode <name>', 'the protocol', 'raft')
    .requiredOption('--seeds <A..B>', 'first and last seed, or one', seedRange)
    .option('--bug <name>', 'a known-bad variant', 'none')
    .option('--jobs <count>', 'worker threads; all cores unless said', jobCount)
    .option('--trace', 'every row of a single seed')
    .action(async ({ mode, seeds, bug, jobs, trace }: SimFlags) => {
      const request = { mode, seeds, bug, jobs: jobs ?? null, trace: trace === true }
      done(await untilInterrupt(context, () => room(context, 'simulate')(request, (text) => line(context.stdout, text))))
    })
  program
    .command('bench')
    .description('measure: start, failover, shim, floor, dynamo, nodes, screen')
    .argument('[names...]')
    .action(async (names: readonly string[]) => {
      const print = (text: string): void => line(context.stdout, text)
      done(await untilInterrupt(context, () => room(context, 'bench')(names, print)))
    })
}
