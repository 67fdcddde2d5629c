/** Asks the shim once a second what it cannot say by itself: that its thread stood still, or that the kernel dropped datagrams. */
import type { Shim } from '../net/types.ts'
import type { EventStream } from './events.ts'

const EVERY_MS = 1_000
/** Shorter pauses are the scheduler's everyday business. */
const STALL_MS = 50

export class ShimWatch {
  readonly #shim: Shim
  readonly #events: EventStream
  readonly #timer: NodeJS.Timeout
  #drops = 0

  constructor(shim: Shim, events: EventStream) {
    this.#shim = shim
    this.#events = events
    this.#timer = setInterval(() => void this.look(), EVERY_MS)
  }

  /** Datagrams that the kernel dropped at the shim's sockets so far: loss that no rule explains. 0 where the system does not tell. */
  get kernelDrops(): number {
    return this.#drops
  }

  async look(): Promise<void> {
    // A shim that died says so through its failure listener; there is nothing to add here.
    const report = await this.#shim.report().catch(() => null)
    if (report === null) return
    const { stallMs, kernelDrops } = report
    if (stallMs > STALL_MS) {
      this.#events.emit('stall', `the shim stood still for ${Math.round(stallMs)} ms`, { where: 'shim', ms: stallMs })
    }
    if (kernelDrops === null || kernelDrops <= this.#drops) return
    this.#events.emit('host-loss', `this machine dropped ${kernelDrops - this.#drops} datagrams that no rule explains`, {
      drops: kernelDrops,
    })
    this.#drops = kernelDrops
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
