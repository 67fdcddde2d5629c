/** What `bench/shim.ts` and its two threads say to each other. */

/** A thread of the bench is one of these. */
export type BenchRole = 'bare-relay' | 'traffic'

/** To the bare relay: open one socket for each real port and forward. Answered with the virtual ports, in the same order. */
export interface ForwardAsk {
  readonly realPorts: readonly number[]
}

/** To the traffic: open so many endpoints (answered with their real ports), or let each ping the next through these virtual ports. */
export type TrafficAsk =
  | { readonly type: 'open'; readonly endpoints: number }
  | {
      readonly type: 'run'
      readonly virtualPorts: readonly number[]
      readonly ms: number
      /** Round trips begun each second over all endpoints; 0 for a closed loop, as fast as answers come. */
      readonly perSecond: number
    }

export interface TrafficResult {
  readonly roundTripsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}
