import { describe, expect, it } from 'vitest'
import { complete } from '../../../src/lab/language/complete.ts'
import type { LanguageContext } from '../../../src/lab/language/context.ts'
import { helpFor, helpTopics } from '../../../src/lab/language/help.ts'
import { LATER_COMMANDS } from '../../../src/lab/language/later.ts'
import { COMMANDS, commandsOf } from '../../../src/lab/language/table.ts'
import { dynamo, five, inDynamo, parsed, raft, refused } from './words.ts'

const names = { nodes: ['n1', 'n2', 'n3', 'n4', 'n5'], keys: ['city'], clients: ['c0', 'c2'], variables: ['old'], files: ['labs/smoke.md'] }
const LETTERS = /^[a-z]+$/

/** The mode that has the command. */
const homeOf = (name: string): LanguageContext => (commandsOf(raft).some((one) => one.name === name) ? five : inDynamo)

describe('the table of commands', () => {
  it('has each name once, and none that is said to come later', () => {
    const all = COMMANDS.map(({ name }) => name)
    expect(new Set(all).size).toBe(all.length)
    expect(all.filter((name) => !LETTERS.test(name))).toEqual([])
    expect(commandsOf(raft).filter(({ name }) => name in LATER_COMMANDS)).toEqual([])
  })

  it.each(COMMANDS.map((spec) => [spec.name, spec] as const))(
    '%s: its examples parse, its help names it, it is completed',
    (name, spec) => {
      const home = homeOf(name)
      const examples = name === 'set' ? ['set heartbeat=50ms'] : spec.examples
      expect(examples.length).toBeGreaterThan(0)
      for (const line of examples) expect([name, 'every-stop']).toContain(parsed(line, home).name)
      expect(spec.usage.every((form) => form.startsWith(name))).toBe(true)
      expect(helpFor(name, home)).toMatchObject({ ok: true, lines: expect.arrayContaining([expect.stringContaining(spec.usage[0] ?? '')]) })
      expect(complete(name.slice(0, 1), 1, home, names).candidates).toContain(name)
      const args = spec.args[0]
      const silent = args === undefined || ['word', 'number', 'value', 'binding'].includes(args.kind)
      if (!silent) expect(complete(`${name} `, name.length + 1, home, names).candidates).not.toEqual([])
    },
  )

  it.each(COMMANDS.flatMap((spec) => spec.options.map((option) => [spec.name, option.name] as const)))(
    '%s completes its option %s=',
    (name, option) => {
      const spec = COMMANDS.find((one) => one.name === name)
      if (spec?.args.at(-1)?.kind === 'command') return expect(spec.usage[0]).toContain(`${option}=`)
      const example =
        spec?.examples.find((line) => !line.includes('=') && !line.endsWith('stop')) ?? spec?.examples[0]?.split(' ').slice(0, 2).join(' ')
      const line = `${example} ${option.slice(0, 1)}`
      return expect(complete(line, line.length, homeOf(name), names).candidates).toContain(`${option}=`)
    },
  )

  it('operations that the mode does not have answer whose they are, and what there is instead', () => {
    expect(refused('mul x 2', inDynamo)).toBe('column 1: mul belongs to raft: clients of dynamo know put get del append resolve join leave')
    expect(refused('mul x 2', { mode: dynamo })).toBe('column 1: mul is no command of dynamo')
    expect(refused('resolve cart union')).toBe('column 1: resolve belongs to dynamo: clients of raft know get put del cas add mul append')
    expect(commandsOf(dynamo).map(({ name }) => name)).not.toContain('mul')
    expect(commandsOf(raft).map(({ name }) => name)).toContain('mul')
  })

  it.each(Object.keys(LATER_COMMANDS))('%s is a known word that says what it waits for', (name) => {
    expect(refused(name)).toMatch(new RegExp(`^column 1: ${name} comes with `))
  })

  it.each(['ring', 'keyfor n1 n2 n3', 'merkle n1 n2'])('%s belongs to the mode that has it', (line) => {
    const [word] = line.split(' ')
    expect(refused(line)).toBe(`column 1: ${word} belongs to dynamo`)
    expect(helpFor(word ?? null, five)).toEqual({ ok: true, lines: [`${word} belongs to dynamo`] })
  })

  it('a set takes every word that is left, and one where another argument follows', () => {
    expect(parsed('merkle n1 n2,n3', inDynamo)).toMatchObject({ args: { A: { text: 'n1' }, B: { text: 'n2,n3' } } })
    expect(parsed('keyfor n1 n2 n3', inDynamo)).toMatchObject({ args: { S: { text: 'n1 n2 n3' } } })
    expect(refused('merkle n1', inDynamo)).toBe('column 10: a node or a set of nodes is missing here, for example n1 or leader')
  })

  it('a load asks for what the clients of the mode know', () => {
    expect(parsed('load start', inDynamo)).toMatchObject({ change: { mix: { put: 40, get: 50 } } })
    expect(parsed('load start', five)).toMatchObject({ change: { mix: { put: 40, get: 50, cas: 10 } } })
    expect(parsed('load start mix=put:50,get:50,append:10 keys=10 clients=3', inDynamo)).toMatchObject({
      change: { mix: { put: 50, get: 50, append: 10 } },
    })
    expect(refused('load start mix=cas:10', inDynamo)).toBe('column 16: mix= takes put, get, del or append, not "cas"')
    expect(helpFor('load', inDynamo)).toMatchObject({ lines: expect.arrayContaining([expect.stringContaining('mix=put:40,get:50]')]) })
  })

  it('every page of the help on the full screen is a topic of help, and faults lists what can break', () => {
    for (const name of ['start', 'keys', 'faults', 'signs', 'views']) expect(helpFor(name, five)).toMatchObject({ ok: true })
    const faults = helpFor('faults', five)
    const lines = faults.ok ? faults.lines.join('\n') : ''
    for (const word of ['kill S', 'partition', 'clock S', 'chaos start']) expect(lines).toContain(word)
  })

  it('a mode brings a command as data, and it parses, helps and completes', () => {
    expect(parsed('ring city', inDynamo)).toMatchObject({
      name: 'mode-command',
      word: 'ring',
      args: { K: 'city' },
      options: {},
    })
    expect(parsed('ring', inDynamo)).toMatchObject({ args: {}, options: {} })
    expect(refused('ring a b', inDynamo)).toBe('column 8: "b" is one word too many: ring [K]')
    expect(refused('ring a depth=10', inDynamo)).toBe('column 8: ring has no option depth=')
    expect(helpTopics(inDynamo)).toContain('ring')
    expect(complete('ri', 2, inDynamo, names).candidates).toEqual(['ring'])
  })
})

