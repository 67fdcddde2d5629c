/**
 * Known-bad variants in real clusters: each is brought into the one situation where its broken rule shows, with the commands a
 * person has, and must be caught by the check that is named. `commit-old-term` needs a leader that loses its own first entry and
 * not the one before it (Raft, Figure 8), which no command can arrange between processes, and `ack-last` changes no answer unless a
 * leader counts an entry by it. `any-life` and `forget-refusals` need a copy that comes seconds late, after the node that refused the
 * first has come to lead. The simulator catches all four.
 */
import { expect, test } from 'vitest'
import type { LabHandle } from '../../src/api-types.ts'
import { findMode } from '../../src/modes/registry.ts'
import { openBuilt } from './soak.ts'

const TRIES = 5
const FAST = { election: '150ms-300ms', heartbeat: '50ms' }
const PAPER = { preset: 'paper', ...FAST }

interface Scene {
  readonly bug: string
  /** A checker that says invalid; two nodes that were told to lead one term (§5.2); or what an event says. */
  readonly caughtBy: 'linearizable' | 'nothing-lost' | 'election safety' | RegExp
  readonly nodes?: number
  readonly settings: Readonly<Record<string, string>>
  readonly lines: readonly string[]
}

const repeated = (count: number, line: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => line(i + 1))

const SCENES: readonly Scene[] = [
  {
    bug: 'reply-before-sync',
    caughtBy: 'nothing-lost',
    settings: FAST,
    // A power cut may leave what was written and not synced, so there is much of it.
    lines: [
      ...['put x 0', 'disk all slow=2s', ...repeated(20, (i) => `put x ${i} timeout=1s`)],
      ...['powercut all', 'disk all ok', 'restart all', 'get x timeout=5s'],
    ],
  },
  {
    bug: 'no-sessions',
    caughtBy: 'linearizable',
    settings: FAST,
    lines: ['put n 0', 'link c0 | rest loss=30%', ...repeated(30, () => 'add n 1 timeout=5s'), 'link clear', 'get n'],
  },
  {
    bug: 'local-reads',
    caughtBy: 'linearizable',
    settings: PAPER,
    lines: ['put x 1', 'let old = leader', 'partition $old | rest', 'put x 2 timeout=5s', 'get x via=$old timeout=1s'],
  },
  {
    bug: 'commit-minority',
    caughtBy: 'nothing-lost',
    settings: FAST,
    lines: [
      ...['put x 0', 'let a = leader', 'let b = followers(1)', 'partition $a $b | rest', 'put x 1 via=$a timeout=1s'],
      ...['kill $a $b', 'heal', 'get x timeout=5s'],
    ],
  },
  {
    bug: 'no-agreement',
    caughtBy: 'linearizable',
    settings: FAST,
    lines: [
      ...['cas seat none none as=c1', 'partition n1 n2 c1 | n3 n4 n5 c2', 'cas seat none Ada as=c1', 'cas seat none Grace as=c2', 'heal'],
      ...['get seat via=n1', 'get seat via=n3'],
    ],
  },
  {
    // Each append comes twice, the second time late, and cuts what came between.
    bug: 'truncate-always',
    caughtBy: /^n\d halted: cut at \d+ would remove committed entries/,
    settings: { election: '1500ms-3000ms', heartbeat: '100ms' },
    lines: [
      ...['put x 0', 'let old = leader', 'link $old -> rest dup=100% jitter=600ms'],
      ...[...repeated(8, (i) => `put x ${i} timeout=3s`), 'wait 700ms', 'link clear', 'get x timeout=5s'],
    ],
  },
  {
    // All time out at once, and everybody votes for everybody.
    bug: 'double-vote',
    caughtBy: /^n\d and n\d both lead term \d+$/,
    settings: { ...PAPER, election: '300ms-300ms' },
    lines: [
      ...[...repeated(5, (i) => `link n${i} | rest delay=30ms`), 'kill leader', 'wait 1s'],
      ...[...repeated(5, (i) => `put x ${i} via=n${i} timeout=400ms`), ...repeated(5, (i) => `get x via=n${i} timeout=400ms`)],
    ],
  },
  {
    // n1 and n3 ask for votes at once. n2 votes for n1, restarts, and gets the other question before it hears from its leader.
    bug: 'forget-vote',
    caughtBy: 'election safety',
    nodes: 3,
    settings: { preset: 'paper', election: '6s-6s', heartbeat: '100ms' },
    lines: [
      ...['put x 0', 'cut n1 | n3', 'hold n3 -> n2', 'link n1 -> n2 delay=2s', 'kill all', 'restart n1 n3', 'wait 4s', 'restart n2'],
      ...['expect leader = n1 within 15s', 'restart n2', 'release', 'wait 1s'],
    ],
  },
]

/** Runs the scene; answers whether its check caught it, and what was seen. */
async function play(scene: Scene, seed: number): Promise<{ readonly caught: boolean; readonly seen: readonly string[] }> {
  const lab = await openBuilt({ nodes: scene.nodes ?? 5, seed, settings: { ...scene.settings, bug: scene.bug } })
  const seen: string[] = []
  const told: string[] = []
  lab.on('event', ({ text }) => void told.push(text ?? ''))
  await lab.do('expect leaders > 0 within 10s')
  for (const line of scene.lines) {
    const { status, value, text } = await lab.do(line)
    seen.push(`${line}: ${status} ${value ?? text ?? ''}`)
  }
  const caught = await judge(lab, scene.caughtBy, told, seen)
  await lab.close()
  return { caught, seen }
}

async function judge(lab: LabHandle, by: Scene['caughtBy'], told: readonly string[], seen: string[]): Promise<boolean> {
  if (by instanceof RegExp) return matches(told, by, seen)
  if (by === 'election safety') return twoLeaders(told, seen)
  const { verdict, why, witness } = await lab.check(by)
  seen.push(`${by}: ${verdict}, ${why}`)
  return verdict === 'invalid' && witness.length > 0
}

function twoLeaders(told: readonly string[], seen: string[]): boolean {
  const leaders = new Map<string, string>()
  for (const text of told) {
    const [, node, term] = /^(n\d) became leader, term (\d+)$/.exec(text) ?? []
    if (node === undefined || term === undefined) continue
    const other = leaders.get(term)
    leaders.set(term, node)
    if (other === undefined || other === node) continue
    seen.push(`${other} and ${node} both became leader of term ${term}`)
    return true
  }
  return false
}

function matches(told: readonly string[], pattern: RegExp, seen: string[]): boolean {
  const line = told.find((text) => pattern.test(text))
  if (line !== undefined) seen.push(line)
  return line !== undefined
}

test.each(SCENES)('$bug is caught by $caughtBy', async (scene) => {
  for (let seed = 1; seed <= TRIES; seed++) {
    const { caught, seen } = await play(scene, seed)
    if (caught) {
      console.log(`${scene.bug}: at try ${seed}, ${seen.at(-1)}`)
      return
    }
    if (seed === TRIES) expect.fail(seen.join('\n'))
  }
})

test.each(SCENES.filter(({ caughtBy }) => typeof caughtBy === 'string'))('without $bug the same scene is valid', async (scene) => {
  const { caught, seen } = await play({ ...scene, bug: 'none' }, 1)
  expect(caught, seen.join('\n')).toBe(false)
})

test('no variant is left out, but the ones for the simulator', () => {
  const played = SCENES.map(({ bug }) => bug)
  expect(
    findMode('raft')
      ?.bugs.map(({ name }) => name)
      .filter((name) => !played.includes(name)),
  ).toEqual(['commit-old-term', 'ack-last', 'any-life', 'forget-refusals'])
})
