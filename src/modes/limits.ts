/** Bounds on keys and values, the same in every mode. */
export const MAX_KEY_BYTES = 256
export const MAX_VALUE_BYTES = 65_536

/** How many bytes the text takes as UTF-8; an unpaired surrogate counts as the three bytes of its replacement. */
export function utf8Length(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

export type OperationValue = string | readonly [string | null, string | null] | null

/** The code of what is wrong with an operation before it is ever sent, or null. */
export function tooLarge(key: string, value: OperationValue): boolean {
  if (utf8Length(key) > MAX_KEY_BYTES) return true
  const texts = typeof value === 'string' ? [value] : (value ?? [])
  return texts.some((text) => text !== null && utf8Length(text) > MAX_VALUE_BYTES)
}
