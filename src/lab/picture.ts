/** The picture of a run: what its events have come to so far, and the samples that go into them. */
import { nodeIds } from '../machine/ids.ts'
import { emptyScene, reduceScene, type Scene } from '../stream/scene.ts'
import type { EventStream } from './events.ts'
import type { HostWatch } from './host-watch.ts'
import type { Run } from './run.ts'
import type { RunOptions } from './run-options.ts'
import { Sampler } from './samples/sampler.ts'

export class Picture {
  #scene: Scene
  #sampler: Sampler | null = null

  /** Hears all that is said from now on, before anybody else does. */
  constructor(events: EventStream, { mode, nodes }: Pick<RunOptions, 'mode' | 'nodes'>) {
    this.#scene = emptyScene(mode.name, nodeIds(nodes), mode.banner)
    events.listen((event) => {
      this.#scene = reduceScene(this.#scene, event)
    })
  }

  /** What whoever reads the events from the first has by now. */
  get scene(): Scene {
    return this.#scene
  }

  /** The run is open: from now on it is looked at in turn. Answers how to stop. */
  begin(run: Run, watch: HostWatch): () => void {
    const sampler = new Sampler(run)
    this.#sampler = sampler
    watch.onReport((report) => sampler.count(report))
    return () => sampler.close()
  }

  /** A fault, or its undoing, has just come into force. */
  look(): void {
    this.#sampler?.look()
  }

  /** A command named these keys. */
  mention(keys: readonly string[]): void {
    this.#sampler?.mention(keys)
  }
}
