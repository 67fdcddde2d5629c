import { describe, expect, it } from 'vitest'
import { AssertionFailed } from '../../src/machine/assert.ts'
import { emptyOutput, type Message } from '../../src/machine/contract.ts'
import { MAX_DATAGRAM } from '../../src/node/envelope.ts'
import { decodeMark } from '../../src/node/log-format.ts'
import { crc32, datagramsOf, makeCore, NO_STREAMS, RUN, Scripted, startedCore, text } from './support.ts'

interface Note extends Message {
  readonly n: number
  readonly body?: Uint8Array
}
const note = (n: number, bytes = 0): Note => (bytes === 0 ? { type: 'note', n } : { type: 'note', n, body: new Uint8Array(bytes).fill(n) })

function deliver(
  datagrams: readonly Uint8Array[],
  from = 'n1',
  to = 'n2',
): { machine: Scripted; dropped: Readonly<Record<string, number>> } {
  const machine = new Scripted()
  const core = startedCore(to, machine)
  for (const bytes of datagrams) core.receive(from, bytes)
  core.turn(1, 1)
  return { machine, dropped: core.counters.dropped }
}

describe('the wire', () => {
  it('carries all messages for a destination in one datagram where they fit, in order', () => {
    const datagrams = datagramsOf(
      'n1',
      'n2',
      [1, 2, 3].map((n) => note(n)),
    )
    expect(datagrams).toHaveLength(1)
    expect(deliver(datagrams).machine.messages).toEqual([1, 2, 3].map((n) => note(n)))
  })

  it('opens another datagram when one is full, and fragments what fits in none', () => {
    const sent = [note(1, 3000), note(2, 3000), note(3, 3000), note(4, 70_000), note(5)]
    const datagrams = datagramsOf('n1', 'n2', sent)
    expect(Math.max(...datagrams.map((bytes) => bytes.length))).toBeLessThanOrEqual(MAX_DATAGRAM)
    expect(datagrams).toHaveLength(2 + 9 + 1)
    expect(deliver([...datagrams].reverse()).machine.messages).toHaveLength(5)
    expect(deliver(datagrams).machine.messages).toEqual(sent)
  })

  it.each([
    ['a corrupted one', 'crc', () => corrupt(datagramsOf('n1', 'n2', [note(1)]), 20)],
    ['a foreign protocol', 'version', () => corrupt(datagramsOf('n1', 'n2', [note(1)]), 0)],
    ['another version', 'version', () => corrupt(datagramsOf('n1', 'n2', [note(1)]), 2)],
    ['another run', 'run', () => datagramsOf('n1', 'n2', [note(1)], { runId: RUN + 1 })],
    ['another receiver', 'receiver', () => datagramsOf('n1', 'n3', [note(1)])],
    ['another group', 'receiver', () => datagramsOf('n1', 'n2', [note(1)], { group: 1 })],
    ['a sender that its address denies', 'sender', () => datagramsOf('n4', 'n2', [note(1)])],
    ['a stub', 'short', () => [Uint8Array.of(1, 2, 3)]],
    ['nothing', 'short', () => [new Uint8Array()]],
  ])('drops %s and counts it as %s', (_what, reason, make) => {
    const { machine, dropped } = deliver(make())
    expect(machine.messages).toEqual([])
    expect(dropped).toEqual({ [reason]: 1 })
  })

  it('counts a message too large to send, and loses only that', () => {
    const machine = new Scripted().answer((output) =>
      output.send.push({ to: 'n2', message: note(1, 2_000_000) }, { to: 'n2', message: note(2) }),
    )
    const core = makeCore('n1', machine)
    core.recover(NO_STREAMS, false)
    const { datagrams } = core.turn(0, 0)
    expect(deliver(datagrams.map((datagram) => datagram.bytes)).machine.messages).toEqual([note(2)])
    expect(core.counters.dropped).toEqual({ 'too-large': 1 })
    expect(core.counters.messagesOut).toEqual({ note: 1 })
  })

  it('counts what crossed it both ways', () => {
    const datagrams = datagramsOf('n1', 'n2', [note(1)])
    const machine = new Scripted()
      .answer(() => {})
      .answer((output) => output.send.push({ to: 'n1', message: note(2) }, { to: 'n3', message: note(2) }))
    const core = startedCore('n2', machine)
    for (const bytes of datagrams) core.receive('n1', bytes)
    const turn = core.turn(1, 1)
    expect(core.counters).toEqual({
      datagramsIn: 1,
      bytesIn: datagrams[0]?.length,
      datagramsOut: 2,
      bytesOut: turn.datagrams.reduce((sum, { bytes }) => sum + bytes.length, 0),
      dropped: {},
      messagesOut: { note: 2 },
    })
  })
})

