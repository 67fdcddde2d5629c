/** The arguments of `splitbrain play`, apart from the command so that help and parsing load no screen. */
import type { Command } from 'commander'
import { patience, seedText } from '../numbers.ts'

export interface PlayFlags {
  readonly mode?: string
  readonly until?: string
  readonly seed?: string
  readonly patience: number
  readonly plain?: true
}

export function addPlayFlags(command: Command): void {
  command
    .argument('[file]', 'a lab file, or a name that splitbrain learn lists')
    .option('--mode <name>', 'which store, for a lab of several; the first it names unless said')
    .option('--until <heading>', 'run everything before this heading, then hand over')
    .option('--seed <seed>', "instead of the lab's own", seedText)
    .option('--patience <factor>', 'multiplies within and operation timeouts', patience, 1)
    .option('--plain', 'no pictures: says how to run it instead')
}
