// What the bundle changes in Ink 6.8, a plugin for esbuild. Each change fails the build when Ink no longer reads as expected.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Only for React's own tools, which a user never starts. */
const EMPTY = 'export default {}'

/**
 * Ink keeps the measure and the wrapping of every text it has ever drawn; a screen that changes all day would grow all day. Here each remembers
 * the newest few thousand. How it measures texts and joins them to a frame is replaced by `widest-row.ts` and `row-output.ts`, and what it loads
 * in its own development is left out.
 */
const BOUNDED = `
const bounded = (limit) => {
  let young = new Map(), old = new Map()
  return {
    get(key) {
      const found = young.get(key) ?? old.get(key)
      if (found !== undefined && !young.has(key)) this.set(key, found)
      return found
    },
    set(key, value) {
      young.set(key, value)
      if (young.size > limit) { old = young; young = new Map() }
      return value
    },
  }
}
`
const REMEMBERED = `${BOUNDED}const remembered = bounded(2000);`
const own = (file) => join(import.meta.dirname, 'src/ui/screen', file)
export const mendInk = {
  name: 'mend-ink',
  setup({ onLoad, onResolve }) {
    const replaced = (path, pairs) => {
      let text = readFileSync(path, 'utf8')
      for (const [from, to] of pairs) {
        if (!text.includes(from)) throw new Error(`${path} has changed: it does not hold ${from}`)
        text = text.replaceAll(from, to)
      }
      return { contents: text, loader: 'js' }
    }
    onLoad({ filter: /ink[/\\]build[/\\]measure-text\.js$/ }, ({ path }) =>
      replaced(path, [['const cache = new Map();', `${BOUNDED}const cache = bounded(2000);`]]),
    )
    onLoad({ filter: /ink[/\\]build[/\\]wrap-text\.js$/ }, ({ path }) =>
      replaced(path, [
        ['const cache = {};', `${BOUNDED}const cache = bounded(2000);`],
        ['const cachedText = cache[cacheKey];', 'const cachedText = cache.get(cacheKey);'],
        ['cache[cacheKey] = wrappedText;', 'cache.set(cacheKey, wrappedText);'],
      ]),
    )
    onLoad({ filter: /ink[/\\]build[/\\]sanitize-ansi\.js$/ }, ({ path }) =>
      replaced(path, [
        [
          'const sanitizeAnsi = (text) => {',
          `${REMEMBERED}const sanitizeAnsi = (text) => remembered.get(text) ?? remembered.set(text, sanitize(text));\nconst sanitize = (text) => {`,
        ],
      ]),
    )
    onResolve({ filter: /^widest-line$/ }, ({ importer }) => (/ink[/\\]build[/\\]/.test(importer) ? { path: own('widest-row.ts') } : null))
    onResolve({ filter: /^\.\/output\.js$/ }, ({ importer }) =>
      /ink[/\\]build[/\\]renderer\.js$/.test(importer) ? { path: own('row-output.ts') } : null,
    )
    onLoad({ filter: /ink[/\\]build[/\\]utils\.js$/ }, ({ path }) => replaced(path, [["process.env['DEV'] === 'true'", 'false']]))
    onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'empty' }))
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: EMPTY, loader: 'js' }))
  },
}
