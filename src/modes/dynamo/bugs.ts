/** Known-bad variants: each breaks one rule on purpose, so that a checker or an invariant can be seen to bite. */
import type { BugSpec } from '../mode.ts'

export type Bug =
  | 'none'
  | 'no-incarnation'
  | 'same-node-replicas'
  | 'hide-hints'
  | 'forget-hints'
  | 'no-grace'
  | 'equal-dominates'
  | 'prune-own-dot'
  | 'delete-first'

export const bugs: readonly (BugSpec & { readonly name: Exclude<Bug, 'none'> })[] = [
  {
    name: 'no-incarnation',
    breaks: 'a node that lost its data goes on under its old name, so its new events look like old ones',
    caughtBy: 'no acknowledged write lost; counters never go back',
  },
  {
    name: 'same-node-replicas',
    breaks: 'a preference list does not skip tokens of a node already listed (§4.3)',
    caughtBy: 'placement: each key on N different nodes',
  },
  {
    name: 'hide-hints',
    breaks: 'a stand-in does not serve the hints it keeps',
    caughtBy: 'an acknowledged write is reachable by a sloppy read',
  },
  {
    name: 'forget-hints',
    breaks: 'a holder of hints does not find them again after its restart',
    caughtBy: 'no acknowledged write lost',
  },
  {
    name: 'no-grace',
    breaks: 'a tombstone is dropped at once by whoever has it',
    caughtBy: 'no deleted value returns',
  },
  {
    name: 'equal-dominates',
    breaks: 'of two versions with equal clocks one is taken to replace the other',
    caughtBy: 'no acknowledged write lost',
  },
  {
    name: 'prune-own-dot',
    breaks: 'a clock that is cut forgets the very event that it stands for',
    caughtBy: 'no acknowledged write lost; clocks descend',
  },
  {
    name: 'delete-first',
    breaks: 'the source of a transfer deletes before the destination has confirmed',
    caughtBy: 'no acknowledged write lost',
  },
]
