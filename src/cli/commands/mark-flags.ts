/** The arguments of `splitbrain mark`, apart from the command so that help and parsing load nothing of it. */
import { type Command, Option } from 'commander'
import { jobCount, patience } from '../numbers.ts'

export interface MarkFlags {
  readonly key?: string
  readonly csv?: string
  readonly seedFrom?: 'name'
  readonly jobs: number
  readonly patience: number
  readonly blank?: string
}

export function addMarkFlags(command: Command): void {
  command
    .argument('[solutions...]', "students' files, and folders of them")
    .option('--key <lab>', "the teacher's lab: all but the lab todo blocks is taken from it")
    .option('--csv <file>', 'where the marks go; - is standard output')
    .addOption(new Option('--seed-from <what>', 'a seed from the name of each file, the same for ever').choices(['name']))
    .option('--jobs <count>', 'students at once', jobCount, 1)
    .option('--patience <factor>', 'multiplies within and operation timeouts', patience, 1)
    .option('--blank <lab>', 'print the handout of a key: todos empty, predictions open')
}
