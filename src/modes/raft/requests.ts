/** Requests of clients that go through the log, and the answers when their entries are applied (§8; dissertation §6.3). */
import type { EndpointId } from '../../machine/contract.ts'
import { tooLarge } from '../limits.ts'
import { type Command, isOperand, WRITES } from './entry.ts'
import type { ClientMessage, RefusalCode } from './messages.ts'
import type { RaftState, Waiter } from './state.ts'
import type { StoreResult } from './store.ts'

type Of<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>

export function handleOpen(raft: RaftState, client: EndpointId, ask: Of<'open'>): void {
  const waiter: Waiter = { client, request: ask.request, attempt: ask.attempt }
  if (raft.leadership === null) {
    refuse(raft, waiter, 'no-leader')
    return
  }
  if (propose(raft, { kind: 'open', client }, waiter) === null) refuse(raft, waiter, 'overloaded')
}

export function handleWrite(raft: RaftState, client: EndpointId, ask: Of<'write'>): void {
  const f = WRITES.find((name) => name === ask.f)
  if (f === undefined || !isOperand(f, ask.value)) {
    raft.drop('malformed-request')
    return
  }
  const waiter: Waiter = { client, request: ask.request, attempt: ask.attempt }
  const code = whyNot(raft, ask)
  if (code !== null) {
    refuseWrite(raft, waiter, ask, code)
    return
  }
  if (answeredAlready(raft, waiter, ask.session, ask.serial)) return
  const { session, serial, key, value } = ask
  const index = propose(raft, { kind: 'write', client, session, serial, f, key, value }, waiter)
  if (index === null) {
    refuseWrite(raft, waiter, ask, 'overloaded')
    return
  }
  raft.attempts.take(session, ask.attempt)
  raft.leadership?.underWay.set(session, { serial, index })
}

function whyNot(raft: RaftState, ask: Of<'write'>): RefusalCode | null {
  if (tooLarge(ask.key, ask.value)) return 'too-large'
  if (raft.leadership === null) return 'no-leader'
  if (ask.life !== raft.life && raft.bug !== 'any-life') return 'other-life'
  if (raft.bug === 'forget-refusals') return null
  // A second copy of what was refused: the client may have been told that it never happened.
  return raft.attempts.mustStayRefused(ask.session, ask.attempt) ? 'no-leader' : null
}

/** A copy of a request that was applied is answered from the session; of one under way, by that entry. */
function answeredAlready(raft: RaftState, waiter: Waiter, session: number, serial: number): boolean {
  if (raft.bug === 'no-sessions') return false
  const known = raft.store.session(session)
  if (known !== null && serial <= known.serial) {
    if (serial === known.serial && known.result !== null) reply(raft, waiter, known.result)
    return true
  }
  const underWay = raft.leadership?.underWay.get(session)
  if (underWay?.serial !== serial) return false
  raft.leadership?.waiters.set(underWay.index, waiter)
  return true
}

/** Appends the command if the bound on uncommitted bytes allows; answers its index. */
function propose(raft: RaftState, command: Command, waiter: Waiter): number | null {
  const { leadership } = raft
  if (leadership === null || leadership.uncommittedBytes >= raft.options.uncommittedLimit) return null
  const { index, bytes } = raft.appendOwn(command)
  leadership.uncommittedBytes += bytes.length
  leadership.waiters.set(index, waiter)
  return index
}

/** Applies what is committed, in order and without gaps, and answers who waits. */
export function applyCommitted(raft: RaftState): void {
  while (raft.applied < raft.log.commit) {
    raft.applied++
    const index = raft.applied
    const command = raft.log.commandAt(index)
    raft.log.forgetCommand(index)
    const { result, expired } = raft.store.apply(index, command)
    if (expired !== null) raft.emit('session-expired', expired)
    answerWaiter(raft, index, command, result)
  }
}

function answerWaiter(raft: RaftState, index: number, command: Command, result: StoreResult | null): void {
  const { leadership } = raft
  if (leadership === null) return
  if (command.kind === 'write' && leadership.underWay.get(command.session)?.index === index) leadership.underWay.delete(command.session)
  const waiter = leadership.waiters.get(index)
  leadership.waiters.delete(index)
  if (waiter !== undefined && result !== null) reply(raft, waiter, result)
}

function reply(raft: RaftState, { client, request }: Waiter, { status, value, session }: StoreResult): void {
  raft.send(client, { type: 'reply', request, status, value, session, term: raft.term, leader: raft.leader, life: raft.life })
}

/**
 * Definite only if no copy of this attempt has run or ever will. Copies come to this node alone: this life remembers, a later one
 * refuses what is meant for this one, and an earlier one may have run only what was meant for it.
 */
function refuseWrite(raft: RaftState, waiter: Waiter, { session, life }: Of<'write'>, code: RefusalCode): void {
  const ranBefore = life !== 0 && (life !== raft.life || raft.attempts.mayHaveRun(session, waiter.attempt))
  raft.attempts.refuse(session, waiter.attempt)
  refuse(raft, waiter, code, !ranBefore)
}

function refuse(raft: RaftState, { client, request, attempt }: Waiter, code: RefusalCode, definite = true): void {
  const { term, leader, life } = raft
  raft.send(client, { type: 'refusal', request, attempt, code, definite, term, leader, life })
}
