/** Words that are right, but elsewhere: each answers in one line what it belongs to. A mode that brings the word takes it over. */

const DYNAMO = 'belongs to dynamo'
const MEMBERSHIP = 'comes with membership changes, in a later version'

export const LATER_COMMANDS: Readonly<Record<string, string>> = {
  join: MEMBERSHIP,
  leave: MEMBERSHIP,
  promote: MEMBERSHIP,
  transfer: MEMBERSHIP,
  ring: DYNAMO,
  keyfor: DYNAMO,
  hints: DYNAMO,
  merkle: DYNAMO,
  resolve: DYNAMO,
  report: 'comes with the HTML reports, in a later version; result.json in the run folder has the figures',
  learn: 'comes with the full-screen lab, in a later version; the lessons are in labs/',
}

/** Options of data commands, and `blind`, which stands alone. */
export const LATER_OPTIONS: Readonly<Record<string, string>> = { r: DYNAMO, w: DYNAMO, quorum: DYNAMO, blind: DYNAMO }

export const LATER_SUBJECTS: Readonly<Record<string, string>> = {
  converged: DYNAMO,
  hints: DYNAMO,
  siblings: DYNAMO,
  members: MEMBERSHIP,
  sessions: 'comes with the session checker, in a later version',
}

export const LATER_MODES: Readonly<Record<string, string>> = {
  dynamo: 'comes in a later version',
  'primary-backup': 'comes in a later version',
  sharding: 'comes in a later version',
  mapreduce: 'comes in a later version',
}

/** Why the word does not work here, or undefined if it is none of these. */
export function laterWord(table: Readonly<Record<string, string>>, word: string): string | undefined {
  return Object.hasOwn(table, word) ? `${word} ${table[word]}` : undefined
}
