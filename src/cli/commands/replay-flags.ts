/** The arguments of `splitbrain replay`, apart from the command so that help and parsing load nothing of it. */
import type { Command } from 'commander'

export interface ReplayFlags {
  readonly at?: string
  readonly once?: true
  readonly view: string
  readonly size: string
  readonly ascii?: true
}

export function addReplayFlags(command: Command): void {
  command
    .argument('[run]', 'a run folder, its name, or how its name begins', 'latest')
    .option('--at <when>', 'where to begin: 12.5s, 3:05.2, end, or broke: the moment before the first failure')
    .option('--once', 'print that picture as text and leave')
    .option('--view <digit>', 'with --once: 2 messages, 3 links, 4 ring or log, 5 events, 6 invariants', '1')
    .option('--size <columns>x<rows>', 'with --once: how large the picture is', '120x40')
    .option('--ascii', 'only ASCII signs')
}
