/** LANGUAGE §3, row by row: each subject once where it holds and once where it fails. */
import { describe, expect, test } from 'vitest'
import { sharedLab } from './real-lab.ts'

describe('while all is well', () => {
  const { say } = sharedLab()

  test.each([
    ['healthy'],
    ['not unhealthy'],
    ['not degraded'],
    ['predicted = healthy'],
    ['predicted != degraded'],
    ['failed = 0'],
    ['leader != none'],
    ['leaders = 1'],
    ['term >= 1'],
    ['members = 3'],
    ['role(leader) = leader'],
    ['role(followers) = follower'],
    ['last(leader) >= 2'],
    ['commit(all) >= 2'],
    ['applied(all) >= 2'],
    ['uncommitted(all) = 0'],
    ['local(city, all) = Oslo'],
    ['local(country, all) = none'],
    ['not local(city, n1) = Bergen'],
    ['elections <= 5'],
    ['acked >= 1'],
    ['acked(c0) = 1'],
    ['acked(c7) = 0'],
    ['unknown = 0'],
    ['unknown(c0) = 0'],
    ['failed-ops = 0'],
    ['faults = 0'],
    ['messages > 0'],
    ['metric(datagrams-in) > 0'],
    ['metric(unheard-of) = none'],
    ['latency(mean) > 0'],
    ['latency(mean) < 60000'],
    ['linearizable'],
    ['nothing-lost'],
    ['used put'],
    ['not used kill'],
    ['healthy for 200ms'],
    ['failed = 0 for 100ms'],
  ])('holds: %s', async (text) => {
    expect(await say(`expect ${text}`)).toBe('ok')
  })

  test.each([
    ['not healthy within 50ms', 'it is healthy'],
    ['unhealthy within 50ms', 'it is healthy'],
    ['degraded within 50ms', 'it is healthy'],
    ['predicted = unhealthy within 50ms', 'predicted = healthy'],
    ['failed = 1 within 50ms', 'failed = 0'],
    ['leader = none within 50ms', 'leader = n'],
    ['leaders = 2 within 50ms', 'leaders = 1'],
    ['term > 1000 within 50ms', 'term = '],
    ['members = 5 within 50ms', 'members = 3'],
    ['role(all) = leader within 50ms', 'role(n'],
    ['last(all) > 1000 within 50ms', 'last(n1) = '],
    ['commit(all) > 1000 within 50ms', 'commit(n1) = '],
    ['applied(all) > 1000 within 50ms', 'applied(n1) = '],
    ['uncommitted(all) > 0 within 50ms', 'uncommitted(n1) = 0'],
    ['local(city, all) = Bergen within 50ms', 'local(city, n1) = Oslo'],
    ['not local(city, all) = Oslo within 50ms', 'local(city, n1) = Oslo'],
    ['elections > 1000 within 50ms', 'elections = '],
    ['acked(c0) > 1000 within 50ms', 'acked(c0) = '],
    ['unknown > 0 within 50ms', 'unknown(all) = 0'],
    ['failed-ops > 0 within 50ms', 'failed-ops = 0'],
    ['faults > 0 within 50ms', 'faults = 0'],
    ['messages = 0 within 50ms', 'messages = '],
    ['metric(datagrams-in) = 0 within 50ms', 'metric(datagrams-in) = '],
    ['ribbon = unhealthy healthy unhealthy within 50ms', 'ribbon = '],
    ['not linearizable', 'linearizable is valid'],
    ['not nothing-lost', 'nothing-lost is valid'],
    ['used kill', 'kill was not used'],
    ['not used put', 'put was used'],
    ['unhealthy for 100ms', 'after 0.0s'],
  ])('fails: %s', async (text, actual) => {
    const answer = await say(`expect ${text}`)
    expect(answer).toMatch(/^fail expected: /)
    expect(answer).toContain(actual)
  })

  test('a percentile is told once there are answers enough, and two numbers by how many times one is the other', async () => {
    expect(await say('expect latency(p99.9) > 0 within 50ms')).toMatch(
      /^unknown expected: .*\d+ answers are too few for it, 1000 are enough/,
    )
    expect(await say('let few = latency(p99.9)')).toMatch(/^refused: latency\(p99\.9\) cannot be told/)
    expect(await say('let many = messages')).toMatch(/^ok \$many is \d+$/)
    expect(await say('let none-yet = unknown')).toBe('ok $none-yet is 0')
    expect(await say('expect ratio($many, $many) = 1')).toBe('ok')
    expect(await say('expect ratio($many, $many) > 1 within 50ms')).toContain('ratio($many, $many) = 1')
    expect(await say('expect ratio($many, $none-yet) > 1 within 50ms')).toContain('$none-yet is 0')
    await say('let who = leader')
    expect(await say('expect ratio($who, $many) > 1')).toMatch(
      /^refused: ratio\(\$who, \$many\) is of two numbers: \$who is n\d, \$many \d+/,
    )
  })

  test('what quoted text says is compared as text, and a named value as what it was', async () => {
    await say('put number 1.0')
    expect(await say('expect local(number, leader) = 1')).toBe('ok')
    expect(await say('expect local(number, leader) = "1" within 50ms')).toMatch(/^fail/)
    expect(await say('let t = term')).toMatch(/^ok \$t is \d+$/)
    expect(await say('expect term = $t')).toBe('ok')
    expect(await say('expect term > $t within 50ms')).toMatch(/^fail/)
  })
})

