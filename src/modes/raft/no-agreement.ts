/**
 * The `no-agreement` variant: replicas that only tell each other. Every node answers reads and writes at once from its own copy
 * and passes writes on; the others apply them in the order of arrival, which is nobody's order. Elections go on beside it and
 * decide nothing. Nothing is stored: a restart forgets.
 */
import type { EndpointId } from '../../machine/contract.ts'
import { isOperand, WRITES } from './entry.ts'
import type { ClientMessage, RaftMessage } from './messages.ts'
import type { RaftState } from './state.ts'
import type { StoreResult } from './store.ts'

/** False for what nodes say to each other about elections: that is none of this variant's business. */
export function answeredAlone(raft: RaftState, from: EndpointId, message: RaftMessage): boolean {
  switch (message.type) {
    case 'open':
      answer(raft, from, message, { status: 'ok', value: null, session: 1 })
      return true
    case 'read':
      answer(raft, from, message, { status: 'ok', value: raft.store.read(message.key), session: 0 })
      return true
    case 'write':
      write(raft, from, message)
      return true
    default:
      return false
  }
}

function write(raft: RaftState, from: EndpointId, message: Extract<ClientMessage, { type: 'write' }>): void {
  const f = WRITES.find((name) => name === message.f)
  if (f === undefined || !isOperand(f, message.value)) {
    raft.drop('malformed-request')
    return
  }
  const result = raft.store.run(f, message.key, message.value)
  if (raft.peers.includes(from)) return
  answer(raft, from, message, result)
  for (const peer of raft.peers) raft.send(peer, message)
}

/** Names no leader, so that a client goes on asking whomever it likes. */
function answer(raft: RaftState, client: EndpointId, { request }: ClientMessage, result: StoreResult): void {
  raft.send(client, { type: 'reply', request, ...result, term: raft.term, leader: null, life: raft.life })
}
