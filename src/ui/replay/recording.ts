/**
 * A recorded run under somebody's thumb: the picture at any moment is what the events up to it come to. The file is read through once, and the
 * picture kept at places along it; to go somewhere is to read on from the nearest of them. So memory does not grow with the run.
 */
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs'
import type { LabEvent } from '../../history/types.ts'
import { emptyScene, reduceScene, type Scene, startingNode } from '../../stream/scene.ts'
import type { SceneSource } from '../screen/types.ts'
import { ByteLines } from './byte-lines.ts'
import { eventOf } from './event-line.ts'
import { type Landmark, landmarksOf, MOST_LANDMARKS } from './landmarks.ts'

export interface RecordingLimits {
  /** Between two places, in bytes, to begin with: some hundred events. */
  readonly spacing: number
  /** Of more places than this every second one is given up, and they stand twice as far apart from then on. */
  readonly places: number
  /** Events between two waypoints within the stretch where one is: whoever steps back goes no farther. */
  readonly waypoint: number
}

const USUAL: RecordingLimits = { spacing: 64_000, places: 96, waypoint: 200 }
/** Stretches between places whose events are kept: where one is, and where one was. */
const STRETCHES = 2

/** The picture before the byte at `offset`. */
interface Place {
  readonly offset: number
  readonly scene: Scene
}

/** Where one stands: before event `index` of the stretch behind place `place`. */
interface Standing {
  readonly place: number
  readonly index: number
  readonly scene: Scene
}

interface Read {
  readonly places: readonly Place[]
  readonly size: number
  /** The first that knows its nodes. */
  readonly opening: Scene
  readonly end: Scene
  readonly landmarks: readonly Landmark[]
  readonly landmarksLeft: number
  readonly unread: number
}

export class Recording implements SceneSource {
  readonly #file: number
  readonly #read: Read
  readonly #limits: RecordingLimits
  readonly #listeners = new Set<() => void>()
  readonly #stretches = new Map<number, readonly LabEvent[]>()
  /** Before anything is told: the nodes there will be. */
  readonly #opening: Pick<Scene, 'mode' | 'nodes'>
  /** All behind the same place, in order. */
  #waypoints: Standing[] = []
  #standing: Standing
  #scene: Scene

  constructor(file: number, read: Read, limits: RecordingLimits) {
    this.#file = file
    this.#limits = limits
    this.#read = read
    this.#standing = { place: 0, index: 0, scene: EMPTY }
    this.#opening = { mode: read.opening.mode, nodes: read.opening.nodes.map(({ id }) => startingNode(id)) }
    this.#scene = { ...EMPTY, ...this.#opening }
  }

  /** As it is at the cursor. */
  get scene(): Scene {
    return this.#scene
  }

  /** As it was in the end. */
  get end(): Scene {
    return this.#read.end
  }

  /** In the order of time. */
  get landmarks(): readonly Landmark[] {
    return this.#read.landmarks
  }

