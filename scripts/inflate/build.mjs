// Compiles inflate.as.ts to WebAssembly and writes it, as base64, to src/archive/inflate-module.ts.
// With --check it only says, by its exit code, whether that file is what the source compiles to.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const source = fileURLToPath(new URL('inflate.as.ts', import.meta.url));
const target = fileURLToPath(new URL('../../src/archive/inflate-module.ts', import.meta.url));
const options = [
  ...['-O3', '--runtime', 'stub', '--noAssert'],
  ...['--enable', 'simd', '--enable', 'bulk-memory'],
  // Ten pages, no more and no less; what the source does not lay out itself begins at ORDER.
  ...['--initialMemory', '10', '--maximumMemory', '10', '--memoryBase', `${0x6000}`],
];

/** The compiler's file access is replaced: paths must not find their way into the result. */
async function compile() {
  const text = readFileSync(source, 'utf8');
  let binary;
  const { error, stderr } = await asc.main(['inflate.ts', '--outFile', 'inflate.wasm', ...options], {
    readFile: (name) => (name === 'inflate.ts' ? text : null),
    writeFile: (name, contents) => {
      if (name === 'inflate.wasm') binary = contents;
    },
    listFiles: () => [],
  });
  if (error || !binary)
    throw new Error(`inflate.as.ts does not compile: ${error?.message ?? ''}\n${stderr.toString()}`);
  return Buffer.from(binary).toString('base64');
}

const text = `/** scripts/inflate/inflate.as.ts, compiled: made by scripts/inflate/build.mjs. */
export const inflateModule =
  '${await compile()}';
`;
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('src/archive/inflate-module.ts is not what scripts/inflate/inflate.as.ts compiles to');
  process.exitCode = 1;
}