describe('help', () => {
  it('fits a screen and names every command', () => {
    const help = helpFor(null, five)
    if (!help.ok) throw new Error(help.message)
    expect(help.lines.length).toBeLessThanOrEqual(22)
    for (const { name } of commandsOf(raft)) expect(help.lines.join(' ')).toContain(name)
  })

  it.each(helpTopics(five).map((topic) => [topic]))('%s has help of lines that fit', (topic) => {
    const help = helpFor(topic, five)
    if (!help.ok) throw new Error(help.message)
    expect(help.lines.length).toBeGreaterThan(0)
    expect(help.lines.filter((line) => line.length > 140)).toEqual([])
  })

  it('settings come from the mode, expect from its subjects, and live ones are marked', () => {
    expect(helpFor('settings', five)).toMatchObject({
      lines: expect.arrayContaining([expect.stringMatching(/election=300ms-600ms.*· live/)]),
    })
    expect(helpFor('expect', five)).toMatchObject({ lines: expect.arrayContaining([expect.stringContaining('uncommitted(S)')]) })
    expect(helpFor('clock and disk', five)).toMatchObject({ lines: expect.arrayContaining([expect.stringContaining('drift')]) })
  })

  it('an unknown topic names the nearest', () => {
    expect(helpFor('netwrk', five)).toEqual({ ok: false, message: 'no help on "netwrk"; help lists all topics', nearest: 'network' })
    expect(helpFor('crash', five)).toMatchObject({ ok: false, nearest: 'kill' })
  })
})

describe('completion', () => {
  it.each([
    ['kill le', 5, ['leader']],
    ['put ci', 4, ['city']],
    ['put city Oslo ti', 14, ['timeout=']],
    ['put city Oslo as=', 17, ['c0', 'c2']],
    ['partition ha', 10, ['halves']],
    ['partition n1 | re', 15, ['rest']],
    ['chaos start faults=kill,o', 24, ['one-way']],
    ['at 3s kill fo', 11, ['follower', 'followers']],
    ['at 3s ki', 6, ['kill']],
    ['expect ro', 7, ['role(']],
    ['expect role(le', 12, ['leader']],
    ['expect not de', 11, ['degraded']],
    ['expect leader = no', 16, ['none']],
    ['reset preset=pa', 13, ['paper']],
    ['set heart', 4, ['heartbeat=']],
    ['disk n1 fu', 8, ['full']],
    ['wake $', 5, ['$old']],
    ['run ', 4, ['labs/smoke.md']],
    ['await a', 6, ['all']],
    ['put x "le', 6, []],
    ['nonsense le', 9, []],
    ['every stop k', 11, []],
  ])('%s', (line, from, candidates) => {
    expect(complete(line, line.length, five, names)).toEqual({ from, to: line.length, candidates })
  })

  it('completes at the cursor, not at the end', () => {
    expect(complete('kill le n2', 7, five, names)).toEqual({ from: 5, to: 7, candidates: ['leader'] })
  })
})
