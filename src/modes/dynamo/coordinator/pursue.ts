/** Asks a replica until it answers or counts as down: a datagram may be lost, and a slow disk is no dead node. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { Body, House } from '../house.ts'

/** The question is asked this often, once a detector timeout. */
const MOST_TRIES = 6
/** A slot whose target fell silent is given to the next stand-in this often. */
export const MOST_SUBSTITUTES = 2

/** So long after a write began its copies may still be sent out: to a target, and to those who stand in for it. Microseconds. */
export function longestPursuitUs(detectorUs: number): number {
  return MOST_TRIES * (1 + MOST_SUBSTITUTES) * detectorUs
}

/** `done` hears the answer, or null: at the latest after six detector timeouts. The question must bear repetition. */
export function pursue(house: House, to: EndpointId, body: Body, done: (answer: Body | null) => void, tries = MOST_TRIES): void {
  house.ask(to, body, house.options.detectorUs, (answer) => {
    if (answer === null && tries > 1 && house.detector.isUp(to)) pursue(house, to, body, done, tries - 1)
    else done(answer)
  })
}
