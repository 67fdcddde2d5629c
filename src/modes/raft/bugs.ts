/** Known-bad variants: each breaks one rule on purpose, so that a checker or an invariant can be seen to bite. */
import type { BugSpec } from '../mode.ts'

export type Bug =
  | 'none'
  | 'double-vote'
  | 'commit-old-term'
  | 'reply-before-sync'
  | 'no-sessions'
  | 'local-reads'
  | 'forget-vote'
  | 'truncate-always'
  | 'commit-minority'
  | 'ack-last'
  | 'any-life'
  | 'forget-refusals'
  | 'no-agreement'

export const bugs: readonly (BugSpec & { readonly name: Exclude<Bug, 'none'> })[] = [
  {
    name: 'double-vote',
    breaks: 'a node votes again in a term in which it has voted (§5.2)',
    caughtBy: 'election safety: two leaders in one term; then linearizable',
  },
  {
    name: 'commit-old-term',
    breaks: 'a leader commits entries of earlier terms by counting copies (§5.4.2, Figure 8)',
    caughtBy: 'leader completeness; a follower refuses to cut a committed entry; nothing-lost',
  },
  {
    name: 'reply-before-sync',
    breaks: 'votes and acknowledgements leave before the disk has them (§3.8 of the dissertation)',
    caughtBy: 'durable before reply; nothing-lost after a power cut',
  },
  {
    name: 'no-sessions',
    breaks: 'a retried request is applied again (§8; dissertation §6.3)',
    caughtBy: 'linearizable, under loss with add or cas',
  },
  {
    name: 'local-reads',
    breaks: 'a leader answers reads without asking whether it still leads (§8; dissertation §6.4)',
    caughtBy: 'linearizable, with a leader that was cut off or slept',
  },
  {
    name: 'forget-vote',
    breaks: 'the vote is not stored, only the term (Figure 2, persistent state)',
    caughtBy: 'election safety, when a voter restarts within a term',
  },
  {
    name: 'truncate-always',
    breaks: 'a follower cuts its log behind every append, conflict or not (Figure 2, AppendEntries rule 3)',
    caughtBy: 'quorum durability of commit; a follower refuses to cut a committed entry; nothing-lost under reordering',
  },
  {
    name: 'commit-minority',
    breaks: 'half of the nodes, rounded down, are enough to commit',
    caughtBy: 'quorum durability of commit; nothing-lost after a leader dies',
  },
  {
    name: 'ack-last',
    breaks: 'a follower acknowledges its whole log, not only what an append proved to match (§5.3, matchIndex)',
    caughtBy: 'acknowledged log, in a scenario of its own in the simulator: a tail comes back with a power cut',
  },
  {
    name: 'any-life',
    breaks: 'a restarted leader runs a late copy of a request that its former life refused for certain',
    caughtBy: 'a refused write shows after all: in a scenario of its own in the simulator, and in rare seeds',
  },
  {
    name: 'forget-refusals',
    breaks: 'a node that leads by now runs a late copy of a request that it refused for certain',
    caughtBy: 'a refused write shows after all, when clients give up early and copies come late; linearizable',
  },
  {
    name: 'no-agreement',
    breaks: 'every node answers at once from its own copy and tells the others, which apply in order of arrival (§2)',
    caughtBy: 'linearizable, with two clients at two nodes; copies that differ for good',
  },
]

/** Throws RangeError for a name no variant has. */
export function readBug(name: string): Bug {
  if (name === 'none') return 'none'
  const spec = bugs.find((bug) => bug.name === name)
  if (spec === undefined) throw new RangeError(`no bug ${name} in raft`)
  return spec.name
}
