import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect } from 'chai';
import { GzipDecoder } from '../../src/archive/gzip.js';
import { openGzipDecoder } from '../../src/archive/gzip-engine.js';
import { WasmGzipDecoder } from '../../src/archive/gzip-wasm.js';

const entry = fileURLToPath(new URL('../../src/archive/gzip-engine.ts', import.meta.url));
/** For a process of its own, with no loader that needs WebAssembly itself. */
const script = `
import { gzipSync } from 'node:zlib';
import { openGzipDecoder } from ${JSON.stringify(entry)};
let text = '';
const decoder = openGzipDecoder((plain) => (text += Buffer.from(plain)), 'layer', 'wasm');
await decoder.write(gzipSync('plain'));
await decoder.end();
console.log(decoder.constructor.name, text);`;

function bundled(): string {
  const stdin = { contents: script, resolveDir: '/' };
  const { outputFiles } = buildSync({ stdin, bundle: true, format: 'esm', platform: 'node', write: false });
  return outputFiles[0]?.text ?? '';
}

const args = ['--no-warnings', '--input-type=module', '-'];

describe('openGzipDecoder', () => {
  it('opens the engine that is asked for', () => {
    expect(openGzipDecoder(() => undefined, 'layer', 'wasm')).to.be.instanceOf(WasmGzipDecoder);
    expect(openGzipDecoder(() => undefined, 'layer', 'node')).to.be.instanceOf(GzipDecoder);
  });

  it('opens its own in a process of its own', () => {
    const { stdout, stderr } = spawnSync(process.execPath, args, { input: bundled(), encoding: 'utf8' });
    expect(stdout, stderr).to.equal('WasmGzipDecoder plain\n');
  });

  it('falls back to node’s where there is no WebAssembly', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--jitless', ...args], {
      input: bundled(),
      encoding: 'utf8',
    });
    expect(stdout, stderr).to.equal('GzipDecoder plain\n');
  });

  it('falls back to node’s where the addresses that WebAssembly reserves are not to be had', function () {
    if (process.platform !== 'linux') this.skip();
    const { stdout, stderr } = spawnSync('sh', ['-c', 'ulimit -v 8000000; exec "$0" "$@"', process.execPath, ...args], {
      input: bundled(),
      encoding: 'utf8',
    });
    expect(stdout, stderr).to.equal('GzipDecoder plain\n');
  });
});