describe('while it is not', () => {
  const { lab, say, must } = deferred()

  test('a dead node is failed and degrades', async () => {
    await must('mark', 'let lost = follower', 'kill $lost')
    for (const text of ['failed = 1', 'predicted = degraded', 'degraded within 5s', 'faults = 1', 'used kill'])
      expect(await say(`expect ${text}`), text).toBe('ok')
    expect(await say('expect healthy within 50ms')).toContain('it is degraded')
    expect(await say('expect failed = 0 within 50ms')).toContain('failed = 1')
    expect(await say('expect failed = 0 for 1s')).toMatch(/after 0\.0s$/)
  })

  test('what a dead node would say cannot be told: it is neither none nor anything else', async () => {
    for (const form of ['', 'not ']) {
      for (const fact of ['local(city, $lost)', 'role($lost)', 'commit($lost)'])
        expect(await say(`expect ${form}${fact} = none within 50ms`)).toMatch(/^unknown expected: .* is dead/)
    }
  })

  test('without a quorum it is unhealthy, a write is unknown or fails, entries stay uncommitted, nobody leads', async () => {
    await must('let old = leader', 'let rest = followers')
    // With a session of its own first: a client that never was anybody's cannot leave an unknown write.
    expect(await say('put city Bergen as=c2 timeout=10s')).toBe('ok')
    await must('mark', 'kill $rest')
    expect(await say('put city Turku as=c2 via=$old timeout=1s')).toMatch(/^unknown /)
    expect(await say('expect uncommitted($old) > 0')).toBe('ok')
    for (const text of ['unhealthy within 8s', 'predicted = unhealthy', 'unknown(c2) = 1', 'leaders = 0', 'leader = none', 'unknown >= 1'])
      expect(await say(`expect ${text}`), text).toBe('ok')
    expect(await say('expect leader != none within 50ms')).toContain('leader = none')
    expect(await say('expect leaders = 1 within 50ms')).toContain('leaders = 0')
    expect(await say('expect degraded within 50ms')).toContain('it is unhealthy')
  })

  test('health comes back, an election was held, and the ribbon tells the whole way', async () => {
    await must('restart dead', 'expect healthy within 10s', 'expect elections >= 1')
    expect(await say('cas city none Espoo timeout=10s')).toMatch(/^fail conflict/)
    expect(await say('expect failed-ops = 1')).toBe('ok')
    expect(await say('expect elections = 0 within 50ms')).toContain('elections = ')
    const ribbon = lab().run.health.ribbon.since(lab().session.ribbonNs, lab().run.clock.nowNs())
    const states = ribbon.map(({ state }) => state)
    expect(states).toContain('unhealthy')
    expect(await say(`expect ribbon = ${states.join(' ')}`)).toBe('ok')
    expect(await say('expect ribbon = degraded degraded degraded within 50ms')).toContain(`ribbon = ${states.join(' ')}`)
  })
})

function deferred() {
  const shared = sharedLab()
  return { lab: () => shared.lab, say: shared.say, must: shared.must }
}
