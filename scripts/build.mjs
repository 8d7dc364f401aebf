// Bundles src to dist: a program of a thousand modules starts no sooner than they are all found and read.
// A package installed without the development tools already has its dist. Types are `npm run types`.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');
const dist = join(root, 'dist');
const part = join(root, `dist.${process.pid}.part`);

/** Loaded by themselves, since what they need is little; all other lazy modules are one chunk, read at once or not at all. */
const apart = ['cli/program', 'cli/freshness'];

/** Left in node_modules: used by few runs, or under a licence that wants them apart (openpgp). */
const external = [
  'openpgp',
  '@sigstore/*',
  '@cyclonedx/*',
  'dockerfile-ast',
  'saxes',
  'xz-decompress',
  'yaml',
  'zstddec',
];

const requireForThem = "import{createRequire as requireOf}from'node:module';const require=requireOf(import.meta.url);";

/** A lazy import of our own, as the house writes it. */
const lazyImport = /\bimport\('(\.[^']+)\.js'\)/g;

const lazy = new Set(
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .flatMap((name) => {
      const path = join(src, name);
      return [...readFileSync(path, 'utf8').matchAll(lazyImport)].map(([, to = '']) => moduleOf(path, to));
    })
    .filter((name) => !apart.includes(name)),
);

/** @param {string} from @param {string} to */
function moduleOf(from, to) {
  return relative(src, resolve(dirname(from), to));
}

/** @param {string} name */
function identifierOf(name) {
  return name.replaceAll(/\W/g, '_');
}

/** Sends lazy imports to the one chunk, so that no run looks for fifty small files. @type {import('esbuild').Plugin} */
const together = {
  name: 'together',
  setup(build) {
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8').replaceAll(lazyImport, (whole, to) => {
        const name = moduleOf(path, to);
        return lazy.has(name) ? `import('imgcheck:rest').then((rest) => rest.${identifierOf(name)})` : whole;
      });
      return { contents: text, loader: 'ts' };
    });
    build.onResolve({ filter: /^imgcheck:rest$/ }, ({ path }) => ({ path, namespace: 'rest' }));
    build.onLoad({ filter: /.*/, namespace: 'rest' }, () => ({
      contents: [...lazy].map((name) => `export * as ${identifierOf(name)} from './${name}.js';`).join('\n'),
      loader: 'ts',
      resolveDir: src,
    }));
  },
};

/** Two modules of undici are bundled, not the whole; it knows how to do without HTTP/2. @type {import('esbuild').Plugin} */
const partsOfUndici = {
  name: 'parts-of-undici',
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, ({ path }) => ({ path, external: true }));
    build.onResolve({ filter: /^node:http2$/ }, ({ path }) => ({ path, namespace: 'absent' }));
    build.onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({
      contents: `throw new Error('${path} is not used');`,
    }));
  },
};

/** The licences of the packages that are in the bundle, each once. @param {import('esbuild').Metafile} metafile */
function licencesOf({ inputs }) {
  const folders = new Set(
    Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((one) => /^licen[cs]e/i.test(one));
    if (file === undefined) throw new Error(`${name} has no licence file: it cannot be bundled`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
  });
}

async function bundle() {
  const { build } = await import('esbuild');
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    // All files in one folder, two below the root as in src: what is looked for beside a module is found.
    outdir: join(part, 'cli'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Names stay: they are what a stack is read by.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    external,
    plugins: [together, partsOfUndici],
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  mkdirSync(join(part, 'cli'), { recursive: true });
  for (const { path, text } of outputFiles) {
    // The one file through which bundled packages of the older kind ask for modules of Node.
    writeFileSync(path, /\btypeof require\b/.test(text) ? `${requireForThem}${text}` : text);
  }
  const heading = `These packages are part of the files of this folder, each under its own licence.\n`;
  writeFileSync(join(part, 'LICENSES.txt'), [heading, ...licencesOf(metafile)].join(`\n${'-'.repeat(72)}\n\n`));
}

if (!existsSync(join(root, 'node_modules/esbuild'))) {
  if (existsSync(join(dist, 'cli/main.js'))) process.exit(0);
  console.error('build: esbuild is not installed; run npm ci without --omit=dev');
  process.exit(1);
}
try {
  await bundle();
  // Whoever runs the program meanwhile has the old one whole, or the new one.
  if (existsSync(dist)) renameSync(dist, `${part}.old`);
  renameSync(part, dist);
} catch (error) {
  // What is wrong with the sources esbuild has already said.
  if (!(error instanceof Error && 'errors' in error)) console.error(error);
  process.exitCode = 1;
} finally {
  for (const path of [part, `${part}.old`]) rmSync(path, { recursive: true, force: true });
}
