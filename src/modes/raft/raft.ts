/** Raft mode: one leader, a replicated log, a linearizable store. */
import type { Mode } from '../mode.ts'
import { bugs } from './bugs.ts'
import { RaftClient } from './client.ts'
import { WRITES } from './entry.ts'
import { face } from './face.ts'
import { RaftNode } from './node.ts'
import { predict } from './predict.ts'
import { quorumOf } from './quorum.ts'
import { presets, readOptions, settings } from './settings.ts'
import { describe, subjects, summarize } from './view.ts'
import { RaftWatch } from './watch.ts'

export const raft: Mode = {
  name: 'raft',
  settings,
  presets,
  banner: { claim: 'agree on one store', tries: ['put city Oslo', 'kill leader', 'get city'] },
  bugs,
  operations: ['get', ...WRITES],
  createNode: (options) => new RaftNode(options),
  createClient: (options) => new RaftClient(options),
  predict,
  // One election may be waited for, and a few may be split.
  settlesMs: (given) => (10 * readOptions(given).electionMaxUs) / 1_000,
  subjects,
  summarize,
  face,
  watch: () => new RaftWatch(),
  tolerates: (nodes) => nodes - quorumOf(nodes),
  describe,
  checks: ['nothing-lost', 'linearizable'],
}
