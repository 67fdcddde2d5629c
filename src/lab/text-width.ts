/** How many cells a text takes, and how to cut it to fit. Cells are counted per code point, as most terminals do. */

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u
const ZERO = /\p{M}|[\u200b-\u200f]/u

function cellWidth(char: string): number {
  if (char <= '\u02ff') return 1
  // Arrows, lines, blocks, braille: pictures are made of them, and none is wide or combines.
  if (char >= '\u2100' && char <= '\u2bff') return 1
  if (ZERO.test(char)) return 0
  return WIDE.test(char) ? 2 : 1
}

export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const char of text) width += cellWidth(char)
  return width
}

/** The longest head of `text` that fits in `cells`. */
export function cutToWidth(text: string, cells: number): string {
  let width = 0
  let end = 0
  for (const char of text) {
    width += cellWidth(char)
    if (width > cells) return text.slice(0, end)
    end += char.length
  }
  return text
}

/** As `cutToWidth`, but a cut is shown by an ellipsis in the last cell. */
export function ellipsize(text: string, cells: number): string {
  if (cells <= 0) return ''
  return textWidth(text) <= cells ? text : `${cutToWidth(text, cells - 1)}…`
}

/** Words broken into rows of at most `cells`; a word that is longer stands alone and may be too wide. */
export function wrapWords(text: string, cells: number): readonly string[] {
  const rows: string[] = []
  for (const word of text.split(' ')) {
    const last = rows.at(-1)
    if (last !== undefined && textWidth(last) + 1 + textWidth(word) <= cells) rows[rows.length - 1] = `${last} ${word}`
    else rows.push(word)
  }
  return rows
}

/**
 * A line as rows of at most `cells`, broken between words, what goes on standing below the second column. Blanks inside a row stay, so that
 * the columns of a table keep their places. A word that is longer than a row is left for the terminal to break.
 */
export function wrapLine(text: string, cells: number): readonly string[] {
  if (textWidth(text) <= cells) return [text]
  const column = textWidth(/^\s*\S+(?: \S+)*\s{2,}/.exec(text)?.[0] ?? '')
  const before = /^\s*/.exec(text)?.[0].length ?? 0
  // A line that begins far in stands below a second column already.
  const indent = ' '.repeat(column > 0 && column <= cells / 2 ? column : before > 4 ? before : before + 2)
  const rows: string[] = []
  let row = ''
  for (const [word] of text.matchAll(/\s*\S+/g)) {
    if (row.trim() !== '' && textWidth(row) + textWidth(word) > cells) {
      rows.push(row)
      row = indent + word.trimStart()
    } else row += word
  }
  return [...rows, row]
}

/** Values are other people's bytes: a control character is shown, never sent to the terminal. Line feeds stay. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, (char) =>
    char === '\t' ? ' ' : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
