/** The arguments of `splitbrain run`, apart from the command so that help and parsing load no reporter. */
import { type Command, Option } from 'commander'
import { jobCount, patience, repeatCount, seedText } from '../numbers.ts'

export interface RunFlags {
  readonly tag: readonly string[]
  readonly jobs: number
  readonly repeat: number
  readonly untilFail?: true
  readonly bail?: true
  readonly patience: number
  readonly seed?: string
  readonly json?: string
  readonly junit?: string
  readonly report?: string
  readonly check?: true
  readonly update?: true
  readonly list?: true
}

export function addRunFlags(command: Command): void {
  command
    .argument('<paths...>', 'lab files and folders, or names that splitbrain labs lists; - is standard input')
    .addOption(
      new Option('-t, --tag <tag>', 'only labs with this tag (again for more)')
        .argParser((tag: string, all: readonly string[]) => [...all, tag])
        .default([], 'all'),
    )
    .option('--jobs <count>', 'labs at once', jobCount, 1)
    .option('--repeat <count>', 'run each so many times', repeatCount, 1)
    .option('--until-fail', 'repeat until one fails')
    .option('--bail', 'stop at the first lab that fails')
    .option('--patience <factor>', 'multiplies within and operation timeouts', patience, 1)
    .option('--seed <seed>', "instead of each lab's own", seedText)
    .option('--json <file>', 'the result as JSON; - is standard output')
    .option('--junit <file>', 'the result as JUnit XML')
    .option('--report <folder>', 'an HTML page for each lab, result.json and junit.xml into a folder')
    .option('--check', 'parse only')
    .option('--update', 'rewrite the answers that the labs expect')
    .option('--list', 'name the labs, run nothing')
}