describe('the disk', () => {
  it('holds gated messages until their own record is stored, and keeps their order', () => {
    const machine = new Scripted()
      .answer((output) => {
        output.store.push({ stream: 'log', bytes: text('a') }, { stream: 'log', bytes: text('b') })
        output.sendAfter.push(
          { to: 'n2', message: note(2), stream: 'log', upTo: 2 },
          { to: 'n2', message: note(1), stream: 'log', upTo: 1 },
        )
        output.send.push({ to: 'n2', message: note(0) })
      })
      .answer(() => {})
    const core = makeCore('n1', machine)
    core.recover(NO_STREAMS, false)
    const first = core.turn(0, 0)
    expect(deliver(first.datagrams.map((datagram) => datagram.bytes)).machine.messages).toEqual([note(0)])
    expect(core.turn(1, 1).datagrams).toEqual([])
    core.stored('log', 2)
    const later = core.turn(2, 2)
    expect(deliver(later.datagrams.map((datagram) => datagram.bytes)).machine.messages).toEqual([note(2), note(1)])
    expect(machine.inputs.at(-1)).toEqual({ kind: 'stored', stream: 'log', upTo: 2 })
  })

  it('lets a gated message go at once when its record is already durable', () => {
    const machine = new Scripted().answer((output) => output.sendAfter.push({ to: 'n2', message: note(1), stream: 'bulk', upTo: 0 }))
    const core = makeCore('n1', machine)
    core.recover(NO_STREAMS, false)
    expect(core.turn(0, 0).datagrams).toHaveLength(1)
  })

  it('says what it said when it was stored, though the machine changes its objects later', () => {
    const message = { type: 'note', n: 1 }
    const machine = new Scripted()
      .answer((output) => {
        output.store.push({ stream: 'log', bytes: text('a') })
        output.sendAfter.push({ to: 'n2', message, stream: 'log', upTo: 1 })
      })
      .answer(() => {})
    const core = makeCore('n1', machine)
    core.recover(NO_STREAMS, false)
    core.turn(0, 0)
    message.n = 99
    core.stored('log', 1)
    expect(deliver(core.turn(1, 1).datagrams.map((datagram) => datagram.bytes)).machine.messages).toEqual([note(1)])
  })

  it('keeps one write in flight and gathers all that comes meanwhile into the next (group commit)', () => {
    const machine = new Scripted()
    machine.always = (output, { inputs }) => {
      for (const input of inputs) if (input.kind === 'control') output.store.push({ stream: 'log', bytes: text('r') })
    }
    const core = startedCore('n1', machine)
    const writes = [1, 2, 3, 4].flatMap((now) => {
      core.control({ type: 'set', name: 'x', value: 'y' })
      return core.turn(now, now).writes
    })
    expect(writes.map((write) => write.upTo)).toEqual([1])
    core.stored('log', 1)
    const [next] = core.turn(5, 5).writes
    expect(next).toMatchObject({ stream: 'log', upTo: 4, offset: writes[0]?.bytes.length })
    expect(decodeMark(next?.mark ?? new Uint8Array(), crc32)).toBe((next?.offset ?? 0) + (next?.bytes.length ?? 0))
  })

  it('does not let one stream wait for the other', () => {
    const machine = new Scripted()
      .answer((output) => output.store.push({ stream: 'bulk', bytes: new Uint8Array(3_000_000) }))
      .answer((output) => output.store.push({ stream: 'log', bytes: text('vote') }))
    const core = makeCore('n1', machine)
    core.recover(NO_STREAMS, false)
    expect(core.turn(0, 0).writes.map((write) => write.stream)).toEqual(['bulk'])
    core.control({ type: 'set', name: 'x', value: 'y' })
    expect(core.turn(1, 1).writes.map((write) => write.stream)).toEqual(['log'])
  })

  it('gives a second life the records of the first, and their positions go on', () => {
    const machine = new Scripted().answer((output) =>
      output.store.push({ stream: 'log', bytes: text('a') }, { stream: 'log', bytes: text('b') }),
    )
    const core = makeCore('n1', machine)
    core.recover(NO_STREAMS, false)
    const [write] = core.turn(0, 0).writes
    if (write === undefined) throw new Error('a write')
    const torn = Uint8Array.from([...write.bytes, 1, 2, 3])
    const reborn = new Scripted().answer((output) => output.store.push({ stream: 'log', bytes: text('c') }))
    const second = makeCore('n1', reborn, { incarnation: 2 })
    const recovered = second.recover({ log: { bytes: torn, mark: write.mark }, bulk: NO_STREAMS.bulk }, false)
    expect(recovered).toMatchObject({ keep: { log: write.bytes.length, bulk: 0 }, tornBytes: 3 })
    expect(decodeMark(recovered.marks.log, crc32)).toBe(write.bytes.length)
    const turn = second.turn(0, 0)
    expect(reborn.inputs).toEqual([{ kind: 'start', log: [text('a'), text('b')], bulk: [], lostDisk: false, incarnation: 2 }])
    expect(turn.events).toEqual([{ type: 'torn-tail', stream: 'log', bytes: 3 }])
    expect(turn.writes).toMatchObject([{ offset: write.bytes.length, upTo: 3 }])
  })
})

