/** The arguments of `splitbrain top`, apart from the command so that help and parsing load nothing of it. */
import type { Command } from 'commander'

export interface TopFlags {
  readonly lab?: string
  readonly wait?: true
  readonly once?: true
  readonly ascii?: true
}

export function addTopFlags(command: Command): void {
  command
    .option('--lab <which>', 'by its process, as the lab says it, or the path of its socket; the newest one that runs unless said')
    .option('--wait', 'wait for a lab where none is running')
    .option('--once', 'print the picture once, as text, and leave; so does a pipe')
    .option('--ascii', 'only ASCII signs')
}
