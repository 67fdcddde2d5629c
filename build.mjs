// Bundles the product with esbuild: one file for each program that starts on its own, so that a node process loads only what it runs.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { mendInk } from './build-ink.mjs'

/**
 * What the dashboard stands on is old: a call that a newer Node warns of, and one require by a name that is put together. Of lodash it takes the
 * largest of a list.
 */
const MAX = 'exports.max = (list) => list.reduce((most, value) => (value > most ? value : most), Number.NEGATIVE_INFINITY)'
const mendBlessed = {
  name: 'mend-blessed',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /blessed[/\\]lib[/\\]widget\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const named = "require('./widgets/' + file)"
      if (!text.includes(named)) throw new Error(`${path} has changed: it does not hold ${named}`)
      return { contents: text.replace(named, "require('./widgets/' + file + '.js')"), loader: 'js' }
    })
    onLoad({ filter: /(?:drawille-blessed-contrib[/\\]index|ansi-term[/\\]index|gpmclient)\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('new Buffer(', 'Buffer.alloc('),
      loader: 'js',
    }))
    onResolve({ filter: /^lodash$/ }, ({ path }) => ({ path, namespace: 'max' }))
    onLoad({ filter: /.*/, namespace: 'max' }, () => ({ contents: MAX, loader: 'js' }))
  },
}

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Names stay as they are written, for those who read a stack: to shorten them and to give each function its name back when it is
  // made (keepNames) would cost every closure of every turn, in all a third of a node's time.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  legalComments: 'none',
  jsx: 'automatic',
  plugins: [mendInk],
  define: { 'process.env.NODE_ENV': '"production"' },
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  logLevel: 'warning',
}

const programs = {
  node: 'src/host/main.ts',
  shim: 'src/net/worker.ts',
  load: 'src/client/load-worker.ts',
  check: 'src/check/worker.ts',
  report: 'src/report/page/worker.ts',
  sim: 'src/sim/worker.ts',
  bench: 'bench/relay-worker.ts',
  bare: 'bench/bare.ts',
  puts: 'bench/put-clients.ts',
}

/** What is bundled brings its licence along: name, version and text of each package whose code is inside. */
function licences(results) {
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs))
  const names = new Set(inputs.flatMap((file) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []))
  return [...names].sort().map((name) => {
    const folder = `node_modules/${name}`
    const about = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file === undefined ? licenceOf(about) : readFileSync(`${folder}/${file}`, 'utf8').trim()
    return `${name} ${about.version} (${about.license})\n\n${text}\n`
  })
}

/** Some packages name the MIT licence and forget to bring its text. */
function licenceOf({ name, author, license }) {
  if (license !== 'MIT') throw new Error(`${name} has no licence file to ship`)
  const holder = typeof author === 'string' ? author : (author?.name ?? `the authors of ${name}`)
  const mit = readFileSync('LICENSE', 'utf8')
  const terms = mit.slice(mit.indexOf('Permission is hereby granted')).trim()
  return `MIT License\n\nCopyright (c) ${holder}\n\n${terms}`
}

rmSync('dist', { recursive: true, force: true })
const results = await Promise.all([
  ...Object.entries(programs).map(([name, entry]) => build({ ...common, entryPoints: { [name]: entry }, outdir: 'dist' })),
  build({
    ...common,
    entryPoints: { cli: 'src/cli/main.ts', api: 'src/api.ts' },
    outdir: 'dist',
    splitting: true,
    chunkNames: 'chunk-[hash]',
  }),
  build({
    ...common,
    entryPoints: { top: 'src/dashboard/main.ts' },
    outdir: 'dist/top',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    banner: {},
    plugins: [mendBlessed],
    external: ['term.js', 'pty.js'],
  }),
])
// Blessed looks for them beside the folder that its code is in.
mkdirSync('dist/usr')
for (const name of ['xterm', 'xterm-256color']) copyFileSync(`node_modules/blessed/usr/${name}`, `dist/usr/${name}`)
// The types of the package are one file without imports.
copyFileSync('src/api-types.ts', 'dist/api.d.ts')
writeFileSync('dist/THIRD-PARTY.txt', licences(results).join(`\n${'-'.repeat(80)}\n\n`))