describe('a turn', () => {
  it('takes at most 256 inputs into a step, and says that more wait', () => {
    const machine = new Scripted()
    const core = startedCore('n2', machine)
    for (const bytes of datagramsOf(
      'n1',
      'n2',
      Array.from({ length: 600 }, (_, n) => note(n)),
    ))
      core.receive('n1', bytes)
    expect(core.pending).toBe(600)
    core.turn(1, 1)
    expect(core.pending).toBe(344)
    core.turn(2, 2)
    core.turn(3, 3)
    expect(core.pending).toBe(0)
    expect(machine.steps.map((step) => step.inputs.length)).toEqual([1, 256, 256, 88])
  })

  it('ticks last when the deadline has come, and not before', () => {
    const machine = new Scripted()
    machine.always = (output, { nowUs }) => {
      output.deadlineUs = nowUs + 1000
    }
    const core = startedCore('n2', machine)
    expect(core.deadlineUs).toBe(1000)
    core.turn(999, 0)
    expect(machine.steps).toHaveLength(1)
    for (const bytes of datagramsOf('n1', 'n2', [note(1)])) core.receive('n1', bytes)
    core.turn(1000, 0)
    expect(machine.steps.at(-1)?.inputs.map((input) => input.kind)).toEqual(['message', 'tick'])
  })

  it('when late, takes all that waits as one step and ticks only if that did not move the deadline (sleep and wake)', () => {
    for (const heartbeats of [true, false]) {
      const machine = new Scripted()
      machine.always = (output, { nowUs, inputs }) => {
        const heard = inputs.some((input) => input.kind !== 'message' || heartbeats)
        output.deadlineUs = heard ? nowUs + 1000 : 1000
      }
      const core = startedCore('n2', machine)
      for (const bytes of datagramsOf(
        'n1',
        'n2',
        Array.from({ length: 600 }, (_, n) => note(n)),
      ))
        core.receive('n1', bytes)
      core.turn(5_000_000, 0)
      const shape = machine.steps.slice(1).map((step) => step.inputs.length)
      expect(shape).toEqual(heartbeats ? [600] : [600, 1])
      expect(machine.inputs.filter((input) => input.kind === 'tick')).toHaveLength(heartbeats ? 0 : 1)
    }
  })

  it('does not step without a reason', () => {
    const machine = new Scripted()
    const core = startedCore('n1', machine)
    core.turn(1, 1)
    core.turn(2, 2)
    expect(machine.steps).toHaveLength(1)
  })

  it('passes events, results and answers through', () => {
    const machine = new Scripted().answer((output) => {
      output.events.push({ type: 'hello' })
      output.results.push({ id: 1, outcome: 'ok', attempts: 1 })
    })
    const core = makeCore('c1', machine, { durable: false })
    core.recover(NO_STREAMS, false)
    expect(core.turn(0, 0)).toMatchObject({ events: [{ type: 'hello' }], results: [{ id: 1 }] })
    expect(core.turn(1, 1)).toMatchObject({ events: [], results: [] })
    expect(core.inspect({ what: 'status' })).toEqual({ steps: 1 })
  })

  it('bounds what waits, and counts what it drops', () => {
    const machine = new Scripted()
    const core = startedCore('n2', machine)
    const [bytes] = datagramsOf(
      'n1',
      'n2',
      Array.from({ length: 300 }, (_, n) => note(n)),
    )
    for (let i = 0; i < 500; i++) core.receive('n1', bytes ?? new Uint8Array())
    expect(core.pending).toBeLessThanOrEqual(32_768)
    expect(core.counters.dropped['inbox-full']).toBeGreaterThan(0)
  })
})

describe('a broken rule halts', () => {
  it.each([
    ['a message to oneself', (m: Scripted) => m.answer((o) => o.send.push({ to: 'n1', message: note(1) })), true],
    [
      'a gate on a record that does not exist',
      (m: Scripted) => m.answer((o) => o.sendAfter.push({ to: 'n2', message: note(1), stream: 'log', upTo: 1 })),
      true,
    ],
    ['a record without a disk', (m: Scripted) => m.answer((o) => o.store.push({ stream: 'log', bytes: text('a') })), false],
  ])('%s', (_what, prepare, durable) => {
    const core = makeCore('n1', prepare(new Scripted()), { durable })
    core.recover(NO_STREAMS, false)
    expect(() => core.turn(0, 0)).toThrow(AssertionFailed)
  })

  it("the machine's own assertion passes through", () => {
    const machine = {
      step: () => {
        throw new AssertionFailed('two leaders in one term')
      },
      inspect: emptyOutput,
    }
    const core = makeCore('n1', machine)
    core.recover(NO_STREAMS, false)
    expect(() => core.turn(0, 0)).toThrow('two leaders in one term')
  })

  it('a report of a write that is not in flight', () => {
    const core = startedCore('n1', new Scripted())
    expect(() => core.stored('log', 1)).toThrow(AssertionFailed)
  })

  it('time that goes back', () => {
    const core = startedCore('n1', new Scripted())
    core.turn(10, 0)
    expect(() => core.turn(9, 0)).toThrow(AssertionFailed)
  })
})

function corrupt(datagrams: readonly Uint8Array[], at: number): Uint8Array[] {
  return datagrams.map((bytes) => {
    const copy = Uint8Array.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ 0x40
    return copy
  })
}
