/** The cells of an emulator as an SVG picture: characters, the sixteen colours, bold, dim, reversed, and the cursor. */

const WIDTH = 8.4
const HEIGHT = 17
const SIZE = 14
const GROUND = '#16181d'
const INK = '#d8dbe2'
const palette = [
  '#2b2f38',
  '#e5686d',
  '#7fc06e',
  '#e0b453',
  '#6ea4f2',
  '#c586d8',
  '#58b9c4',
  '#c8ccd4',
  '#6b717d',
  '#ff8a8a',
  '#a5e08f',
  '#ffd479',
  '#8fbcff',
  '#e3a6f2',
  '#7fdbe4',
  '#ffffff',
]

const escaped = (text) => text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char] ?? char)

function looks(cell) {
  const front = cell.isFgDefault() ? INK : (palette[cell.getFgColor()] ?? INK)
  const back = cell.isBgDefault() ? null : (palette[cell.getBgColor()] ?? null)
  const reversed = cell.isInverse() !== 0
  return {
    front: reversed ? (back ?? GROUND) : front,
    back: reversed ? front : back,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
  }
}

/** Each character at its own place: fonts in which a sign is wider than a cell must not push the rest of the row. */
export function cellsToSvg(emulator, cursorShown = true) {
  const { cols, rows } = emulator
  const { active } = emulator.buffer
  const parts = []
  for (let y = 0; y < rows; y++) {
    const line = active.getLine(active.baseY + y)
    for (let x = 0; x < cols; x++) {
      const cell = line?.getCell(x)
      if (cell === undefined || cell.getWidth() === 0) continue
      const { front, back, bold, dim } = looks(cell)
      const left = (x * WIDTH + 8).toFixed(1)
      if (back !== null)
        parts.push(`<rect x="${left}" y="${y * HEIGHT + 8}" width="${WIDTH + 0.3}" height="${HEIGHT + 0.3}" fill="${back}"/>`)
      const chars = cell.getChars()
      if (chars.trim() === '') continue
      const weight = bold ? ' font-weight="bold"' : ''
      parts.push(
        `<text x="${left}" y="${y * HEIGHT + 8 + SIZE}" fill="${front}"${weight}${dim ? ' opacity="0.62"' : ''}>${escaped(chars)}</text>`,
      )
    }
  }
  const cursor = !cursorShown
    ? ''
    : `<rect x="${(active.cursorX * WIDTH + 8).toFixed(1)}" y="${active.cursorY * HEIGHT + 8}" width="${WIDTH}" height="${HEIGHT}" fill="${INK}" opacity="0.55"/>`
  const width = Math.ceil(cols * WIDTH + 16)
  const height = rows * HEIGHT + 18
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="${SIZE}" xml:space="preserve"><rect width="100%" height="100%" rx="6" fill="${GROUND}"/>${parts.join('')}${cursor}</svg>\n`
}
