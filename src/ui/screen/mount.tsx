/** Ink between the components and the sink: it lays out and renders, and touches neither the keyboard nor the terminal. */
import { PassThrough } from 'node:stream'
import { render } from 'ink'
import { Component, type ReactNode } from 'react'
import type { FrameSink } from './frame-sink.ts'

export interface Mounted {
  /** Rendered when it returns. */
  show(tree: ReactNode): void
  unmount(): void
}

interface GuardedProps {
  readonly failed: (error: unknown) => void
  readonly children: ReactNode
}

/** Without it Ink takes everything down by itself when a component throws, and says so to nobody. */
class Guarded extends Component<GuardedProps, { readonly broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError(): { readonly broken: boolean } {
    return { broken: true }
  }

  override componentDidCatch(error: unknown): void {
    this.props.failed(error)
  }

  override render(): ReactNode {
    return this.state.broken ? null : this.props.children
  }
}

/**
 * `debug` is Ink's word for handing over each frame whole. Streams are Ink's own types, of which it uses no more than the sink has; its keyboard
 * is one on which nobody types. `failed` hears what a component throws; nothing is shown from then on.
 */
export function mount(sink: FrameSink, tree: ReactNode, failed: (error: unknown) => void): Mounted {
  const stdout = sink as unknown as NodeJS.WriteStream
  const silent = Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.ReadStream
  const guarded = (inner: ReactNode): ReactNode => <Guarded failed={failed}>{inner}</Guarded>
  const ink = render(guarded(tree), { stdout, stderr: stdout, stdin: silent, debug: true, patchConsole: false, exitOnCtrlC: false })
  return { show: (inner) => ink.rerender(guarded(inner)), unmount: ink.unmount }
}
