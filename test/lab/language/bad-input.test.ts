/** Everything a person may type wrong: one line that says what, where, and the nearest right thing. */
import { describe, expect, it } from 'vitest'
import { parsed, refused } from './words.ts'

describe('bad input', () => {
  it.each([
    // Commands.
    ['kil n1', 'column 1: unknown command kil. Did you mean kill?'],
    ['KILL n1', 'column 1: unknown command KILL. Did you mean kill?'],
    ['flurble', 'column 1: unknown command flurble'],
    ['| n1', 'column 1: a line begins with a command, not with |'],
    ['city=Oslo', 'column 1: a line begins with a command, not with city=Oslo. Did you mean put city Oslo?'],
    ['heartbeat=50ms', 'column 1: a line begins with a command, not with heartbeat=50ms. Did you mean set heartbeat=50ms?'],
    ['&', 'column 1: & is missing its command'],
    // Options.
    ['put x 1 timeut=3s', 'column 9: put has no option timeut=; as a text it needs quotes: "timeut=3s". Did you mean timeout=?'],
    ['put x 1 timeout=3', 'column 17: timeout= takes a duration like 250ms or 3s, not "3"'],
    ['put x 1 timeout=0s', 'column 17: timeout= is at least 1ms, not 0ms'],
    ['put x 1 as=c1 as=c2', 'column 15: as= is given twice'],
    ['put x 1 as=n1', 'column 12: as= takes a client, c0 to c99, not "n1"'],
    ['put x 1 w=2', 'column 9: w= belongs to dynamo'],
    ['put x 1 blind', 'column 9: blind belongs to dynamo'],
    ['kill n1 force=yes', 'column 9: kill has no option force='],
    ['sleep n1 for=long', 'column 14: for= takes a duration like 250ms or 3s, not "long"'],
    ['wipe n1 as=amnesic', 'column 12: as= takes amnesiac, not "amnesic". Did you mean amnesiac?'],
    ['link n1 | n2 loss=0.05', 'column 19: loss= takes a percentage like 10%, not "0.05"'],
    ['link n1 | n2 rate=1mb', 'column 19: rate= takes a rate like 1mbit or 500kbit, not "1mb"'],
    [
      'chaos start faults=kill,ct',
      'column 25: faults= takes kill, sleep, cut, one-way, loss, delay, powercut, dup, reorder, corrupt, clock or disk, not "ct". Did you mean cut?',
    ],
    ['chaos start faults=kill,kill', 'column 25: faults= names kill twice'],
    ['chaos stop every=2s', 'column 7: chaos stop takes no options'],
    ['load start mix=put', 'column 16: mix= takes weights like put:40,get:50, not "put"'],
    ['load start mix=put:0', 'column 16: mix= needs a weight over 0'],
    ['load start clients=65', 'column 20: clients= is at most 64, not 65'],
    // Nodes and sets.
    ['kill', 'column 5: a node or a set of nodes is missing here, for example n1 or leader'],
    ['kill n9', 'column 6: unknown node n9; the nodes are n1 … n5'],
    ['kill n0', 'column 6: unknown node or set "n0"'],
    ['kill leadr', 'column 6: unknown node or set "leadr". Did you mean leader?'],
    ['kill c1', 'column 6: c1 is a client; nodes are meant here'],
    ['kill "n1"', 'column 6: a quoted word is never a set: write n1 without quotes'],
    ['kill rest', 'column 6: rest means the nodes that other groups leave out; there are no groups here'],
    ['kill random(0)', 'column 13: random(N) takes a number from 1, not "0"'],
    ['kill $olt', 'column 6: nothing is named $olt yet; let olt = … names it. Did you mean $old?'],
    ['get x via=n9', 'column 11: unknown node n9; the nodes are n1 … n5'],
    // The network.
    ['partition n1 n2 | n2 n3', 'column 19: n2 is in two groups'],
    ['partition leader | leader n1', 'column 20: leader is in two groups'],
    ['partition n1 n2 | n3 n4', 'column 24: n5 is in no group. Did you mean partition n1 n2 | n3 n4 | rest?'],
    ['partition n1 | n2', 'column 18: n3, n4, n5 are in no group. Did you mean partition n1 | n2 | rest?'],
    ['partition n1 n2', 'column 16: a partition needs two groups or more. Did you mean partition n1 n2 | rest?'],
    ['partition n1 -> rest', 'column 14: groups are parted by |'],
    ['partition halvs', 'column 11: unknown node or set "halvs". Did you mean halves?'],
    ['cut n1', 'column 7: | or -> is missing: cut A | B, or cut A -> B'],
    ['cut n1 | n1', 'column 10: n1 is in two groups'],
    [
      'link n1 | n2',
      'column 13: how? Say one or more of delay= jitter= shape= loss= dup= reorder= corrupt= rate=. Did you mean link n1 | n2 delay=50ms?',
    ],
    // Clock and disk.
    ['clock n1', 'column 9: a jump of the clock is missing: clock S +60s, or clock S drift=1%, or clock S ok'],
    ['clock n1 60s', 'column 10: unknown node or set "60s"'],
    ['clock n1 +60', 'column 10: "+60" is no jump of a clock; write +60s or -250ms'],
    ['disk n2 ful', 'column 9: unknown node or set "ful". Did you mean full?'],
    [
      'disk n2',
      'column 8: full, fail, flip or ok is missing: disk S slow=200ms, or disk S full, or disk S fail, or disk S flip, or disk S ok',
    ],
    // Values.
    ['put city', 'column 9: a value is missing: put K V'],
    ['put city New York', 'column 14: "York" is one word too many: put K V; a value with blanks needs quotes: "New York"'],
    ['put x a|b', 'column 8: unexpected |; a text that holds it needs quotes'],
    ['put x none', 'column 7: none is absence; to store the word put it in quotes, "none". Did you mean del K?'],
    ['put "" 1', 'column 5: a key may not be empty'],
    ['put "\\u0001probe" 1', 'column 5: a key may not hold control characters'],
    ['put x $old', 'column 7: $old is a variable, not a value; as a text: "$old"'],
    ['add x two', 'column 7: "two" is no decimal number of at most six places'],
    ['add x 1.1234567', 'column 7: "1.1234567" is no decimal number of at most six places'],
    ['put x "abc', 'column 7: this quote is never closed'],
    // Time.
    ['wait', 'column 5: a duration is missing: wait T'],
    ['wait 3', 'column 6: "3" is no duration; write 250ms, 3s or 2m'],
    ['wait 3h', 'column 6: "3h" is no duration; write 250ms, 3s or 2m'],
    ['at kill n1', 'column 4: here stands a duration: 250ms, 3s or 2m'],
    ['at 3s', 'column 6: a command is missing: at T CMD'],
    ['at 3s kil n1', 'column 7: unknown command kil. Did you mean kill?'],
    ['at 3s kill n9', 'column 12: unknown node n9; the nodes are n1 … n5'],
    ['every 2s wait 1s', 'column 10: every cannot run wait'],
    ['after 2s at 3s heal', 'column 10: after cannot run at'],
    ['at 1s every 2s after 3s heal', 'column 16: every cannot run after'],
    ['every 2s heal times=many', 'column 21: times= is a number from 1 to 10000, not "many"'],
    ['every 0s heal', 'column 6: every needs a time over 0'],
    ['await n1', 'column 7: "n1" is no client; clients are c0, c1 …'],
    // Settings.
    ['set elction=1-2', 'column 5: unknown setting elction. Did you mean election?'],
    ['set election=600-300', 'column 14: election takes two durations, low first, like 300-600 or 300ms-600ms, not "600-300"'],
    ['set pre-vote=maybe', 'column 14: pre-vote is on or off, not "maybe"'],
    ['set sync=never', 'column 5: sync cannot change while the cluster runs. Did you mean reset sync=never?'],
    ['set city Oslo', 'column 5: set changes settings, set NAME=VALUE; put stores values. Did you mean put city Oslo?'],
    ['set', 'column 4: which setting? set NAME=VALUE; help settings lists them'],
    ['reset preset=papr', 'column 14: preset is default, paper or fast, not "papr". Did you mean paper?'],
    ['reset nodes=0', 'column 13: nodes is at least 1, not 0'],
    ['reset nodes=999', 'column 13: nodes is at most 128, not 999'],
    ['reset mode=raff', 'column 12: unknown mode raff; there is raft or dynamo. Did you mean raft?'],
    ['reset mode=sharding', 'column 12: sharding comes in a later version'],
    // Checks and names.
    ['check linear', 'column 7: unknown check linear; there is nothing-lost or linearizable. Did you mean linearizable?'],
    ['check converged', 'column 7: converged belongs to dynamo'],
    ['let = leader', 'column 5: a name is missing here: letters, digits, - and _, without $. Did you mean let NAME = leader?'],
    ['let x', 'column 6: let x = …: "=" is missing'],
    ['let x = healthy', 'column 9: healthy is no fact with a value; let takes a set of nodes or a fact like term or commit(leader)'],
  ])('%s', (line, message) => {
    expect(refused(line)).toBe(message)
  })

  it.each([
    ['crash n1', 'kill'],
    ['pause n1', 'sleep'],
    ['resume n1', 'wake'],
    ['stop n1', 'kill'],
    ['start n1', 'restart'],
    ['delete city', 'del'],
    ['block n1', 'cut A | B'],
    ['drop 10%', 'link A | B loss=10%'],
    ['slow n1', 'link A | B delay=50ms'],
    ['history', 'ops'],
  ])('%s is what other tools say', (line, habit) => {
    expect(refused(line)).toBe(`column 1: unknown command ${line.split(' ')[0]}. Did you mean ${habit}?`)
    expect(() => parsed(habit.replace('A | B', 'n1 | n2').replace(/^(kill|sleep|wake|restart|del)$/, '$1 n1'))).not.toThrow(
      /unknown command/,
    )
  })

  it('a long wrong word does not flood the line', () => {
    expect(refused('x'.repeat(5000)).length).toBeLessThan(120)
    expect(refused(`kill n1 ${'|'.repeat(5000)}`).length).toBeLessThan(120)
    expect(refused(`wait ${'9'.repeat(5000)}`).length).toBeLessThan(120)
    expect(refused(`kill ${'x'.repeat(5000)}`).length).toBeLessThan(120)
    expect(refused(`put x 1 timeout=${'9'.repeat(5000)}`).length).toBeLessThan(120)
    expect(refused(`set ${'x'.repeat(5000)}=1`).length).toBeLessThan(120)
    expect(refused(`expect ${'x'.repeat(5000)}`).length).toBeLessThan(120)
    expect(refused(`expect term = 1 ${'x'.repeat(5000)}`).length).toBeLessThan(120)
  })
})
