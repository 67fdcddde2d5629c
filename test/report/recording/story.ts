import type { Story } from '../../../src/report/recording/types.ts'

/** A run in which nothing happened. */
export const emptyStory: Story = {
  started: { mode: 'raft', nodes: 3, seed: 7, bug: 'none', settings: {} },
  tolerates: 1,
  lanes: [],
  leaders: [],
  observed: [],
  predicted: [],
  changesLeft: 0,
  marks: [],
  marksLeft: 0,
  faults: 0,
  told: [],
  toldLeft: 0,
  commands: [],
  commandsLeft: 0,
  blocks: [],
  blocksLeft: 0,
  checks: [],
  checksLeft: 0,
  drawn: false,
  lastNs: 0,
}
