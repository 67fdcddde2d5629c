/** The lab around a real Dynamo cluster: siblings at the prompt, members that come and go, helpers, and one file in two modes. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openLab } from '../../src/api.ts'
import type { Lab } from '../../src/lab/lab.ts'
import { openLabFor } from '../../src/lab/open.ts'
import { freshFolder, must, say } from './real-lab.ts'
import { run } from './runner.ts'

function openDynamo(settings: Readonly<Record<string, string>> = {}): Promise<Lab> {
  return openLabFor({
    mode: 'dynamo',
    nodes: 5,
    seed: 3,
    baseDir: freshFolder(),
    settings: { gossip: '100ms', 'anti-entropy-every': '500ms', 'hint-scan': '300ms', ...settings },
  })
}

describe('a lab in Dynamo mode', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await openDynamo()
    await must(lab, 'expect healthy within 20s')
  })
  afterAll(() => lab.close())

  it('siblings stand side by side, and one value takes their place', async () => {
    await must(lab, 'put cart eggs', 'put cart milk blind as=c1')
    expect(await lab.do('get cart')).toMatchObject({ status: 'ok', siblings: ['eggs', 'milk'], note: expect.stringMatching(/^2 of 3/) })
    expect(await say(lab, 'get cart')).toBe('eggs | milk')
    await must(lab, 'expect siblings(cart) = 2', 'resolve cart union')
    expect(await say(lab, 'get cart as=c2')).toBe('eggs,milk')
    expect(await say(lab, 'get cart r=4')).toMatch(/^refused: r=4 is more than n=3/)
  })

  it('the writes of a second load are not taken for those of the first, though its clients have the same names', async () => {
    for (let round = 1; round <= 2; round++) {
      await must(lab, 'mark', 'load start clients=2 keys=3 rate=100/s mix=put:50,get:50', 'expect acked >= 30 within 20s', 'load stop')
      await must(lab, 'expect versions')
    }
  })

  it('a context may be passed on, and one of another key is refused', async () => {
    const { context } = await lab.do('get cart as=c3')
    expect(await say(lab, `put cart tea as=c4 context=${context}`)).toBe('ok')
    expect(await say(lab, 'get cart')).toBe('tea')
    expect(await say(lab, `put seat Ada as=c4 context=${context}`)).toMatch(/^fail bad-context: /)
    expect(await say(lab, 'get seat')).toBe('none')
  })

  it('the history has what each write replaced, and siblings as a list', () => {
    const events = [...lab.run.history.events()]
    expect(events.find(({ type, f, value }) => type === 'ok' && f === 'get' && Array.isArray(value))).toMatchObject({
      value: ['eggs', 'milk'],
      lineage: { seen: [expect.any(String), expect.any(String)] },
    })
    expect(events.filter(({ type, f }) => type === 'ok' && f === 'put').every(({ lineage }) => lineage?.made !== undefined)).toBe(true)
  })

  it('a home that dies has a stand-in, which the sets know, and all converges when it is back', async () => {
    await must(lab, 'let home = home(cart,1)', 'kill $home', 'put cart bread', 'let f = fallback(cart)')
    expect(await say(lab, 'expect degraded within 5s')).toBe('ok')
    await must(lab, 'restart $home', 'expect converged within 30s', 'expect placement', 'check')
    expect(await say(lab, 'hints')).toBe('no hints wait')
  })

  it('nodes come and go, and what was written stays', async () => {
    expect(await say(lab, 'join n6 seed=n2')).toBe('ok n6 joined through n2; undo: leave n6')
    await must(
      lab,
      'expect members = 6',
      'expect maps = 1 within 10s',
      'let away = n1',
      'leave $away',
      'kill n3',
      'leave n3',
      'expect members = 4',
      'expect converged within 30s',
    )
    expect(lab.language.nodes).toEqual(['n2', 'n4', 'n5', 'n6'])
    expect(await say(lab, 'get cart as=c7')).toBe('bread')
    await must(lab, 'let many = n4 n5', 'let found = hints(n4)')
    expect(await say(lab, 'join $many')).toBe('refused: join takes one node, and $many is n4 n5')
    expect(await say(lab, 'join $found')).toBe('refused: join takes one node, and $found is 0')
    expect(await say(lab, 'join n6')).toBe('refused: n6 is there already; the nodes are n2 n4 n5 n6')
    await must(lab, 'leave n6')
    expect(await say(lab, 'leave n5')).toBe('refused: n5 cannot leave: n=3 keeps each key on 3 nodes, and 2 are too few')
    await must(lab, 'join $away', 'expect healthy within 20s')
  })

  it('a load runs on what the clients know, and stays judgeable', async () => {
    await must(lab, 'load start mix=put:50,get:50,append:10 keys=10 clients=3', 'expect acked(l1) >= 5 within 10s', 'load stop')
    await must(lab, 'expect converged within 30s', 'check')
    expect([...lab.run.history.events()].some(({ client, lineage }) => client === 'l1' && lineage?.made !== undefined)).toBe(true)
  })

  it('the clients of a second load have the names of the first ones, their writes have not', async () => {
    await must(lab, 'mark', 'load start mix=put:100 keys=10 clients=3', 'expect acked(l1) >= 5 within 10s', 'load stop')
    const made = [...lab.run.history.events()].flatMap(({ client, lineage }) =>
      client === 'l1' && lineage?.made !== undefined ? [lineage.made] : [],
    )
    expect(made.length).toBeGreaterThan(9)
    expect(new Set(made).size).toBe(made.length)
    await must(lab, 'check')
  })

  it('speaks of what it has, and not of a leader', async () => {
    expect(await say(lab, 'status')).toMatch(/\nhints +0\n/)
    expect(await say(lab, 'status')).not.toContain('leader')
    expect(() => lab.parse('cas cart a b')).toThrow('cas belongs to raft: no node may decide alone')
    expect(() => lab.parse('expect term = 1')).toThrow('term belongs to raft')
    expect(() => lab.parse('kill b0')).not.toThrow()
    expect(await say(lab, 'kill b0')).toBe('refused: there is no b0 under these settings')
  })

  it('is reset to the other mode and back', async () => {
    await must(lab, 'reset mode=raft nodes=3', 'put x 1 timeout=10s', 'expect leader != none')
    expect(await say(lab, 'reset mode=dynamo n=4')).toBe('refused: n=4 keeps each key on 4 nodes, and 3 are too few')
    await must(lab, 'reset mode=dynamo n=2 r=1 w=1', 'put x 1')
    await vi.waitFor(() => expect(lab.scene.facts).not.toBeNull())
  })
})

describe('a load balancer', () => {
  it('is killed, slept and cut off where it is named, and never meant by all or rest', async () => {
    const lab = await openDynamo({ coordination: 'server' })
    await must(lab, 'expect healthy within 20s', 'put cart eggs', 'kill b0')
    expect((await lab.do('put cart tea timeout=300ms')).status).not.toBe('ok')
    await must(lab, 'restart b0', 'put cart milk', 'cut c0 | b0')
    expect((await lab.do('put cart tea timeout=300ms')).status).not.toBe('ok')
    await must(lab, 'heal', 'put cart bread', 'sleep b0')
    expect(await say(lab, 'let everyone = all')).toBe('ok $everyone is n1 n2 n3 n4 n5')
    expect(await say(lab, 'let sleepers = asleep')).toBe('refused: no node is asleep')
    expect(lab.run.faults()).toEqual(['b0 asleep'])
    await must(lab, 'partition n1 | rest', 'heal', 'recover', 'put cart milk')
    await lab.close()
  })
})

describe('from TypeScript', () => {
  it('clients read siblings, pass contexts on, and resolve', async () => {
    await using lab = await openLab({ mode: 'dynamo', nodes: 3, seed: 1, baseDir: freshFolder(), settings: { r: '2' } })
    await lab.expect('healthy within 20s')
    const [a, b] = [lab.client('c1'), lab.client('c2')]
    await a.put('cart', 'eggs', { w: 3 })
    expect((await b.put('cart', 'milk | tea', { blind: true, quorum: 'strict' })).status).toBe('ok')
    const read = await a.get('cart', { r: 3 })
    expect(read.siblings).toEqual(['eggs', 'milk | tea'])
    expect(await b.put('cart', 'bread', read.context === undefined ? {} : { context: read.context })).toMatchObject({ status: 'ok' })
    await a.put('cart', 'union', { blind: true })
    expect((await b.get('cart')).siblings).toEqual(['bread', 'union'])
    await b.resolve('cart', 'union')
    expect((await a.get('cart')).value).toBe('union')
    expect(await lab.check('converged')).toMatchObject({ verdict: 'valid' })
  })
})

describe('one file in two modes', () => {
  it('runs once a mode, with the settings and blocks of each, and ends with the verdicts side by side', async () => {
    const text = `---
mode: [raft, dynamo]
nodes: 3
raft: {preset: fast}
dynamo: {r: 1, w: 1}
---
# Both
\`\`\`lab
> put seat free timeout=10s
> get seat as=c1
free
> get seat as=c2
free
> partition n1 c1 | rest c2
> put seat Ada as=c1 timeout=1s
*
> put seat Grace as=c2 timeout=5s
> heal
\`\`\`
\`\`\`lab raft
> expect leader != none within 10s
> expect linearizable
\`\`\`
\`\`\`lab dynamo
> expect converged within 20s
> expect siblings(seat) = 2
> expect not linearizable
\`\`\`
`
    const { run: result } = await run({ 'both.md': text })
    expect(result.suites.map(({ mode, cases }) => [mode, cases.length, cases.map(({ why }) => why)])).toEqual([
      ['raft', 2, [null, null]],
      ['dynamo', 2, [null, null]],
    ])
    const checks = result.suites.map((suite) => suite.checks.filter(({ passed }) => !passed))
    expect(checks).toEqual([[], []])
    expect(result.suites.map(({ verdicts }) => verdicts)).toEqual([
      [{ name: 'linearizable', verdict: 'valid' }],
      [{ name: 'linearizable', verdict: 'invalid' }],
    ])
    expect(result.suites[1]?.checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['termination', 'converged', 'placement']))
  })
})
