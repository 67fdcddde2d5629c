/** Asks a replica until it answers or counts as down: a datagram may be lost, and a slow disk is no dead node. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { Body, House } from '../house.ts'

/** The question is asked this often, once a detector timeout. */
const MOST_TRIES = 6

/** `done` hears the first answer to any of the tries, or null: at the latest after six detector timeouts. The question must bear repetition. */
export function pursue(house: House, to: EndpointId, body: Body, done: (answer: Body | null) => void): void {
  let open = true
  let callOff = (): void => {}
  const finish = (answer: Body | null): void => {
    if (!open) return
    open = false
    callOff()
    done(answer)
  }
  const ask = (left: number): void => {
    const { detectorUs } = house.options
    house.ask(to, body, left * detectorUs, (answer) => {
      if (answer !== null) finish(answer)
    })
    callOff = house.after(detectorUs, () => {
      if (!open) return
      if (left <= 1 || !house.detector.isUp(to)) finish(null)
      else ask(left - 1)
    })
  }
  ask(MOST_TRIES)
}
