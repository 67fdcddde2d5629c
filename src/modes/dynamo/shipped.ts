/** The parts of the node that is shipped. */
import { createAdmission } from './admission.ts'
import { createHints } from './hints.ts'
import { createMembership } from './membership.ts'
import { HashTree } from './merkle-tree.ts'
import type { Parts } from './parts.ts'
import { createReaper } from './reaper.ts'
import { createSync } from './sync.ts'
import { createTransfers } from './transfers.ts'

export const shippedParts: Parts = {
  membership: createMembership,
  hints: createHints,
  transfers: createTransfers,
  admission: createAdmission,
  others: [createSync, createReaper],
  tree: () => new HashTree(),
}
