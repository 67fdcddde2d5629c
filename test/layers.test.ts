/** The order of the rooms as src/README.md draws it, held against the import lines of src/. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

interface Import {
  /** Paths below src/, such as `lab/run.ts`; outside it they begin with `../`. */
  readonly from: string
  readonly to: string
}

/** Files that import nothing and may be imported by every room. */
const FOR_ALL = ['version.ts', 'api-types.ts']
const PURE = /^(?:machine|modes|node|lab\/language)\/|^net\/(?:plan|link)\.ts$/

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .sort()
const sources = new Map(files.map((name) => [name, readFileSync(join('src', name), 'utf8')]))
const imports = files.flatMap((from) => importsOf(from, sources.get(from) ?? ''))
const tiers = tiersOf(readFileSync('src/README.md', 'utf8'))

function importsOf(from: string, source: string): Import[] {
  const lines = source.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)
  return [...lines].map((found) => ({ from, to: join(dirname(from), found[1] ?? '') }))
}

/** `a → b, c → d` to its tiers, the highest first. */
function tiersOf(readme: string): readonly (readonly string[])[] {
  const drawn = /Imports point one way: `([^`]+)`/.exec(readme)?.[1] ?? ''
  return drawn.split('→').map((tier) => tier.split(',').map((room) => room.trim()))
}

const roomOf = (file: string): string => file.split('/')[0]?.replace(/\.ts$/, '') ?? ''

/** Imports that do not go strictly down; a cycle between rooms holds one such import at least. */
function upward(all: readonly Import[]): string[] {
  const level = (room: string): number => tiers.findIndex((tier) => tier.includes(room))
  return all
    .filter(({ from, to }) => {
      const [asks, asked] = [roomOf(from), roomOf(to)]
      if (asks === asked || FOR_ALL.includes(to)) return false
      return level(asks) === -1 || level(asked) === -1 || level(asks) >= level(asked)
    })
    .map(({ from, to }) => `${from} imports ${to}`)
}

describe('rooms', () => {
  it('every room stands in the order once', () => {
    const rooms = [...new Set(files.filter((file) => !FOR_ALL.includes(file)).map(roomOf))]
    expect([...tiers.flat()].sort()).toEqual(rooms.sort())
  })

  it('imports go down, so no two rooms import each other', () => {
    expect(imports.length).toBeGreaterThan(500)
    expect(upward(imports.filter(({ to }) => !to.startsWith('..')))).toEqual([])
  })

  it('an import up, between neighbours or of an unknown room is seen, in all its spellings', () => {
    const source = [
      "import { a } from '../lab/run.ts'",
      "export type { b } from '../cluster/types.ts'",
      "import '../cellar/wine.ts'",
      "const { c } = await import('../check/models.ts')",
      "import { d } from '../host/ipc.ts'",
      "import { version } from '../version.ts'",
    ].join('\n')
    expect(upward(importsOf('client/mole.ts', source))).toEqual([
      'client/mole.ts imports lab/run.ts',
      'client/mole.ts imports cluster/types.ts',
      'client/mole.ts imports cellar/wine.ts',
      'client/mole.ts imports check/models.ts',
    ])
  })

  it('only the command line reaches out of src, for the measurements', () => {
    const out = imports.filter(({ to }) => to.startsWith('..')).map(({ from, to }) => `${from} imports ${to}`)
    expect(out).toEqual(['cli/built-rooms.ts imports ../bench/bench.ts'])
  })

  it('the grammar knows only itself, the rooms below and the types of an answer', () => {
    const strange = imports.filter(
      ({ from, to }) => from.startsWith('lab/language/') && !/^(?:lab\/(?:language\/|types\.ts$)|machine\/|modes\/)/.test(to),
    )
    expect(strange).toEqual([])
  })

  it('files for all import nothing', () => {
    expect(imports.filter(({ from }) => FOR_ALL.includes(from))).toEqual([])
  })

  it('pure rooms draw no numbers of their own and import no host', () => {
    const impure = /\bMath\s*(?:\.|\?\.|\[\s*['"])\s*random\b|\{[^}]*\brandom\b[^}]*\}\s*=\s*Math\b|from 'node:/
    const guilty = files.filter((name) => PURE.test(name) && impure.test(sources.get(name) ?? ''))
    expect(files.filter((name) => PURE.test(name)).length).toBeGreaterThan(60)
    expect(guilty).toEqual([])
    for (const line of ['Math.random()', "Math['random']()", 'const { random } = Math', "import { x } from 'node:fs'"])
      expect(line).toMatch(impure)
  })
})
