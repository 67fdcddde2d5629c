/** Asks a replica until it answers or counts as down: a datagram may be lost, and a slow disk is no dead node. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { Body, House } from '../house.ts'

/** The question is asked this often, once a detector timeout. */
const MOST_TRIES = 6

/** `done` hears the answer, or null: at the latest after six detector timeouts. The question must bear repetition. */
export function pursue(house: House, to: EndpointId, body: Body, done: (answer: Body | null) => void, tries = MOST_TRIES): void {
  house.ask(to, body, house.options.detectorUs, (answer) => {
    if (answer === null && tries > 1 && house.detector.isUp(to)) pursue(house, to, body, done, tries - 1)
    else done(answer)
  })
}
