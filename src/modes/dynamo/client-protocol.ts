/**
 * What clients and nodes say to each other. Each request carries `id` and each answer `re` (calls.ts); a load balancer passes both
 * through as they are. A request that any node may be asked: one that cannot coordinate it forwards it.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { Change } from './ring/ring.ts'
import type { Causality } from './versions.ts'

/** What a request may ask otherwise than the cluster's settings say. */
export interface Wanted {
  readonly r?: number
  readonly w?: number
  readonly quorum?: 'sloppy' | 'strict'
}

export type ClientRequest =
  | (Wanted & {
      readonly type: 'put'
      readonly key: string
      /** Null deletes. */
      readonly value: string | null
      /** Names the write, the same for every attempt: a replica that holds a version of this name does not mint another. */
      readonly op: string
      /** What the client held when it began, the same for every attempt. Null: it held nothing (a blind write). */
      readonly context: Causality | null
      /** The digest of the map it chose the node by; null if it knows none. */
      readonly map: string | null
      /** The life of the node that it is for (lives.ts): another one answers `other-life` and does nothing. Left out: any. */
      readonly life?: number
    })
  | (Wanted & { readonly type: 'get'; readonly key: string; readonly map: string | null })
  /** The history of the membership, please. */
  | { readonly type: 'map' }
  /** To a node that is to come into the ring. `seed`: the member it asks; null: whoever it knows. */
  | { readonly type: 'join'; readonly seed: EndpointId | null }
  /** To the node that leaves, or to another one that is to say so. */
  | { readonly type: 'leave'; readonly node: EndpointId }

/** One of the versions that a read found. */
export interface Found {
  readonly op: string
  /** Null is a tombstone. */
  readonly value: string | null
}

/** How an operation was met. */
export interface Tally {
  /** Who coordinated it: not always who was asked. */
  readonly node: EndpointId
  /** How many answers counted, and of how many: N. */
  readonly got: number
  readonly of: number
  /** Who stood in for whom among those that counted. */
  readonly standIns: readonly (readonly [standIn: EndpointId, home: EndpointId])[]
}

/** Every answer may carry the digest of the answerer's map: a client that knows another map asks for it at once. */
export type ClientAnswer = { readonly map?: string } & (
  | (Tally & {
      readonly type: 'done'
      /** What the client holds now: of a get, all versions found; of a put, its context and the event it made. */
      readonly context: Causality
      /** Of a get; null of a put. One op is listed once, however many events it made. */
      readonly versions: readonly Found[] | null
    })
  /** Too few answers. The homes that were missed are named. */
  | (Tally & {
      readonly type: 'unmet'
      readonly needed: number
      readonly missing: readonly EndpointId[]
      /** It may have been stored somewhere and surface later. False: certainly not. */
      readonly maybe: boolean
    })
  /** `maybe`: this attempt was passed on to somebody who did not answer. False: it was stored nowhere. */
  | { readonly type: 'refused'; readonly code: RefusalCode; readonly why: string; readonly maybe: boolean }
  | { readonly type: 'map'; readonly history: readonly Change[] }
  /** A join or a leave is recorded; it spreads from here. */
  | { readonly type: 'changed'; readonly node: EndpointId }
)

/**
 * `siblings`: more than the limit. `malformed`: the request makes no sense. `not-here`: this node is no member, or found nobody to
 * coordinate. `overloaded`: it has too much to do. `no-change`: the join or leave cannot be.
 */
export type RefusalCode = 'siblings' | 'too-large' | 'malformed' | 'not-here' | 'overloaded' | 'no-change'

/** Refusals that another node may not repeat. */
export const TRY_ELSEWHERE: readonly RefusalCode[] = ['not-here', 'overloaded']
