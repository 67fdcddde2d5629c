import type { Story } from '../../../src/report/recording/types.ts'

/** A run in which nothing happened. */
export const emptyStory: Story = {
  started: { mode: 'raft', nodes: 3, seed: 7, bug: 'none', settings: {} },
  tolerates: 1,
  lanes: [],
  leaders: [],
  observed: [],
  predicted: [],
  marks: [],
  told: [],
  toldLeft: 0,
  commands: [],
  commandsLeft: 0,
  blocks: [],
  checks: [],
  drawn: false,
  lastNs: 0,
}
