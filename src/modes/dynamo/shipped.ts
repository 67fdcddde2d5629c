/** The parts of the node that is shipped. */
import { createAdmission } from './admission.ts'
import { createHints } from './hints.ts'
import { createMembership } from './membership.ts'
import { HashTree } from './merkle-tree.ts'
import type { Parts } from './parts.ts'

export const shippedParts: Parts = {
  membership: createMembership,
  hints: createHints,
  transfers: () => ({ arriving: () => null, incoming: 0, outgoing: 0, record: null }),
  admission: createAdmission,
  others: [],
  tree: () => new HashTree(),
}
