import levenshtein from 'fastest-levenshtein'

/** What people type out of habit, and what it is called here. */
export const HABITS: Readonly<Record<string, string>> = {
  crash: 'kill',
  pause: 'sleep',
  freeze: 'sleep',
  resume: 'wake',
  stop: 'kill',
  start: 'restart',
  reboot: 'restart',
  delete: 'del',
  remove: 'del',
  read: 'get',
  write: 'put',
  increment: 'add',
  block: 'cut A | B',
  disconnect: 'isolate',
  reconnect: 'heal',
  drop: 'link A | B loss=10%',
  slow: 'link A | B delay=50ms',
  history: 'ops',
  assert: 'expect',
  repeat: 'every',
  loop: 'every',
  exit: 'quit',
}

/** Typed words longer than this are no typing slips; measuring them would only cost time. */
const LONGEST = 40

/** The candidate that a person most likely meant, or undefined if none is near: at most a third of the letters may differ. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word === '' || word.length > LONGEST) return undefined
  const lower = word.toLowerCase()
  const allowed = Math.max(1, Math.floor(lower.length / 3))
  let best: string | undefined
  let bestDistance = allowed + 1
  for (const candidate of candidates) {
    // A word left unfinished (node, nodes) is nearer than another word with one letter changed (node, mode).
    const distance = isSwap(lower, candidate) ? 1 : levenshtein.distance(lower, candidate) - (candidate.startsWith(lower) ? 0.5 : 0)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  if (best !== undefined || lower.length < 3) return best
  return candidates.find((candidate) => candidate.startsWith(lower))
}

/** Two neighbouring letters changed places: the slip fingers make most. */
function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  const at = [...a].findIndex((letter, i) => letter !== b.charAt(i))
  return at >= 0 && a.charAt(at) === b.charAt(at + 1) && a.charAt(at + 1) === b.charAt(at) && a.slice(at + 2) === b.slice(at + 2)
}

/** As `nearest`, but a habit from another tool comes first. */
export function nearestCommand(word: string, commands: readonly string[]): string | undefined {
  return Object.hasOwn(HABITS, word.toLowerCase()) ? HABITS[word.toLowerCase()] : nearest(word, commands)
}
