/** Words that come with a later version: each answers in one line what it waits for. A mode that has the word takes it over. */

const MEMBERSHIP = 'comes with membership changes, in a later version'

export const LATER_COMMANDS: Readonly<Record<string, string>> = {
  join: MEMBERSHIP,
  leave: MEMBERSHIP,
  promote: MEMBERSHIP,
  transfer: MEMBERSHIP,
}

export const LATER_MODES: Readonly<Record<string, string>> = {
  'primary-backup': 'comes in a later version',
  sharding: 'comes in a later version',
  mapreduce: 'comes in a later version',
}

/** Why the word does not work here, or undefined if it is none of these. */
export function laterWord(table: Readonly<Record<string, string>>, word: string): string | undefined {
  return Object.hasOwn(table, word) ? `${word} ${table[word]}` : undefined
}
