/** Dynamo mode: an always-writable store on a ring, with versions that the reader reconciles. */
import { PROBE_KEY } from '../../machine/ids.ts'
import type { DataOptionSpec, Mode } from '../mode.ts'
import { Balancer } from './balancer.ts'
import { bugs } from './bugs.ts'
import { DynamoClient } from './client.ts'
import { OPERATIONS, UNSUPPORTED } from './client-plan.ts'
import { homesOf } from './cluster-view.ts'
import { commands } from './commands.ts'
import { liveChecks } from './live-checks.ts'
import { DynamoNode } from './node.ts'
import { predict } from './predict.ts'
import { presets, refuse, settings } from './settings.ts'
import { keySubjects, subjects, summarize } from './view.ts'
import { describe } from './words.ts'

/** Keys enough to come by most partitions. */
const PROBED = 256

const WRITES = ['put', 'del', 'append', 'resolve']
const dataOptions: readonly DataOptionSpec[] = [
  { name: 'r', kind: 'count', help: 'answers this read waits for', operations: ['get', 'del', 'append', 'resolve'] },
  { name: 'w', kind: 'count', help: 'acknowledgements this write waits for', operations: WRITES },
  {
    name: 'quorum',
    kind: 'choice',
    choices: ['sloppy', 'strict'],
    help: 'strict: only the homes of the key count',
    operations: ['get', ...WRITES],
  },
  { name: 'context', kind: 'text', help: 'what an earlier answer held, in place of what this client holds', operations: ['put', 'del'] },
  { name: 'blind', kind: 'flag', help: 'replaces nothing: stands beside what is there', operations: ['put', 'del'] },
]

export const dynamo: Mode = {
  name: 'dynamo',
  settings,
  presets,
  banner: { claim: 'keep each key on three of them', tries: ['put cart eggs', 'kill home(cart,1)', 'get cart'] },
  bugs,
  operations: OPERATIONS,
  unsupported: UNSUPPORTED,
  refills: true,
  createNode: (options) => new DynamoNode(options),
  createClient: (options) => new DynamoClient(options),
  helpers: (given) => (given.coordination === 'server' ? ['b0'] : []),
  createHelper: (options) => new Balancer(options),
  refuse,
  probeKey: (turn) => `${PROBE_KEY}${turn % PROBED}`,
  predict,
  subjects,
  keySubjects,
  commands,
  dataOptions,
  homes: homesOf,
  summarize,
  describe,
  checks: ['nothing-lost'],
  liveChecks,
}