  /** What could not be kept or read. */
  get left(): { readonly lines: number; readonly landmarks: number } {
    return { lines: this.#read.unread, landmarks: this.#read.landmarksLeft }
  }

  listen(changed: () => void): () => void {
    this.#listeners.add(changed)
    return () => this.#listeners.delete(changed)
  }

  /** The picture of everything that had happened at `ns`, and the clock there. Throws what reading the file throws. */
  seek(ns: number): void {
    const atNs = Math.max(0, Math.min(this.end.nowNs, ns))
    this.#standing = this.#goOn(this.#nearest(atNs), atNs)
    const { scene } = this.#standing
    this.#scene = { ...scene, ...(scene.mode === '' ? this.#opening : {}), nowNs: atNs }
    for (const listener of this.#listeners) listener()
  }

  close(): void {
    closeSync(this.#file)
  }

  /** The farthest known standing from which one can read on to `atNs`. */
  #nearest(atNs: number): Standing {
    const { places } = this.#read
    const place = Math.max(
      0,
      places.findLastIndex(({ scene }) => scene.nowNs <= atNs),
    )
    const start = { place, index: 0, scene: places[place]?.scene ?? EMPTY }
    const known = [...this.#waypoints, this.#standing].filter((one) => one.scene.nowNs <= atNs && one.place >= place)
    return known.reduce((best, one) => (isFarther(one, best) ? one : best), start)
  }

  #goOn(from: Standing, atNs: number): Standing {
    let { place, index, scene } = from
    for (; place < this.#read.places.length; place++) {
      const events = this.#stretch(place)
      for (; index < events.length; index++) {
        const event = events[index]
        if (event === undefined || event.time > atNs) return { place, index, scene }
        scene = reduceScene(scene, event)
        if ((index + 1) % this.#limits.waypoint === 0) this.#pass({ place, index: index + 1, scene })
      }
      index = 0
    }
    return { place, index, scene }
  }

  #pass(waypoint: Standing): void {
    const last = this.#waypoints.at(-1)
    if (last?.place !== waypoint.place) this.#waypoints = [waypoint]
    else if (last.index < waypoint.index) this.#waypoints.push(waypoint)
  }

  #stretch(place: number): readonly LabEvent[] {
    const known = this.#stretches.get(place)
    if (known !== undefined) return known
    const { places, size } = this.#read
    const from = places[place]?.offset ?? size
    const buffer = Buffer.alloc((places[place + 1]?.offset ?? size) - from)
    const lines = new ByteLines(from)
    const whole = [...lines.feed(buffer.subarray(0, readSync(this.#file, buffer, 0, buffer.length, from))), lines.rest()]
    const events = whole.map((line) => (line?.text ? eventOf(line.text) : null)).filter((event) => event !== null)
    const oldest = this.#stretches.size >= STRETCHES ? this.#stretches.keys().next().value : undefined
    if (oldest !== undefined) this.#stretches.delete(oldest)
    this.#stretches.set(place, events)
    return events
  }
}

const EMPTY = emptyScene('', [])

function isFarther(a: Standing, b: Standing): boolean {
  return a.place > b.place || (a.place === b.place && a.index > b.index)
}

/**
 * Reads `path` through, up to where it ends now; the recording stands at its beginning. `progress`: bytes read, of all. Throws what opening and
 * reading throw.
 */
export async function openRecording(
  path: string,
  progress: (bytes: number, all: number) => void = () => {},
  limits: RecordingLimits = USUAL,
): Promise<Recording> {
  const file = openSync(path, 'r')
  try {
    return new Recording(file, await readThrough(path, fstatSync(file).size, progress, limits), limits)
  } catch (error) {
    closeSync(file)
    throw error
  }
}

async function readThrough(
  path: string,
  size: number,
  progress: (bytes: number, all: number) => void,
  limits: RecordingLimits,
): Promise<Read> {
  const reader = new Reader(limits)
  const lines = new ByteLines()
  if (size > 0) {
    let bytes = 0
    for await (const chunk of createReadStream(path, { end: size - 1, highWaterMark: 256 * 1024 })) {
      for (const { next, text } of lines.feed(chunk)) reader.line(text, next)
      bytes += chunk.length
      progress(bytes, size)
    }
  }
  const rest = lines.rest()
  if (rest !== null) reader.line(rest.text, rest.next)
  return reader.read(size)
}

class Reader {
  readonly #limits: RecordingLimits
  readonly #landmarks: Landmark[] = []
  #spacing: number
  #places: Place[] = [{ offset: 0, scene: EMPTY }]
  #scene: Scene = EMPTY
  #opening: Scene | null = null
  #failure: Landmark | null = null
  #landmarksLeft = 0
  #unread = 0

  constructor(limits: RecordingLimits) {
    this.#limits = limits
    this.#spacing = limits.spacing
  }

  /** `next`: where the line behind it begins. */
  line(text: string | null, next: number): void {
    if (text?.trim() === '') return
    const event = text === null ? null : eventOf(text)
    if (event === null) this.#unread++
    else {
      const scene = reduceScene(this.#scene, event)
      for (const landmark of landmarksOf(this.#scene, scene, event, this.#failure)) this.#mark(landmark)
      if (scene.mode !== '') this.#opening ??= scene
      this.#scene = scene
    }
    if (next - (this.#places.at(-1)?.offset ?? 0) >= this.#spacing) this.#keep({ offset: next, scene: this.#scene })
  }

  read(size: number): Read {
    return {
      places: this.#places,
      size,
      opening: this.#opening ?? EMPTY,
      end: this.#scene,
      landmarks: this.#landmarks.sort((a, b) => a.atNs - b.atNs),
      landmarksLeft: this.#landmarksLeft,
      unread: this.#unread,
    }
  }

  #mark(landmark: Landmark): void {
    if (landmark.kind === 'failure') this.#failure = landmark
    if (this.#landmarks.length < MOST_LANDMARKS) this.#landmarks.push(landmark)
    else this.#landmarksLeft++
  }

  #keep(place: Place): void {
    this.#places.push(place)
    if (this.#places.length <= this.#limits.places) return
    this.#places = this.#places.filter((_, at) => at % 2 === 0)
    this.#spacing *= 2
  }
}
