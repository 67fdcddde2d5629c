import { readFileSync } from 'node:fs'

/** What package.json says: beside `dist/` when bundled, one floor up when not. */
export function packageVersion(): string {
  const here = new URL('.', import.meta.url)
  const { version } = JSON.parse(readFileSync(new URL('../package.json', here), 'utf8')) as { readonly version: string }
  return version
}
