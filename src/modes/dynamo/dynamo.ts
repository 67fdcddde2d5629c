/** Dynamo mode: a store that always takes writes, keeps every key on N nodes of a ring, and leaves what conflicts to its readers. */
import { PROBE_KEY } from '../../machine/ids.ts'
import type { DataOptionSpec, Mode, Settings } from '../mode.ts'
import { Balancer } from './balancer.ts'
import { bugs } from './bugs.ts'
import { DynamoClient } from './client.ts'
import { OPERATIONS, UNSUPPORTED } from './client-plan.ts'
import { BALANCER } from './client-route.ts'
import { homesOf } from './cluster-view.ts'
import { commands } from './commands.ts'
import { counters } from './counters.ts'
import { face, ring } from './face.ts'
import { liveChecks } from './live-checks.ts'
import { DynamoNode } from './node.ts'
import { predict } from './predict.ts'
import { presets, readOptions, refuse, settings } from './settings.ts'
import { keySubjects, subjects, summarize } from './view.ts'
import { DynamoWatch } from './watch.ts'
import { describe } from './words.ts'

const READS = ['get', 'del', 'append', 'resolve']
const WRITES = ['put', 'del', 'append', 'resolve']

const dataOptions: readonly DataOptionSpec[] = [
  { name: 'r', kind: 'count', help: 'R of this operation: answers its read waits for', operations: READS },
  { name: 'w', kind: 'count', help: 'W of this operation: acknowledgements its write waits for', operations: WRITES },
  {
    name: 'quorum',
    kind: 'choice',
    choices: ['sloppy', 'strict'],
    help: 'strict: only homes count, stand-ins do not',
    operations: ['put', ...READS],
  },
  { name: 'blind', kind: 'flag', help: 'without what was read before: makes a sibling', operations: ['put', 'del'] },
  { name: 'context', kind: 'text', help: 'what it replaces, as a get showed it', operations: ['put', 'del'] },
]

/** The probe asks about so many keys that nobody writes, one after the other: they lie all around the ring. */
const PROBE_KEYS = 256

export const dynamo: Mode = {
  name: 'dynamo',
  settings,
  presets,
  banner: { claim: 'keep each key on three of them', tries: ['put cart eggs', 'kill home(cart,1)', 'get cart'] },
  bugs,
  // What a write holds while it waits for its replicas dies young then: a tenth less processor time a put where all cores are busy.
  youngMb: 16,
  operations: OPERATIONS,
  unsupported: UNSUPPORTED,
  refills: true,
  createNode: (options) => new DynamoNode(options),
  createClient: (options) => new DynamoClient(options),
  helpers: (given) => (readOptions(given).coordination === 'server' ? [BALANCER] : []),
  createHelper: (options) => new Balancer(options),
  refuse,
  probeKey: (turn) => `${PROBE_KEY}${turn % PROBE_KEYS}`,
  predict,
  settlesMs: (given: Settings) => (4 * readOptions(given).detectorUs) / 1_000,
  subjects,
  keySubjects,
  commands,
  liveChecks,
  dataOptions,
  homes: homesOf,
  counters,
  summarize,
  face,
  ring,
  watch: () => new DynamoWatch(),
  describe,
  checks: ['nothing-lost'],
}
