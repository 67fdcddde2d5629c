/**
 * Stands in for Ink's `Output` in the bundle: from texts at their places to a frame. Ink takes every frame apart into cells and styles and puts
 * it together again, 25 ms for 200 × 50; here panes never overlap and rows are cut before they come, so a frame is a few joins.
 */
import widestRow from './widest-row.ts'

interface Piece {
  readonly x: number
  readonly text: string
}

interface WriteOptions {
  readonly transformers: readonly ((line: string, index: number) => string)[]
}

export default class RowOutput {
  readonly #rows: Piece[][]

  constructor({ height }: { readonly width: number; readonly height: number }) {
    this.#rows = Array.from({ length: height }, () => [])
  }

  write(x: number, y: number, text: string, { transformers }: WriteOptions): void {
    if (text === '') return
    for (const [index, line] of text.split('\n').entries()) {
      // Lower than the frame there is nothing to see.
      this.#rows[y + index]?.push({ x, text: transformers.reduce((now, transform) => transform(now, index), line) })
    }
  }

  clip(): never {
    throw new Error('a pane of this screen asked to be clipped; its rows are cut to their area before')
  }

  unclip(): void {}

  get(): { readonly output: string; readonly height: number } {
    return { output: this.#rows.map(joined).join('\n'), height: this.#rows.length }
  }
}

function joined(pieces: readonly Piece[]): string {
  const sorted = pieces.length > 1 ? [...pieces].sort((a, b) => a.x - b.x) : pieces
  let row = ''
  let width = 0
  for (const { x, text } of sorted) {
    row += ' '.repeat(Math.max(0, x - width)) + text
    width = Math.max(width, x) + widestRow(text)
  }
  return row.trimEnd()
}
