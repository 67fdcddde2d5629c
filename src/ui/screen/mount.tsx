/** Ink between the components and the sink: it lays out and renders, and touches neither the keyboard nor the terminal. */
import { PassThrough } from 'node:stream'
import { render } from 'ink'
import type { ReactNode } from 'react'
import type { FrameSink } from './frame-sink.ts'

export interface Mounted {
  /** Rendered when it returns. */
  show(tree: ReactNode): void
  unmount(): void
}

/**
 * `debug` is Ink's word for handing over each frame whole. Streams are Ink's own types, of which it uses no more than the sink has; its keyboard
 * is one on which nobody types.
 */
export function mount(sink: FrameSink, tree: ReactNode): Mounted {
  const stdout = sink as unknown as NodeJS.WriteStream
  const silent = Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.ReadStream
  const ink = render(tree, { stdout, stderr: stdout, stdin: silent, debug: true, patchConsole: false, exitOnCtrlC: false })
  return { show: ink.rerender, unmount: ink.unmount }
}
